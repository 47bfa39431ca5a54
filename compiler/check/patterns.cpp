// A pattern is checked where it is declared, so that its mistakes are not those of whoever uses it.
#include "compiler/check/patterns.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/ast/build.hpp"
#include "compiler/check/engines.hpp"
#include "compiler/check/standard_library.hpp"
#include "compiler/check/words.hpp"
#include "grammar/parse.hpp"

namespace dmc::check {

namespace {

using ast::ParameterKind;
using grammar::Splice;
using grammar::SpliceContext;

constexpr std::string_view library_prefix = "std.";

std::string_view place_of(SpliceContext context) {
  switch (context) {
    case SpliceContext::name:
    case SpliceContext::quoted_name:
    case SpliceContext::sql_name:
      return "a name";
    case SpliceContext::value:
      return "a value";
    case SpliceContext::text:
    case SpliceContext::sql_text:
      return "a text";
    case SpliceContext::sql:
    case SpliceContext::body:
      return "SQL";
  }
  return "a value";
}

bool is_name(ParameterKind kind) {
  return kind == ParameterKind::table || kind == ParameterKind::column || kind == ParameterKind::database;
}

/// Whether the splice is an argument of a use inside the pattern: there any kind may stand whole.
bool is_argument(const ast::Pattern& pattern, const Splice& splice) {
  std::string_view before = pattern.body.substr(0, splice.span.begin - pattern.body_span.begin);
  const std::size_t end = before.find_last_of(";{}");
  if (end != std::string_view::npos) before.remove_prefix(end + 1);
  while (!before.empty() && is_space(before.front())) before.remove_prefix(1);
  return before.starts_with("use") && before.size() > 3 && is_space(before[3]);
}

/// Whether an argument of that kind can be written in such a place at all.
bool can_stand(ParameterKind kind, SpliceContext context) {
  const bool in_name =
      context == SpliceContext::name || context == SpliceContext::quoted_name || context == SpliceContext::sql_name;
  const bool in_sql = context == SpliceContext::sql || context == SpliceContext::body;
  if (is_name(kind) && context == SpliceContext::value) return false;
  if (kind == ParameterKind::sql) return !in_name;
  if (kind == ParameterKind::duration) return !in_name && !in_sql;
  return true;
}

/// Whether the splice touches a letter, a digit or another splice, so that together they make one name.
bool touches_a_name(const ast::Pattern& pattern, const Splice& splice) {
  const std::string_view body = pattern.body;
  const std::size_t begin = splice.span.begin - pattern.body_span.begin;
  const std::size_t end = splice.span.end - pattern.body_span.begin;
  const bool before = begin > 0 && (is_name_part(body[begin - 1]) || body[begin - 1] == '}');
  const bool after = end < body.size() && (is_name_part(body[end]) || body.substr(end, 2) == "${");
  return before || after;
}

/// True when each has a name of its own.
bool check_parameters(Context& context, const ast::Pattern& pattern) {
  bool is_good = true;
  for (std::size_t at = 0; at < pattern.parameters.size(); ++at) {
    const ast::Parameter& parameter = pattern.parameters[at];
    for (std::size_t other = 0; other < at; ++other) {
      if (pattern.parameters[other].name.text != parameter.name.text) continue;
      auto& diagnostic =
          context.error("E0283", parameter.span, fmt::format("parameter '{}' is declared twice", parameter.name.text),
                        "each parameter has a name of its own");
      diagnostic.notes.push_back({pattern.parameters[other].span, "the first one"});
      is_good = false;
    }
  }
  return is_good;
}

void check_splices(Context& context, const ast::Pattern& pattern) {
  std::vector<bool> used(pattern.parameters.size(), false);
  bool all_known = true;
  std::vector<std::string_view> names;
  for (const ast::Parameter& parameter : pattern.parameters) names.push_back(parameter.name.text);
  for (const Splice& splice : pattern.splices) {
    if (splice.environment) continue;
    const std::string_view name = context.sources.text(splice.name);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      auto& diagnostic = context.error("E0275", splice.span,
                                       fmt::format("pattern '{}' has no parameter '{}'", pattern.name.text, name),
                                       "only its parameters can stand here");
      offer(diagnostic, name, names);
      all_known = false;
      continue;
    }
    const auto at = static_cast<std::size_t>(found - names.begin());
    used[at] = true;
    const ParameterKind kind = pattern.parameters[at].kind;
    const bool torn = kind == ParameterKind::sql && splice.context != SpliceContext::text &&
                      splice.context != SpliceContext::sql_text && touches_a_name(pattern, splice);
    if (!torn && (can_stand(kind, splice.context) || is_argument(pattern, splice))) continue;
    context
        .error("E0278", splice.span,
               fmt::format("'{}' is {} and cannot be part of {}", name, phrase_of(kind),
                           torn ? "a name" : place_of(splice.context)),
               "expected a parameter of another kind")
        .notes.push_back({pattern.parameters[at].span, "declared here"});
  }
  // One that is misspelled may be the one that seems to be missing.
  if (!all_known || context.broken.within(pattern.span)) return;
  for (std::size_t at = 0; at < used.size(); ++at) {
    if (used[at]) continue;
    const ast::Parameter& parameter = pattern.parameters[at];
    context
        .error("E0276", parameter.span,
               fmt::format("pattern '{}' does not use its parameter '{}'", pattern.name.text, parameter.name.text),
               fmt::format("expected ${{{}}} somewhere in its body", parameter.name.text))
        .help.push_back("a parameter that nothing depends on misleads whoever uses the pattern: leave it out");
  }
}

void check_pattern(Context& context, const ast::Pattern& pattern) {
  const std::size_t before = context.diagnostics.all().size();
  if (pattern.engine) check_engine_name(context, *pattern.engine);
  if (check_parameters(context, pattern)) check_splices(context, pattern);
  // A use of it would only repeat what was said here.
  if (context.diagnostics.all().size() > before) context.broken.learn(pattern.head);
}

}  // namespace

std::string_view phrase_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::table:
      return "a table";
    case ParameterKind::column:
      return "a column";
    case ParameterKind::sql:
      return "SQL";
    case ParameterKind::text:
      return "a text";
    case ParameterKind::number:
      return "a number";
    case ParameterKind::duration:
      return "a duration";
    case ParameterKind::database:
      return "a database";
  }
  return "a value";
}

std::string_view word_of(ast::PatternScope scope) {
  switch (scope) {
    case ast::PatternScope::table:
      return "table";
    case ast::PatternScope::database:
      return "database";
    case ast::PatternScope::change:
      return "change";
    case ast::PatternScope::project:
      return "project";
  }
  return "database";
}

std::string signature_of(const ast::Pattern& pattern) {
  std::string result;
  for (const ast::Parameter& parameter : pattern.parameters) {
    const std::string_view phrase = phrase_of(parameter.kind);
    const std::string word =
        parameter.kind == ParameterKind::sql ? "sql" : std::string(phrase.substr(phrase.find(' ') + 1));
    result += fmt::format("{}{}: {}", result.empty() ? "" : ", ", parameter.name.text, word);
  }
  return "(" + result + ")";
}

void Patterns::enter(Context& context, std::string name, const ast::Pattern& pattern) {
  auto& variants = by_name_[std::move(name)];
  for (const ast::Pattern* other : variants) {
    const bool same_engine = other->engine.has_value() == pattern.engine.has_value() &&
                             (!other->engine || other->engine->text == pattern.engine->text);
    if (!same_engine) continue;
    auto& diagnostic = context.error(
        "E0271", pattern.head,
        pattern.engine ? fmt::format("pattern '{}' on {} is declared twice", pattern.name.text, pattern.engine->text)
                       : fmt::format("pattern '{}' is declared twice", pattern.name.text),
        "one pattern of a name, or one for each engine");
    diagnostic.notes.push_back({other->head, "the first one"});
    return;
  }
  variants.push_back(&pattern);
}

void Patterns::declare(Context& context, const ast::Pattern& pattern) {
  check_pattern(context, pattern);
  enter(context, std::string(pattern.name.text), pattern);
}

void Patterns::load_standard_library(Context& context) {
  if (std::exchange(has_standard_library_, true)) return;
  for (const PackedPattern& packed : standard_library()) {
    const auto file = context.sources.add(std::string(packed.name), std::string(packed.text));
    const std::size_t before = context.diagnostics.all().size();
    const grammar::Tree tree = grammar::parse(context.sources, file, context.diagnostics);
    context.syntax.files.push_back(ast::build(tree, context.sources, context.diagnostics));
    context.broken.learn(tree, context.diagnostics, before);
    for (const ast::FileItem& item : context.syntax.files.back().items) {
      const auto* pattern = std::get_if<ast::Pattern>(&item);
      if (!pattern) continue;
      check_pattern(context, *pattern);
      enter(context, std::string(library_prefix) + std::string(pattern->name.text), *pattern);
    }
  }
}

const std::vector<const ast::Pattern*>* Patterns::find(Context& context, const ast::Path& path) {
  std::string name;
  for (const ast::Name& part : path.parts) name += (name.empty() ? "" : ".") + std::string(part.text);
  if (name.starts_with(library_prefix)) load_standard_library(context);
  if (const auto found = by_name_.find(name); found != by_name_.end()) return &found->second;
  if (context.broken.may_declare(path.parts.back().text)) return nullptr;
  load_standard_library(context);
  auto& diagnostic = context.error("E0270", path.span, fmt::format("there is no pattern '{}'", name),
                                   "expected a pattern of the project, or one of the standard library");
  std::vector<std::string_view> names;
  for (const auto& [known, variants] : by_name_) names.push_back(known);
  if (const std::string in_library = std::string(library_prefix) + name; by_name_.contains(in_library)) {
    diagnostic.help.push_back(fmt::format("did you mean '{}'?", in_library));
  } else {
    offer(diagnostic, name, names);
  }
  return nullptr;
}

}  // namespace dmc::check
