// Arguments are checked at the use, because that is where the mistake is.
#include "compiler/check/arguments.hpp"

#include <fmt/format.h>

#include "compiler/check/patterns.hpp"

namespace dmc::check {

namespace {

using ast::ParameterKind;

constexpr std::size_t most_parts_of_a_table = 3;

/// Takes the argument for a parameter of its kind; false when it is of another kind.
bool take(const ast::UseArgument& syntax, Argument& argument) {
  const auto as_path = [&](std::size_t most) {
    const auto* path = std::get_if<ast::Path>(&syntax.value);
    if (!path || path->has_arguments || path->parts.size() > most) return false;
    argument.parts = path->parts;
    return true;
  };
  switch (argument.kind) {
    case ParameterKind::table:
      return as_path(most_parts_of_a_table);
    case ParameterKind::column:
      return as_path(most_parts_of_a_table + 1);
    case ParameterKind::database:
      return as_path(1);
    case ParameterKind::sql:
      if (const auto* sql = std::get_if<ast::Sql>(&syntax.value)) {
        argument.text = sql->text;
        return true;
      }
      return false;
    case ParameterKind::text:
      if (const auto* text = std::get_if<ast::Text>(&syntax.value)) {
        argument.text = text->value;
        return true;
      }
      return false;
    case ParameterKind::number:
      argument.text = syntax.text;
      std::erase(argument.text, '_');
      return std::holds_alternative<ast::Integer>(syntax.value) || std::holds_alternative<ast::Decimal>(syntax.value);
    case ParameterKind::duration:
      argument.text = syntax.text;
      return std::holds_alternative<ast::Duration>(syntax.value);
  }
  return false;
}

std::string_view example_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::table:
      return "the name of a table: users";
    case ParameterKind::column:
      return "the name of a column: email";
    case ParameterKind::sql:
      return "SQL in parentheses: (lower(email))";
    case ParameterKind::text:
      return "a text: 'people'";
    case ParameterKind::number:
      return "a number: 42";
    case ParameterKind::duration:
      return "a duration: 30s";
    case ParameterKind::database:
      return "the name of a database";
  }
  return "a value";
}

}  // namespace

std::optional<std::vector<Argument>> read_arguments(Context& context, const ast::Use& use, const ast::Pattern& pattern,
                                                    std::string_view pattern_name) {
  const std::size_t wanted = pattern.parameters.size();
  if (use.arguments.size() != wanted) {
    auto& diagnostic = context.error("E0273", use.span,
                                     fmt::format("pattern '{}' takes {} argument{}, not {}", pattern_name, wanted,
                                                 wanted == 1 ? "" : "s", use.arguments.size()),
                                     fmt::format("expected {}{}", pattern_name, signature_of(pattern)));
    diagnostic.notes.push_back({pattern.head, "declared here"});
    return std::nullopt;
  }
  std::vector<Argument> arguments;
  bool is_good = true;
  for (std::size_t at = 0; at < wanted; ++at) {
    const ast::Parameter& parameter = pattern.parameters[at];
    Argument argument{parameter.kind, {}, {}, &use.arguments[at]};
    if (!take(use.arguments[at], argument)) {
      auto& diagnostic = context.error(
          "E0274", use.arguments[at].span,
          fmt::format("'{}' of pattern '{}' is {}", parameter.name.text, pattern_name, phrase_of(parameter.kind)),
          fmt::format("expected {}", example_of(parameter.kind)));
      diagnostic.notes.push_back({parameter.span, "declared here"});
      is_good = false;
    }
    // A column is its own name; the table before it says where it is looked up.
    if (argument.kind == ParameterKind::column && argument.parts.size() > 1) {
      argument.parts.erase(argument.parts.begin(), argument.parts.end() - 1);
    }
    arguments.push_back(std::move(argument));
  }
  if (!is_good) return std::nullopt;
  return arguments;
}

}  // namespace dmc::check
