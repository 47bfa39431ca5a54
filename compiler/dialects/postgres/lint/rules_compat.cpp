// compat.*, tx.*: programs and people that go on using the schema, and statements that do not hang together.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/lint/rules.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

using sql::last_name;

void renamed(const Place& place, std::string_view kind, const Report& report) {
  const Node& statement = place.statement;
  if (!statement.is("RenameStmt") || statement.text("rename_type") != kind) return;
  const bool column = kind == "OBJECT_COLUMN";
  if (!place.existing(place.relation())) return;
  std::string object = kind == "OBJECT_SCHEMA" ? std::string(statement.text("subname"))
                       : column                ? member(place.relation(), statement.text("subname"))
                                               : place.relation();
  report(std::move(object),
         fmt::format("programs that say the old name fail from then on; they must say {}", statement.text("newname")));
}

void required_column(const Place& place, const Report& report) {
  each_command(place, "AT_AddColumn", [&](const Node& command) {
    const auto* column = command.child("def");
    if (!column || !place.existing(place.relation()) || !column_constraint(*column, "CONSTR_NOTNULL")) return;
    for (const std::string_view kind : {"CONSTR_DEFAULT", "CONSTR_GENERATED", "CONSTR_IDENTITY"})
      if (column_constraint(*column, kind)) return;
    if (!is_serial(type_of(*column)))
      report(member(place.relation(), column->text("colname")),
             "rows that exist have no value for it, and programs that leave it out fail");
  });
}

void authorisation(const Place& place, const Report& report) {
  constexpr std::string_view kinds[] = {"GrantStmt",        "GrantRoleStmt",   "AlterDefaultPrivilegesStmt",
                                        "CreatePolicyStmt", "AlterPolicyStmt", "AlterOwnerStmt"};
  const Node& statement = place.statement;
  const bool dropped = statement.is("DropStmt") && statement.text("remove_type") == "OBJECT_POLICY";
  if (dropped || std::ranges::find(kinds, statement.kind) != std::end(kinds)) {
    const auto* table = statement.child("table");
    const auto* object = table ? table : statement.child("objects");
    report(object && object->is("RangeVar") ? path_of(*object) : std::string(),
           "who may see or change what is changed");
  }
  for (const std::string_view kind : {"AT_EnableRowSecurity", "AT_DisableRowSecurity", "AT_ForceRowSecurity",
                                      "AT_NoForceRowSecurity", "AT_ChangeOwner"})
    each_command(place, kind, [&](const Node&) { report(place.relation(), "who may see or change what is changed"); });
}

void enum_in_transaction(const Place& place, const Report& report) {
  if (place.statement.is("AlterEnumStmt") || !place.in_transaction) return;
  std::set<std::string> used;
  sql::walk(place.statement, [&](const Node& node) {
    if (node.is("AConst") && node.child("sval") && place.ground.has_new_value(node.child("sval")->text("sval")))
      used.emplace(node.child("sval")->text("sval"));
    return true;
  });
  for (const auto& value : used)
    report(value, "the value was added in this transaction and cannot be used before its end");
}

void not_robust(const Place& place, const Report& report) {
  if (place.in_transaction || !place.several || place.begun) return;
  const Node& statement = place.statement;
  if (statement.flag("concurrent")) return;  // lock.cic_if_not_exists has the last word there
  const bool creates = statement.is("CreateStmt") || statement.is("IndexStmt") || statement.is("CreateSeqStmt") ||
                       statement.is("CreateSchemaStmt");
  bool once =
      (creates && !statement.flag("if_not_exists")) || (statement.is("DropStmt") && !statement.flag("missing_ok"));
  for (const std::string_view kind : {"AT_AddColumn", "AT_DropColumn", "AT_DropConstraint"})
    each_command(place, kind, [&](const Node& command) { once = once || !command.flag("missing_ok"); });
  if (once)
    report(place.relation(), "when a statement behind it fails, the script cannot be run again: no `if [not] exists`");
}

void duplicate_assignment(const Place& place, const Report& report) {
  if (!place.statement.is("UpdateStmt")) return;
  std::set<std::string_view> seen;
  for (const Node& target : place.statement.list("target_list"))
    if (!seen.insert(target.text("name")).second && target.list("indirection").empty())
      report(member(place.relation(), target.text("name")), "the column is assigned twice");
}

constexpr Rule compat_table[] = {
    {"compat.authz", authorisation},
    {"compat.cached_plan",
     [](const Place& place, const Report& report) {
       bool changes = false;
       for (const std::string_view kind : {"AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType"})
         each_command(place, kind, [&](const Node&) { changes = true; });
       if (changes && place.existing(place.relation()))
         report(place.relation(), "a prepared `select *` of it fails once: cached plan must not change result type");
     }},
    {"compat.default_change",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_ColumnDefault", [&](const Node& command) {
         if (place.existing(place.relation()))
           report(member(place.relation(), command.text("name")),
                  "inserts that leave the column out get another value from then on");
       });
     }},
    {"compat.enum_in_tx", enum_in_transaction},
    {"compat.enum_order",
     [](const Place& place, const Report& report) {
       const Node& statement = place.statement;
       if (statement.is("AlterEnumStmt") && statement.text("old_val").empty() &&
           statement.text("new_val_neighbor").empty())
         report(path_of(statement.list("type_name")),
                fmt::format("'{}' sorts behind all others: no `before` or `after`", statement.text("new_val")));
     }},
    {"compat.extension_upgrade",
     [](const Place& place, const Report& report) {
       if (place.statement.is("AlterExtensionStmt"))
         report(std::string(place.statement.text("extname")), "its functions and operators may behave differently");
     }},
    {"compat.not_valid_breaks_writers",
     [](const Place& place, const Report& report) {
       each_added(place, "CONSTR_CHECK", [&](const Node& constraint) {
         const auto proves = constraint_of(constraint, "", place.transaction).proves;
         if (!proves.empty() && place.existing(place.relation()))
           report(named(place.relation(), constraint),
                  fmt::format("programs that write no {} fail from then on, `not valid` or not", proves));
       });
     }},
    {"compat.rename_column", [](const Place& place, const Report& report) { renamed(place, "OBJECT_COLUMN", report); }},
    {"compat.rename_enum_value",
     [](const Place& place, const Report& report) {
       if (place.statement.is("AlterEnumStmt") && !place.statement.text("old_val").empty())
         report(path_of(place.statement.list("type_name")),
                fmt::format("programs that say '{}' fail from then on", place.statement.text("old_val")));
     }},
    {"compat.rename_schema", [](const Place& place, const Report& report) { renamed(place, "OBJECT_SCHEMA", report); }},
    {"compat.rename_table",
     [](const Place& place, const Report& report) {
       renamed(place, "OBJECT_TABLE", report);
       renamed(place, "OBJECT_VIEW", report);
       if (place.statement.is("AlterObjectSchemaStmt") && place.statement.text("object_type") == "OBJECT_TABLE")
         report(place.relation(), "programs that find it by its schema fail from then on");
     }},
    {"compat.replica_identity",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_ReplicaIdentity", [&](const Node&) {
         report(place.relation(), "what logical replication sends of updates and deletes changes");
       });
     }},
    {"compat.required_column", required_column},
    {"compat.untrackable_deps",
     [](const Place& place, const Report& report) {
       const Node& statement = place.statement;
       if (statement.is("DoStmt") || statement.is("CallStmt"))
         report("", "what it does and depends on stands in a text that is not followed");
       if (!statement.is("CreateFunctionStmt")) return;
       for (const Node& option : statement.list("options"))
         if (option.text("defname") == "language" && option.child("arg") && sql::name_of(*option.child("arg")) != "sql")
           report(path_of(statement.list("funcname")), "what its body depends on is not tracked by the server");
     }},
    {"tx.duplicate_assign", duplicate_assignment},
    {"tx.nesting",
     [](const Place& place, const Report& report) {
       if (!place.statement.is("TransactionStmt")) return;
       const auto kind = place.statement.text("kind");
       const bool begins = kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START";
       if (place.begun ? begins : place.in_transaction)
         report("", begins ? "a transaction is open already"
                           : "the script's own transaction would end in the middle of it");
     }},
    {"tx.non_robust", not_robust},
};
static_assert(std::ranges::is_sorted(compat_table, {}, &Rule::hazard));

}  // namespace

std::span<const Rule> compat_rules() { return compat_table; }

}  // namespace dmc::dialects::postgres::lint
