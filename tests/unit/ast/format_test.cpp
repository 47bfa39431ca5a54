// The canonical layout: golden for the samples, and its promises for the samples with their white space shuffled.
#include "compiler/ast/format.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "built.hpp"
#include "compiler/ast/layout_token.hpp"

namespace dmc::ast::test {

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// What a text is made of: its tokens, and its comments.
struct Pieces {
  std::vector<std::string> tokens;
  std::vector<std::string> comments;
  bool operator==(const Pieces&) const = default;
};

/// A text with its tree, which must have parsed.
struct Parsed {
  explicit Parsed(std::string text) : id(sources.add("sample.mig", std::move(text))) {
    grammar::Diagnostics diagnostics;
    tree = grammar::parse(sources, id, diagnostics);
    for (const auto& diagnostic : diagnostics.sorted()) FAIL(grammar::render(diagnostic, sources));
  }

  std::string formatted() const { return format(sources, id, tree); }
  std::vector<LayoutToken> tokens() const { return layout_tokens(tree, sources.file(id).text); }
  Pieces pieces() const {
    Pieces result;
    for (const LayoutToken& token : tokens()) {
      (is_comment(token) ? result.comments : result.tokens).emplace_back(token.text);
    }
    return result;
  }

  grammar::Sources sources;
  grammar::FileId id;
  grammar::Tree tree;
};

std::string formatted(const std::string& text) { return Parsed(text).formatted(); }

/// The same tokens and comments with other white space between them, as far as that says the same: items may begin
/// anywhere, the rest of an item stands deeper, and a line comment ends its line. One token in `rarity` gets a comment
/// of its own; 0 is none.
std::string shuffled(const std::vector<LayoutToken>& tokens, std::mt19937& random, int rarity) {
  const auto one_of = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  const std::string deep(300, ' ');
  std::string result;
  bool line_ended = true;
  for (const LayoutToken& token : tokens) {
    const bool is_free = token.begins_item || token.closes_block;
    const bool is_far = is_free && result.size() - (result.rfind('\n') + 1) > deep.size() / 2;
    const int choice = line_ended || is_far ? 3 : one_of(token.glued ? 3 : 5);
    if (choice == 1) result += ' ';
    if (choice == 2) result += "\t  ";
    if (choice == 3) result += std::string(static_cast<std::size_t>(1 + one_of(3)), '\n');
    if (choice == 4) result += "\r\n";
    if (choice >= 3) result += is_free ? std::string(static_cast<std::size_t>(one_of(9)), ' ') : deep;
    if (choice == 0) result += token.kind == TokenKind::punctuation ? "" : " ";
    result += token.text;
    line_ended = token.kind == TokenKind::line_comment;
    if (rarity == 0 || line_ended || token.text == "." || one_of(rarity) != 0) continue;
    line_ended = one_of(2) == 0;
    result += one_of(2) == 0 ? " " : '\n' + deep;
    result += line_ended ? "-- line" : one_of(2) == 0 ? "/* block */" : "/* a\n  b */";
  }
  return result;
}

std::vector<fs::path> samples() {
  std::vector<fs::path> result;
  for (const auto& entry : fs::directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/unit/ast/samples")) {
    if (entry.path().extension() == ".mig") result.push_back(entry.path());
  }
  std::sort(result.begin(), result.end());
  REQUIRE(result.size() >= 3);
  return result;
}

/// The examples of the grammar's reference.
std::vector<std::string> examples() {
  const std::string page = contents(fs::path(DMC_SOURCE_DIR) / "grammar/reference.md");
  const std::string open = "```mig\n";
  std::vector<std::string> result;
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    result.push_back(page.substr(at, page.find("```", at) - at));
  }
  REQUIRE(result.size() > 30);
  return result;
}

}  // namespace

TEST_CASE("the examples of the reference are built, and formatted without a loss") {
  for (const std::string& example : examples()) {
    CAPTURE(example);
    const Built built(example);
    CHECK(built.report() == "");
    CHECK_FALSE(built.file.items.empty());
    const Parsed before(example);
    const Parsed after(before.formatted());
    CHECK(after.pieces() == before.pieces());
    CHECK(after.formatted() == before.formatted());
  }
}

TEST_CASE("the layout of the samples") {
  for (const fs::path& path : samples()) {
    CAPTURE(path.filename().string());
    const fs::path golden = fs::path(path).replace_extension(".formatted");
    const std::string layout = formatted(contents(path));
    if (std::getenv("DMC_ACCEPT") != nullptr) std::ofstream(golden, std::ios::binary) << layout;
    CHECK(layout == contents(golden));
  }
}

TEST_CASE("a formatted text is a fixed point and has the same tokens and comments") {
  for (const fs::path& path : samples()) {
    CAPTURE(path.filename().string());
    const Parsed before(contents(path));
    const Parsed after(before.formatted());
    CHECK(after.pieces() == before.pieces());
    CHECK(after.formatted() == before.formatted());
  }
}

TEST_CASE("shuffled white space loses nothing either, nor do comments in any place") {
  std::mt19937 random(20260101);
  for (const fs::path& path : samples()) {
    CAPTURE(path.filename().string());
    const Parsed original(contents(path));
    for (int round = 0; round < 150; ++round) {
      const int rarity = round % 3 == 0 ? 0 : round % 3 == 1 ? 40 : 5;
      const std::string text = shuffled(original.tokens(), random, rarity);
      CAPTURE(text);
      const Parsed before(text);
      if (rarity == 0) REQUIRE(before.pieces() == original.pieces());
      REQUIRE(before.pieces().tokens == original.pieces().tokens);
      const Parsed after(before.formatted());
      REQUIRE(after.pieces() == before.pieces());
      REQUIRE(after.formatted() == before.formatted());
    }
  }
}

TEST_CASE("without comments, white space in a line changes nothing at all") {
  const std::string expected = "table t {\n    id    bigint  not null  identity;\n    name  text;\n  }\n";
  const auto in_database = [](const std::string& text) { return formatted("database d {" + text + "}"); };
  CHECK(in_database("table t { id bigint not null identity; name text; }") == "database d {\n  " + expected + "}\n");
  CHECK(in_database("\ntable   t{\n\nid\tbigint   not  null identity;name text\n ;}\r\n") ==
        "database d {\n  " + expected + "}\n");
}

TEST_CASE("SQL and the bodies of functions are kept byte for byte") {
  const std::string sql = "(select  a ,\n\t  b  -- why\n   from t\r\n)";
  const std::string body = "$x$\n  begin  null ;\n\n\n  end \t\n$x$";
  const std::string text =
      formatted("database d { view v as " + sql + "; procedure p() language sql as " + body + "; }");
  CHECK(text.find(sql + ";") != std::string::npos);
  CHECK(text.find(body + ";") != std::string::npos);
}

TEST_CASE("lines end as the file's own do, and texts in several lines stay as they are") {
  const std::string body = "$x$\r\n  begin\r\n  null;\n  end\r\n$x$";
  const auto text = formatted("database d {\r\n\r\n\r\ntable t { a int; -- why\r\n}\r\nprocedure p() language sql as " +
                              body + ";\r\n}\r\n");
  CHECK(text == "database d {\r\n  table t {\r\n    a  int;  -- why\r\n  }\r\n  procedure p() language sql as " + body +
                    ";\r\n}\r\n");
  CHECK(formatted(text) == text);
}

TEST_CASE("at most one empty line is kept, none after an opening and before a closing brace") {
  CHECK(formatted(
            "\n\n\nchange 1 'x' {\n\n\n  gate 'a';\n\n\n\n  gate 'b';\n  gate 'c';\n\n}\n\n\nchange 2 'y';\n\n\n") ==
        "change 1 'x' {\n  gate 'a';\n\n  gate 'b';\n  gate 'c';\n}\n\nchange 2 'y';\n");
}

TEST_CASE("an empty file, one of comments, and a byte order mark") {
  CHECK(formatted("").empty());
  CHECK(formatted("\n \n").empty());
  CHECK(formatted("-- only this   \r\n") == "-- only this\r\n");
  CHECK(formatted("\xEF\xBB\xBF"
                  "change 1 'x';") == "change 1 'x';\n");
}

TEST_CASE("a file that did not parse is left alone") {
  const std::string text = "database  d {\n table t { a int nonsense here; }\n}";
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto id = sources.add("broken.mig", text);
  const auto tree = grammar::parse(sources, id, diagnostics);
  REQUIRE(diagnostics.has_errors());
  CHECK(format(sources, id, tree) == text);
}

TEST_CASE("names in other scripts are aligned by their characters") {
  CHECK(formatted("database d { table t { \"größe\" int; ab text; } }") ==
        "database d {\n  table t {\n    \"größe\"  int;\n    ab       text;\n  }\n}\n");
}

}  // namespace dmc::ast::test
