// Rules of views and triggers.
#include <algorithm>
#include <array>

#include "compiler/dialects/sqlite/check.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using grammar::Diagnostics;

void check_view(const model::View& view, Diagnostics& diagnostics) {
  if (!view.schema.empty())
    diagnostics.error("E0405", view.origin.span, "SQLite has no schemas", "only 'main', which needs no word");
  if (view.materialized)
    diagnostics
        .error("E0416", view.origin.span, "SQLite has no materialized views",
               "a view computes its rows when it is read")
        .help.push_back("write:  view " + view.name + " as (…);");
  const auto tokens = tokens_of(view.query.text);
  if (tokens.empty() || !(tokens[0].is("select") || tokens[0].is("with") || tokens[0].is("values")))
    diagnostics.error("E0417", view.origin.span, "view '" + view.name + "' does not begin with a query",
                      "expected select, with or values");
  if (std::ranges::any_of(tokens, [](const Token& token) { return token.kind == Token::Kind::parameter; }))
    diagnostics.error("E0417", view.origin.span, "view '" + view.name + "' holds a parameter",
                      "nothing can fill it in");
}

/// The words with which SQLite lets a statement of a trigger begin.
bool begins_statement(const Token& token) {
  constexpr std::array<std::string_view, 6> words{"delete", "insert", "replace", "select", "update", "with"};
  return std::ranges::any_of(words, [&](auto word) { return token.is(word); });
}

void check_trigger(const model::Trigger& trigger, Diagnostics& diagnostics) {
  const auto error = [&](std::string message, std::string label) -> grammar::Diagnostic& {
    return diagnostics.error("E0418", trigger.origin.span, std::move(message), std::move(label));
  };
  const std::string what = "trigger '" + trigger.name + "'";
  if (!trigger.schema.empty())
    diagnostics.error("E0405", trigger.origin.span, "SQLite has no schemas", "only 'main', which needs no word");
  if (trigger.events.size() > 1)
    error(what + " has several events", "SQLite fires a trigger on one: insert, update or delete")
        .help.push_back("write one trigger for each, with the same body");
  if (!trigger.for_each_row) error(what + " fires once for a statement", "SQLite fires for each row");
  if (trigger.execute) error(what + " calls a function", "SQLite keeps the statements in the trigger:  as $$ … $$");
  if (!trigger.body) return;
  bool at_start = true;
  const auto tokens = tokens_of(trigger.body->text);
  for (const auto& token : tokens) {
    if (at_start && !begins_statement(token)) {
      error(what + " has a statement that begins with '" + std::string(token.text) + "'",
            "SQLite takes insert, update, delete and select in a trigger");
      return;
    }
    at_start = token.is_sign(";");
  }
  if (tokens.empty()) error(what + " does nothing", "expected at least one statement");
}

}  // namespace

void check_objects(const model::Database& database, Diagnostics& diagnostics) {
  for (const auto& view : database.views) check_view(view, diagnostics);
  for (const auto& trigger : database.triggers) check_trigger(trigger, diagnostics);
}

}  // namespace dmc::dialects::sqlite
