// Literals as SQL text.
#include "compiler/check/literals.hpp"

#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

struct Writer {
  std::string operator()(const ast::Text& text) const { return quoted_text(text.value); }
  std::string operator()(const ast::Integer& integer) const { return std::to_string(integer.value); }
  std::string operator()(const ast::Decimal& decimal) const { return std::string(decimal.text); }
  std::string operator()(const ast::Boolean& boolean) const { return boolean.value ? "true" : "false"; }
  std::string operator()(const ast::Null&) const { return "null"; }
};

}  // namespace

std::string sql_of(const ast::Literal& literal) { return std::visit(Writer{}, literal); }

std::string option_text(const ast::SequenceOption& option) {
  std::string text(option.words);
  if (const auto* number = std::get_if<ast::Integer>(&option.value)) text += " " + std::to_string(number->value);
  if (const auto* path = std::get_if<ast::Path>(&option.value)) text += " " + called(*path);
  return text;
}

std::string called(const ast::Path& path) {
  std::string text;
  for (const ast::Name& part : path.parts) {
    if (!text.empty()) text += '.';
    if (!part.quoted) {
      text += part.text;
      continue;
    }
    text += '"';
    for (const char c : part.text) text.append(c == '"' ? 2 : 1, c);
    text += '"';
  }
  return text;
}

std::string text_of(const ast::Path& path) {
  std::string text;
  for (const ast::Name& part : path.parts) {
    if (!text.empty()) text += '.';
    text += part.text;
  }
  return text;
}

std::string text_of(const std::vector<ast::Argument>& arguments) {
  std::string text;
  for (const ast::Argument& argument : arguments) text.append(text.empty() ? "" : ", ").append(argument.text);
  return text;
}

std::string text_of(const ast::Engine& engine) {
  std::string text(engine.name.text);
  if (!engine.arguments.empty()) text += "(" + text_of(engine.arguments) + ")";
  return text;
}

}  // namespace dmc::check
