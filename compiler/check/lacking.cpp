// One row per kind: what it is called, and what takes its place on SQLite.
#include "compiler/check/lacking.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace dmc::check {

namespace {

using ast::ObjectKind;

struct Kind {
  ObjectKind kind;
  std::string_view plural;
  std::string_view on_sqlite;
};

constexpr std::array kinds{
    Kind{ObjectKind::materialized_view, "materialized views",
         "a plain view says the same and computes it when it is read; a table kept by triggers stores it"},
    Kind{ObjectKind::sequence, "sequences", "an identity column counts by itself: id bigint primary key identity;"},
    Kind{ObjectKind::enumeration, "enum types",
         "say which values there are where they are kept: check (state in ('new', 'paid'))"},
    Kind{ObjectKind::domain, "domains", "write the type and its check on each column"},
    Kind{ObjectKind::function, "functions in the database",
         "what a trigger does stands in the trigger: trigger … as $$ … $$; other functions come from the application"},
    Kind{ObjectKind::procedure, "procedures in the database",
         "what a procedure does belongs to the application, or to a 'run' of a change"},
    Kind{ObjectKind::extension, "extensions in the database", "the application loads them for each connection"},
    Kind{ObjectKind::schema, "schemas", "put its tables into the database itself, or into a database of their own"},
    Kind{ObjectKind::row_policy, "row policies", "it has no users; a view with a 'where' shows a part of the rows"},
    Kind{ObjectKind::grant, "grants", "it has no users; who may open the file may read it"},
    Kind{ObjectKind::value, "enum types", ""},
    Kind{ObjectKind::partition, "partitions", ""},
    Kind{ObjectKind::projection, "projections", "an index that holds every column that the query reads does the same"}};

}  // namespace

std::string_view plural_of(ObjectKind kind) {
  for (const Kind& row : kinds)
    if (row.kind == kind) return row.plural;
  return {};
}

bool is_modelled(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::table:
    case ObjectKind::view:
    case ObjectKind::trigger:
    case ObjectKind::object:
    case ObjectKind::materialized_view:
    case ObjectKind::sequence:
    case ObjectKind::enumeration:
    case ObjectKind::domain:
    case ObjectKind::function:
    case ObjectKind::procedure:
    case ObjectKind::extension:
    case ObjectKind::schema:
    case ObjectKind::row_policy:
    case ObjectKind::grant:
    case ObjectKind::column:
    case ObjectKind::index:
    case ObjectKind::constraint:
    case ObjectKind::partition:
    case ObjectKind::projection:
      return true;
    case ObjectKind::value:
    case ObjectKind::replica:
    case ObjectKind::reconcile:
    case ObjectKind::invariant:
      return false;
  }
  return false;
}

bool report_lacking(Context& context, const dialects::Description& engine, grammar::Span span, std::string_view thing,
                    std::string way) {
  if (engine.has(thing)) return false;
  auto& diagnostic = context.error("E0261", span, fmt::format("{} has no {}", engine.label, thing),
                                   fmt::format("not possible on {}", engine.label));
  if (!way.empty()) diagnostic.help.push_back(std::move(way));
  return true;
}

bool report_lacking_kind(Context& context, const dialects::Description& engine, ObjectKind kind, grammar::Span span,
                         std::string way) {
  for (const Kind& row : kinds) {
    if (row.kind != kind) continue;
    if (engine.has(row.plural)) return false;
    auto& diagnostic = context.error("E0260", span, fmt::format("{} has no {}", engine.label, row.plural),
                                     fmt::format("not possible on {}", engine.label));
    if (way.empty() && engine.name == "sqlite") way = row.on_sqlite;
    if (!way.empty()) diagnostic.help.push_back(std::move(way));
    return true;
  }
  return false;
}

bool says_lacking(const grammar::Diagnostic& diagnostic, const dialects::Dialects& dialects) {
  constexpr std::array codes = std::to_array<std::string_view>({"E0220", "E0221", "E0260", "E0261", "E0280"});
  const auto is_among = [&](const auto& list) { return std::ranges::find(list, diagnostic.code) != list.end(); };
  return is_among(codes) || std::ranges::any_of(dialects.all(), [&](const auto& dialect) {
           return is_among(dialect->description().lacking_codes);
         });
}

void report_unsupported(Context& context, grammar::Span span, std::string_view thing, std::string_view instead) {
  auto& diagnostic = context.error("E0280", span, fmt::format("{} is not supported by this version of dmc", thing),
                                   "the language has it, this version does not run it");
  if (!instead.empty()) diagnostic.help.emplace_back(instead);
}

}  // namespace dmc::check
