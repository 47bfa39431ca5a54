// What can stand bare is decided by the lexer that will read it again.
#include "compiler/model/print_words.hpp"

#include <algorithm>
#include <array>

#include "grammar/items.hpp"
#include "grammar/scan.hpp"

namespace dmc::model {

namespace {

using Kind = SqlToken::Kind;

/// Words that end a name which may be left out, such as an index's.
constexpr std::array<std::string_view, 9> no_names{"using", "on",   "where", "include", "nulls",
                                                   "asc",   "desc", "with",  "collate"};

/// Type names of more than one word.
constexpr std::array<std::string_view, 8> long_types{
    "double precision", "character varying",          "char varying",         "bit varying", "national character",
    "national char",    "national character varying", "national char varying"};

/// What may stand behind a type's arguments.
constexpr std::array<std::string_view, 5> type_endings{" with time zone", " without time zone", " unsigned zerofill",
                                                       " unsigned", " signed"};

std::string lower_case(std::string_view text) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && grammar::is_name_start(text.front()) && std::ranges::all_of(text, grammar::is_name_part);
}

/// Whether the lexer reads `text` as one SQL in parentheses, to its end.
bool stands_in_parentheses(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  const std::string whole = "(" + std::string(text) + ")";
  std::vector<grammar::Splice> splices;
  grammar::Finding finding;
  grammar::Scanner scanner(0, whole, splices);
  return scanner.sql(whole.c_str(), finding) == whole.c_str() + whole.size();
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, grammar::is_digit);
  };
  const auto point = text.find('.');
  if (point == std::string_view::npos) return digits(text) && text.size() < 19 && (text.size() == 1 || text[0] != '0');
  return digits(text.substr(0, point)) && digits(text.substr(point + 1));
}

/// `name (…)` and nothing behind it.
bool is_call(std::string_view text) {
  const auto tokens = sql_tokens(text);
  if (tokens.size() < 3 || tokens[0].kind != Kind::word || text[tokens[0].begin] == '"' ||
      tokens[1].begin != tokens[0].end || tokens[1].text != "(")
    return false;
  std::size_t depth = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::sign) continue;
    if (tokens[i].text == "(") ++depth;
    if (tokens[i].text == ")" && --depth == 0) return i + 1 == tokens.size();
  }
  return false;
}

/// The number of `[]` at the end, which are taken off.
int take_arrays(std::string_view& text) {
  int depth = 0;
  for (; text.ends_with("[]"); ++depth) text.remove_suffix(2);
  return depth;
}

/// Where the first comma outside of brackets and quotes stands.
std::size_t outer_comma(std::string_view text) {
  std::size_t depth = 0;
  for (const auto& token : sql_tokens(text)) {
    if (token.kind != Kind::sign) continue;
    if (token.text == "(") ++depth;
    if (token.text == ")" && depth > 0) --depth;
    if (token.text == "," && depth == 0) return token.begin;
  }
  return std::string_view::npos;
}

std::optional<std::vector<std::string>> arguments_of(std::string_view text) {
  if (text.find_first_of("$;[]{}\\\n") != std::string_view::npos || !stands_in_parentheses(text)) return std::nullopt;
  std::vector<std::string> arguments;
  while (true) {
    const auto comma = outer_comma(text);
    const auto argument = trimmed(text.substr(0, comma));
    if (argument.empty()) return std::nullopt;
    arguments.emplace_back(argument);
    if (comma == std::string_view::npos) return arguments;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string quoted(std::string_view name) {
  const std::string folded = lower_case(name);
  if (is_identifier(name) && !grammar::is_clause_word(folded) &&
      std::ranges::find(no_names, std::string_view(folded)) == no_names.end())
    return std::string(name);
  std::string text = "\"";
  for (const char c : name) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

std::string in_dollars(std::string_view text) {
  std::string tag = "$$";
  for (int i = 1; text.find(tag) != std::string_view::npos; ++i) tag = "$q" + std::to_string(i) + "$";
  return tag + std::string(text) + tag;
}

std::string enclosed(const Sql& sql) {
  const auto text = trimmed(sql.text);
  if (stands_in_parentheses(text)) return "(" + std::string(text) + ")";
  return in_dollars(" " + std::string(text) + " ");
}

std::string default_text(const Sql& sql) {
  const auto text = trimmed(sql.text);
  if (is_number(text)) return std::string(text);
  const auto tokens = sql_tokens(text);
  const bool is_string = tokens.size() == 1 && tokens[0].kind == Kind::string && text.starts_with('\'');
  if (is_string && text.find_first_of("\n\\") == std::string_view::npos && text.find("${") == std::string_view::npos)
    return std::string(text);
  return enclosed(sql);
}

std::string element_text(const Sql& sql) {
  const auto text = trimmed(sql.text);
  return is_call(text) && stands_in_parentheses(text) ? std::string(text) : enclosed(sql);
}

std::optional<PlainType> plain_type(std::string_view text) {
  PlainType type;
  type.text = text;
  const std::string folded = lower_case(text);
  std::string_view rest = folded;
  type.array_depth = take_arrays(rest);
  std::string_view ending;
  for (const std::string_view candidate : type_endings)
    if (ending.empty() && rest.ends_with(candidate)) ending = candidate;
  rest.remove_suffix(ending.size());
  if (rest.ends_with(')')) {
    const auto open = rest.find('(');
    if (open == std::string_view::npos) return std::nullopt;
    auto arguments = arguments_of(text.substr(open + 1, rest.size() - open - 2));
    if (!arguments) return std::nullopt;
    type.arguments = std::move(*arguments);
    rest = rest.substr(0, open);
  }
  const bool is_known = is_identifier(rest) ? !grammar::is_option_word(rest) && rest != "native"
                                            : std::ranges::find(long_types, rest) != long_types.end();
  if (!is_known) return std::nullopt;
  type.name = std::string(rest) + std::string(ending);
  return type;
}

}  // namespace dmc::model
