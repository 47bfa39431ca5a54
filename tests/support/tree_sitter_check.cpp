// Uses the generated parser as an editor does.
//   tree_sitter_check errors FILE…            each ERROR or missing node, as FILE:LINE:COLUMN; ends with 1 where there
//   is one tree_sitter_check corpus FILE…            the cases of tree-sitter's corpus files: name, text, tree
//   tree_sitter_check query QUERY FILE…       what the query captures in each file: LINE:COLUMN CAPTURE TEXT
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <tree_sitter/api.h>
#include <vector>

extern "C" const TSLanguage* tree_sitter_mig();

namespace {

std::string read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::cerr << "cannot read " << path << "\n";
    std::exit(2);
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

class Parsed {
 public:
  explicit Parsed(std::string text) : text_(std::move(text)), parser_(ts_parser_new()) {
    if (!ts_parser_set_language(parser_, tree_sitter_mig())) {
      std::cerr << "this libtree-sitter does not know the parser's ABI\n";
      std::exit(2);
    }
    tree_ = ts_parser_parse_string(parser_, nullptr, text_.data(), static_cast<std::uint32_t>(text_.size()));
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed() {
    ts_tree_delete(tree_);
    ts_parser_delete(parser_);
  }
  TSNode root() const { return ts_tree_root_node(tree_); }
  std::string_view text(TSNode node) const {
    const auto begin = ts_node_start_byte(node);
    return std::string_view(text_).substr(begin, ts_node_end_byte(node) - begin);
  }

 private:
  std::string text_;
  TSParser* parser_;
  TSTree* tree_ = nullptr;
};

std::string place(TSNode node) {
  const TSPoint at = ts_node_start_point(node);
  return std::to_string(at.row + 1) + ":" + std::to_string(at.column + 1);
}

/// The first wrong node at or below `node` and how many there are.
int wrong_nodes(TSNode node, const std::string& path) {
  const bool is_error = std::strcmp(ts_node_type(node), "ERROR") == 0;
  if (is_error || ts_node_is_missing(node)) {
    std::cout << path << ":" << place(node) << " " << (is_error ? "ERROR" : "MISSING") << "\n";
    return 1;
  }
  int found = 0;
  if (!ts_node_has_error(node)) return 0;
  for (std::uint32_t child = 0; child < ts_node_child_count(node); ++child) {
    found += wrong_nodes(ts_node_child(node, child), path);
  }
  return found;
}

int errors(std::span<char*> files) {
  int wrong = 0;
  for (const std::string path : files) wrong += std::min(1, wrong_nodes(Parsed(read(path)).root(), path));
  return std::min(wrong, 1);
}

std::string tree_of(const std::string& text) {
  const Parsed parsed(text);
  char* drawn = ts_node_string(parsed.root());
  std::string tree(drawn);
  std::free(drawn);
  return tree;
}

/// One space where any white space stands, none inside of brackets.
std::string plain(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space && c == ')' && !line.empty() && line.back() == ' ') line.pop_back();
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ' && line.back() != '(')
      line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

/// A tree with a node a line, as corpus files have it.
std::string drawn(std::string_view tree) {
  std::string text;
  int depth = 0;
  for (std::size_t at = 0; at < tree.size(); ++at) {
    const std::size_t field = tree[at] == ' ' ? tree.find_first_of(" (", at + 1) : at;
    if (tree[at] == ' ' && field != std::string_view::npos) {
      text += "\n" + std::string(static_cast<std::size_t>(2 * depth), ' ');
      const bool named = tree[field] == ' ' && tree[field - 1] == ':';
      if (named) text += tree.substr(at + 1, field - at);
      if (named) at = field;
    } else {
      depth += tree[at] == '(' ? 1 : tree[at] == ')' ? -1 : 0;
      text += tree[at];
    }
  }
  return text;
}

struct Case {
  std::string name;
  std::string text;
  std::string tree;
};

bool is_rule(const std::string& line, char c) {
  return line.size() >= 3 && std::ranges::all_of(line, [c](char found) { return found == c; });
}

std::vector<Case> cases_of(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::vector<Case> cases;
  for (std::size_t at = 0; at + 2 < lines.size();) {
    if (!is_rule(lines[at], '=')) {
      ++at;
      continue;
    }
    Case found{lines[at + 1], {}, {}};
    for (at += 3; at < lines.size() && !is_rule(lines[at], '-'); ++at) found.text += lines[at] + "\n";
    for (++at; at < lines.size() && !is_rule(lines[at], '='); ++at) found.tree += lines[at] + "\n";
    cases.push_back(std::move(found));
  }
  return cases;
}

/// With DMC_ACCEPT in the environment, writes the trees that were found.
int corpus(std::span<char*> files) {
  const bool accept = std::getenv("DMC_ACCEPT") != nullptr;
  int passed = 0;
  int failed = 0;
  for (const std::string path : files) {
    std::string whole;
    for (const Case& one : cases_of(path)) {
      const std::string found = plain(tree_of(one.text));
      const std::string rule(60, '=');
      whole += (whole.empty() ? "" : "\n") + rule + "\n" + one.name + "\n" + rule + "\n" + one.text + "---\n\n";
      whole += drawn(found) + "\n";
      if (accept || found == plain(one.tree)) {
        ++passed;
      } else {
        ++failed;
        std::cout << "FAILED: " << path << ": " << one.name << "\n  expected " << plain(one.tree) << "\n  found    "
                  << found << "\n";
      }
    }
    if (accept) std::ofstream(path) << whole;
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed > 0 || passed == 0 ? 1 : 0;
}

int query(const std::string& path, std::span<char*> files) {
  const std::string source = read(path);
  std::uint32_t offset = 0;
  TSQueryError error = TSQueryErrorNone;
  TSQuery* compiled =
      ts_query_new(tree_sitter_mig(), source.data(), static_cast<std::uint32_t>(source.size()), &offset, &error);
  if (compiled == nullptr) {
    std::cout << path << ": error " << error << " at: " << source.substr(offset, 40) << "\n";
    return 1;
  }
  for (const std::string file : files) {
    const Parsed parsed(read(file));
    TSQueryCursor* cursor = ts_query_cursor_new();
    ts_query_cursor_exec(cursor, compiled, parsed.root());
    TSQueryMatch match;
    std::uint32_t index = 0;
    while (ts_query_cursor_next_capture(cursor, &match, &index)) {
      const TSQueryCapture& capture = match.captures[index];
      std::uint32_t length = 0;
      const char* name = ts_query_capture_name_for_id(compiled, capture.index, &length);
      std::cout << place(capture.node) << " " << std::string_view(name, length) << " "
                << plain(parsed.text(capture.node)) << "\n";
    }
    ts_query_cursor_delete(cursor);
  }
  ts_query_delete(compiled);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::span<char*> arguments(words, static_cast<std::size_t>(count));
  const std::string_view command = count > 1 ? words[1] : "";
  if (command == "errors") return errors(arguments.subspan(2));
  if (command == "corpus") return corpus(arguments.subspan(2));
  if (command == "query" && count > 3) return query(words[2], arguments.subspan(3));
  std::cerr << "tree_sitter_check errors|corpus FILE… | query QUERY FILE…\n";
  return 2;
}
