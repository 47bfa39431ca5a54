// Syntax of a type to the words a dialect reads, and its answer to a diagnostic.
#include "compiler/check/types.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/literals.hpp"
#include "compiler/check/words.hpp"
#include "grammar/items.hpp"

namespace dmc::check {

namespace {

/// One blank between words and none beside `( ) [ ] ,`, so that a spelling has one text.
std::string folded_type(std::string_view text) {
  constexpr std::string_view tight = "()[],";
  std::string result;
  bool gap = false;
  bool quoted = false;
  for (const char c : text) {
    quoted = quoted != (c == '\'');
    if (quoted && c != '\'') {
      result += c;
      continue;
    }
    if (is_space(c)) {
      gap = true;
      continue;
    }
    const bool joins =
        result.empty() || tight.find(c) != std::string_view::npos ||
        (tight.find(result.back()) != std::string_view::npos && result.back() != ')' && result.back() != ']');
    if (gap && !joins) result += ' ';
    gap = false;
    result += c;
  }
  return result;
}

/// `engine = MergeTree`, where a column called `engine` with the type `MergeTree` stands; empty where the engine has no
/// such clause.
std::string clause_meant(const dialects::Description& engine, std::string_view column, std::string_view type) {
  constexpr auto of_some = std::to_array<std::array<std::string_view, 2>>({{"engine", "table engines"},
                                                                           {"order", "'order by' of a table"},
                                                                           {"partition", "partitions"},
                                                                           {"sample", "'sample by'"},
                                                                           {"ttl", "'ttl'"}});
  for (const auto& [word, feature] : of_some)
    if (word == column && !engine.has(feature)) return {};
  const bool in_quotes = type.size() > 1 && type.front() == '"';
  return grammar::clause_with(
      column, in_quotes ? grammar::requoted(type.substr(1, type.size() - 2), '"', '\'') : std::string(type));
}

}  // namespace

dialects::TypeText type_text(const ast::Type& type) {
  dialects::TypeText result;
  result.native = type.native;
  result.text = type.native ? std::string(type.name) : folded_type(type.text);
  if (!type.prefix.empty()) result.name = lower_case(type.prefix) + ".";
  result.name += type.quoted ? std::string(type.name) : lower_case(type.name);
  if (!type.fields.empty()) result.name += " " + lower_case(type.fields);
  if (type.time_zone == ast::TimeZone::with) result.name += " with time zone";
  if (type.time_zone == ast::TimeZone::without) result.name += " without time zone";
  if (type.sign == ast::Sign::with_sign) result.name += " signed";
  if (type.sign == ast::Sign::without_sign) result.name += " unsigned";
  if (type.zerofill) result.name += " zerofill";
  for (const ast::Argument& argument : type.arguments) result.arguments.emplace_back(argument.text);
  result.array_depth = static_cast<int>(type.array_depth);
  return result;
}

const dialects::TypeAnswer& Types::answer(const ast::Type& type, Place place) {
  // `native 'int'` and `int` are told apart by their text, which holds the word.
  auto& answers = answers_[(place.strict_table ? 1 : 0) + (place.identity_key ? 2 : 0)];
  if (const auto found = answers.find(type.text); found != answers.end()) return found->second;
  dialects::TypeText text = type_text(type);
  text.strict_table = place.strict_table;
  text.identity_key = place.identity_key;
  auto found = dialect_.type(text);
  if (std::holds_alternative<dialects::UnknownType>(found))
    if (auto own = declared(type)) found = dialects::NativeType{*std::move(own)};
  return answers.emplace(type.text, std::move(found)).first->second;
}

std::optional<std::string> Types::declared(const ast::Type& type) const {
  if (type.native || type.has_arguments || !database_.engine().has("enum types")) return std::nullopt;
  ast::Path path;
  if (!type.prefix.empty()) path.parts.push_back({type.prefix, type.span, false});
  path.parts.push_back({type.name, type.span, type.quoted});
  path.span = type.span;
  std::string text(type.name);
  if (!type.prefix.empty() && type.prefix != database_.engine().default_schema)
    text = std::string(type.prefix) + "." + text;
  const bool is_object = std::ranges::any_of(database_.objects, [&](const ast::Object* object) {
    const std::string name = text_of(object->name);
    const std::string kind(object->kind.value);
    return (kind == "enum" || kind == "domain" || kind == "type") && name == kind + " " + text;
  });
  if (!is_object && !database_.directory.peek(path)) return std::nullopt;
  for (std::uint32_t depth = 0; depth < type.array_depth; ++depth) text += "[]";
  return text;
}

const std::string* Types::read(Context& context, const ast::Type& type, Place place) {
  return said(context, type, answer(type, place), place.column);
}

const std::string* Types::read_nullable(Context& context, const ast::Type& type) {
  const auto known = nullable_.find(type.text);
  if (known != nullable_.end()) return said(context, type, known->second);
  const dialects::TypeText inner = type_text(type);
  dialects::TypeText text;
  text.text = dialect_.description().nullable_type + "(" + inner.text + ")";
  text.name = lower_case(dialect_.description().nullable_type);
  text.arguments = {inner.text};
  text.native = inner.native;
  return said(context, type, nullable_.emplace(type.text, dialect_.type(text)).first->second);
}

const std::string* Types::said(Context& context, const ast::Type& type, const dialects::TypeAnswer& found,
                               std::string_view column) const {
  if (const auto* native = std::get_if<dialects::NativeType>(&found)) return &native->text;
  const std::string spelled = type_text(type).text;
  const std::string& label = dialect_.description().label;
  if (const auto* lossy = std::get_if<dialects::LossyType>(&found)) {
    auto& diagnostic = context.error("E0221", type.span,
                                     fmt::format("{} cannot hold every value of '{}'", label, spelled), lossy->loses);
    if (!lossy->instead.empty())
      diagnostic.help.push_back(fmt::format("write the type that keeps it: {}", lossy->instead));
    return nullptr;
  }
  if (const auto* malformed = std::get_if<dialects::MalformedType>(&found)) {
    constexpr std::size_t longest = 60;
    context.error("E0220", type.span, fmt::format("{} cannot read the type '{}'", label, shortened(spelled, longest)),
                  malformed->expected);
    return nullptr;
  }
  if (context.broken.may_declare(type.name)) return nullptr;
  auto& diagnostic = context.error("E0220", type.span, fmt::format("{} has no type '{}'", label, spelled),
                                   "neither a portable type nor one of the engine's own");
  const auto& nearest = std::get<dialects::UnknownType>(found).nearest;
  if (!nearest.empty()) diagnostic.help.push_back(fmt::format("did you mean {}?", alternatives(nearest)));
  if (type.native) return nullptr;
  if (const auto clause = clause_meant(dialect_.description(), column, spelled); !clause.empty())
    diagnostic.help.push_back(fmt::format("'{}' is read as the name of a column; the clause is:  {};", column, clause));
  diagnostic.help.push_back(
      fmt::format("a type that is passed through unread is written: native {}", quoted_text(spelled)));
  return nullptr;
}

}  // namespace dmc::check
