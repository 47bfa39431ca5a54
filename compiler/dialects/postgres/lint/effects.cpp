#include "compiler/dialects/postgres/lint/effects.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "compiler/dialects/postgres/sql/functions.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

using sql::last_name;
using sql::qualifier;

constexpr std::array<std::string_view, 8> online_commands{
    "AT_SetStatistics", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ValidateConstraint",
    "AT_ClusterOn",     "AT_DropCluster",   "AT_AttachPartition", "AT_SetOptions"};
constexpr std::array<std::string_view, 6> trigger_commands{"AT_EnableTrig",     "AT_DisableTrig",
                                                           "AT_EnableTrigAll",  "AT_DisableTrigAll",
                                                           "AT_EnableTrigUser", "AT_DisableTrigUser"};

template <std::size_t size>
bool one_of(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// `(12,2)`: the first two numbers; -1 where there is none.
std::array<long, 2> numbers_of(std::string_view modifier) {
  std::array<long, 2> numbers{-1, -1};
  std::size_t at = 1;
  for (auto& number : numbers) {
    if (at >= modifier.size()) break;
    std::from_chars(modifier.data() + at, modifier.data() + modifier.size(), number);
    const auto comma = modifier.find(',', at);
    if (comma == std::string_view::npos) break;
    at = comma + 1;
  }
  return numbers;
}

Lock lock_of(const Node& command) {
  const auto what = command.text("subtype");
  if (one_of(online_commands, what)) return Lock::online;
  if (one_of(trigger_commands, what)) return Lock::writers;
  const auto* definition = command.child("def");
  if (what == "AT_AddConstraint" && definition && definition->text("contype") == "CONSTR_FOREIGN") return Lock::writers;
  if (what == "AT_DetachPartition" && definition && definition->flag("concurrent")) return Lock::online;
  return Lock::everybody;
}

bool rewrites(const Node& command, const Table* table, const Ground& ground) {
  const auto what = command.text("subtype");
  const auto* definition = command.child("def");
  if (what == "AT_AddColumn" && definition) return rewrites_table(*definition, ground);
  if (what == "AT_SetLogged" || what == "AT_SetUnLogged" || what == "AT_SetTableSpace" || what == "AT_SetAccessMethod")
    return true;
  if (what != "AT_AlterColumnType" || !definition) return false;
  const auto* column = table ? table->column(command.text("name")) : nullptr;
  return definition->child("raw_default") || rewrites_table(column ? column->type : Type{}, type_of(*definition));
}

}  // namespace

const Node* column_constraint(const Node& definition, std::string_view kind) {
  for (const Node& constraint : definition.list("constraints"))
    if (constraint.text("contype") == kind) return &constraint;
  return nullptr;
}

std::string volatile_call(const Node& expression) {
  std::string found;
  sql::walk(expression, [&](const Node& node) {
    if (!found.empty() || !node.is("FuncCall")) return found.empty();
    const auto& names = node.list("funcname");
    const auto from = qualifier(names);
    const auto* own = from.empty() || from == "pg_catalog" ? sql::find_function(last_name(names)) : nullptr;
    if (!own || own->is_volatile) found = path_of(names);
    return found.empty();
  });
  return found;
}

bool rewrites_table(const Type& from, const Type& to) {
  if (!from.known() || !to.known()) return true;
  if (from.array != to.array) return true;
  const auto before = numbers_of(from.modifier);
  const auto after = numbers_of(to.modifier);
  const bool texts = (from.name == "varchar" || from.name == "text") && (to.name == "varchar" || to.name == "text");
  if (texts) return !(after[0] < 0 || (from.name == "varchar" && before[0] >= 0 && before[0] <= after[0]));
  if (from.name == "numeric" && to.name == "numeric")
    return !(after[0] < 0 || (before[0] >= 0 && before[0] <= after[0] && before[1] == after[1]));
  if (from.name == to.name) {
    const bool shrinks = after[0] >= 0 && (before[0] < 0 || after[0] < before[0]);
    return shrinks || (from.name == "bpchar" && before[0] != after[0]);
  }
  if (from.name == "cidr" && to.name == "inet") return false;
  return !(from.name == "int4" && to.name == "oid");
}

bool narrows(const Type& from, const Type& to) {
  if (!from.known() || !to.known() || from.array != to.array) return false;
  const auto before = numbers_of(from.modifier);
  const auto after = numbers_of(to.modifier);
  const bool stringish = from.name == "varchar" || from.name == "text" || from.name == "bpchar";
  if (stringish && (to.name == "varchar" || to.name == "bpchar"))
    return after[0] >= 0 && (before[0] < 0 || after[0] < before[0]);
  const int a = sql::numeric_rank(from);
  const int b = sql::numeric_rank(to);
  if (from.name == "numeric" && to.name == "numeric")
    return after[0] >= 0 && (before[0] < 0 || after[0] - after[1] < before[0] - before[1] || after[1] < before[1]);
  if (a > 0 && b > 0) return b < a;
  return (from.name == "timestamptz" || from.name == "timestamp") && to.name == "date";
}

bool rewrites_table(const Node& definition, const Ground& ground) {
  const Type type = type_of(definition);
  if (is_serial(type) || ground.is_constrained_domain(type)) return true;
  if (column_constraint(definition, "CONSTR_GENERATED") || column_constraint(definition, "CONSTR_IDENTITY"))
    return true;
  const auto* value = column_constraint(definition, "CONSTR_DEFAULT");
  const auto* expression = value ? value->child("raw_expr") : nullptr;
  return expression && !volatile_call(*expression).empty();
}

Effect effect_of(const Node& statement, const Ground& ground) {
  Effect effect;
  const auto* relation = statement.child("relation");
  if (relation) effect.relation = path_of(*relation);
  const auto everybody = [&] { effect.lock = Lock::everybody; };
  if (statement.is("AlterTableStmt")) {
    const auto* table = ground.table(effect.relation);
    for (const Node& command : statement.list("cmds")) {
      effect.lock = std::max(effect.lock, lock_of(command));
      effect.rewrites = effect.rewrites || rewrites(command, table, ground);
    }
  } else if (statement.is("IndexStmt")) {
    effect.lock = statement.flag("concurrent") ? Lock::online : Lock::writers;
  } else if (statement.is("RenameStmt") || statement.is("AlterObjectSchemaStmt")) {
    const auto kind = statement.text(statement.is("RenameStmt") ? "rename_type" : "object_type");
    if (relation && kind != "OBJECT_INDEX") everybody();
  } else if (statement.is("DropStmt")) {
    const auto kind = statement.text("remove_type");
    const bool counts = kind == "OBJECT_TABLE" || kind == "OBJECT_INDEX" || kind == "OBJECT_TRIGGER" ||
                        kind == "OBJECT_POLICY" || kind == "OBJECT_RULE";
    if (counts) effect.lock = statement.flag("concurrent") ? Lock::online : Lock::everybody;
    if (const auto* object = statement.child("objects")) {
      const auto& names = object->list("items");
      effect.relation = path_of(names);
      if (kind == "OBJECT_INDEX")
        if (const auto* table = ground.table_of_index(last_name(names))) effect.relation = table->path;
      const bool of_table = kind == "OBJECT_TRIGGER" || kind == "OBJECT_POLICY" || kind == "OBJECT_RULE";
      if (of_table && names.size() > 1) effect.relation = path_of({names.begin(), names.end() - 1});
    }
  } else if (statement.is("TruncateStmt")) {
    everybody();
    if (const auto* first = statement.child("relations")) effect.relation = path_of(*first);
  } else if (statement.is("ClusterStmt") || statement.is("LockStmt") || statement.is("CreatePolicyStmt")) {
    if (!statement.is("LockStmt") || statement.number("mode") == 8) everybody();
    if (const auto* table = statement.child(statement.is("LockStmt") ? "relations" : "table"))
      effect.relation = path_of(*table);
    effect.rewrites = statement.is("ClusterStmt");
  } else if (statement.is("VacuumStmt")) {
    for (const Node& option : statement.list("options"))
      if (option.text("defname") == "full") {
        everybody();
        effect.rewrites = true;
      }
  } else if (statement.is("ReindexStmt")) {
    const auto& parameters = statement.list("params");
    const bool concurrently =
        std::ranges::any_of(parameters, [](const Node& one) { return one.text("defname") == "concurrently"; });
    effect.lock = concurrently ? Lock::online : Lock::writers;
  } else if (statement.is("CreateTrigStmt")) {
    effect.lock = Lock::writers;
  } else if (statement.is("RuleStmt")) {
    everybody();
  } else if (statement.is("CreateStmt") && statement.child("partbound")) {
    everybody();
    if (const auto* parent = statement.child("inh_relations")) effect.relation = path_of(*parent);
  } else if (statement.is("RefreshMatViewStmt") && !statement.flag("concurrent")) {
    everybody();
  }
  return effect;
}

}  // namespace dmc::dialects::postgres::lint
