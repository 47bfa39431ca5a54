#include "compiler/dialects/postgres/claims.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "compiler/dialects/postgres/lint/effects.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"

namespace dmc::dialects::postgres {

namespace {

using sql::Node;

std::string_view mode_of(lint::Lock lock) {
  if (lock == lint::Lock::everybody) return "access exclusive";
  return lock == lint::Lock::writers ? "share row exclusive" : "share update exclusive";
}

bool reads_rows(const Node& statement) {
  constexpr std::array<std::string_view, 3> readers{"AT_SetNotNull", "AT_ValidateConstraint", "AT_AttachPartition"};
  return statement.is("AlterTableStmt") && std::ranges::any_of(statement.list("cmds"), [&](const Node& command) {
           const auto what = command.text("subtype");
           const auto* definition = command.child("def");
           return std::ranges::find(readers, what) != readers.end() ||
                  (what == "AT_AddConstraint" && definition && !definition->flag("skip_validation"));
         });
}

/// The relation that a comment is on, or on a part of; empty: on nothing that is locked.
std::string commented(const Node& statement) {
  constexpr std::array<std::string_view, 6> relations{"OBJECT_TABLE",    "OBJECT_VIEW",  "OBJECT_MATVIEW",
                                                      "OBJECT_SEQUENCE", "OBJECT_INDEX", "OBJECT_FOREIGN_TABLE"};
  constexpr std::array<std::string_view, 5> parts{"OBJECT_COLUMN", "OBJECT_TABCONSTRAINT", "OBJECT_TRIGGER",
                                                  "OBJECT_POLICY", "OBJECT_RULE"};
  const auto kind = statement.text("objtype");
  const auto* object = statement.child("object");
  if (!object) return {};
  const auto& names = object->list("items");
  if (std::ranges::find(relations, kind) != relations.end()) return lint::path_of(names);
  if (std::ranges::find(parts, kind) == parts.end() || names.size() < 2) return {};
  return lint::path_of({names.begin(), names.end() - 1});
}

/// The tables that foreign keys of an ALTER TABLE point at.
std::vector<std::string> referenced_by(const Node& statement) {
  std::vector<std::string> paths;
  if (!statement.is("AlterTableStmt")) return paths;
  for (const auto& command : statement.list("cmds"))
    if (const auto* definition = command.child("def"))
      if (const auto* table = definition->child("pktable")) paths.push_back(lint::path_of(*table));
  return paths;
}

lint::Effect effect_of(const Node& statement) {
  static const lint::Ground nothing_known(nullptr);
  if (statement.is("CommentStmt")) return {lint::Lock::online, commented(statement), false};
  return lint::effect_of(statement, nothing_known);
}

}  // namespace

std::vector<plan::Lock> claims_of(const std::vector<std::string>& statements) {
  std::vector<plan::Lock> claims;
  for (const auto& text : statements) {
    const auto parsed = sql::parse(text);
    const auto* all = std::get_if<std::vector<sql::ParsedStatement>>(&parsed);
    for (const auto& statement : all ? *all : std::vector<sql::ParsedStatement>()) {
      const auto effect = effect_of(statement.tree);
      if (effect.lock == lint::Lock::none || effect.relation.empty()) continue;
      const std::string_view work = effect.rewrites                  ? "rewrite"
                                    : statement.tree.is("IndexStmt") ? "index"
                                    : reads_rows(statement.tree)     ? "scan"
                                                                     : "catalog";
      claims.push_back({"table " + effect.relation, std::string(mode_of(effect.lock)), std::string(work)});
      for (const auto& path : referenced_by(statement.tree))
        claims.push_back({"table " + path, "share row exclusive", "catalog"});
    }
  }
  return claims;
}

}  // namespace dmc::dialects::postgres
