// lock.*: who has to wait, and for how long.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/lint/rules.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

bool is_concurrent_build(const Place& place) {
  return place.statement.is("IndexStmt") && place.statement.flag("concurrent");
}

bool is_concurrent(const Place& place) {
  const Node& statement = place.statement;
  if (statement.flag("concurrent") && !statement.is("RefreshMatViewStmt")) return true;
  if (statement.is("ReindexStmt"))
    return std::ranges::any_of(statement.list("params"),
                               [](const Node& one) { return one.text("defname") == "concurrently"; });
  bool detaches = false;
  each_command(place, "AT_DetachPartition", [&](const Node& command) {
    detaches = detaches || (command.child("def") && command.child("def")->flag("concurrent"));
  });
  return detaches;
}

/// Statements that set something or end the transaction lengthen no lock.
bool is_brief(const Node& statement) { return statement.is("TransactionStmt") || statement.is("VariableSetStmt"); }

std::size_t foreign_keys_in(const Place& place) {
  std::size_t keys = 0;
  each_added(place, "CONSTR_FOREIGN", [&](const Node&) { ++keys; });
  each_new_column(place, [&](const Node& column) { keys += column_constraint(column, "CONSTR_FOREIGN") ? 1 : 0; });
  if (place.statement.is("CreateStmt"))
    for (const Node& element : place.statement.list("table_elts"))
      keys += element.text("contype") == "CONSTR_FOREIGN" ? 1 : 0;
  return keys;
}

/// The table of an index that the statement names, where it is known; else the index itself.
std::string table_of(const Place& place, const std::string& index) {
  const auto* table = place.ground.table_of_index(index);
  return table ? table->path : index;
}

void unique_constraint(const Place& place, const Report& report) {
  for (const std::string_view kind : {"CONSTR_UNIQUE", "CONSTR_PRIMARY"})
    each_added(place, kind, [&](const Node& constraint) {
      if (place.existing(place.relation()) && constraint.text("indexname").empty())
        report(
            named(place.relation(), constraint),
            "its index is built while nobody reads or writes the table; build a unique index concurrently and add the "
            "constraint `using index`");
    });
}

void pk_nullable(const Place& place, const Report& report) {
  each_added(place, "CONSTR_PRIMARY", [&](const Node& constraint) {
    const auto index_name = constraint.text("indexname");
    if (index_name.empty()) return;
    const auto* table = place.table();
    const auto* index = table ? table->index(index_name) : nullptr;
    if (!index) {
      report(named(place.relation(), constraint), "unverified: whether the index's columns are not null is not known");
      return;
    }
    for (const auto& column : index->columns)
      if (!table->proves_not_null(column))
        report(named(place.relation(), constraint),
               fmt::format("{} may be null: the table is scanned under an exclusive lock", column));
  });
}

void not_null_scan(const Place& place, const Report& report) {
  each_command(place, "AT_SetNotNull", [&](const Node& command) {
    const auto* table = place.table();
    if (!place.existing(place.relation()) || (table && table->proves_not_null(command.text("name")))) return;
    report(member(place.relation(), command.text("name")),
           "the table is scanned under an exclusive lock; prove it with a check `not valid`, validate that, and then "
           "set it");
  });
}

void constraint_not_valid(const Place& place, const Report& report) {
  for (const std::string_view kind : {"CONSTR_CHECK", "CONSTR_FOREIGN"})
    each_added(place, kind, [&](const Node& constraint) {
      if (place.existing(place.relation()) && !constraint.flag("skip_validation"))
        report(
            named(place.relation(), constraint),
            "every row is looked at while the lock is held; add it `not valid` and validate it in another transaction");
    });
}

void inline_column_constraint(const Place& place, const Report& report) {
  each_command(place, "AT_AddColumn", [&](const Node& command) {
    const auto* column = command.child("def");
    if (!column || !place.existing(place.relation())) return;
    for (const std::string_view kind : {"CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_FOREIGN"})
      if (column_constraint(*column, kind))
        report(member(place.relation(), column->text("colname")),
               "the constraint is built or checked under the exclusive lock of the new column; add it in a statement "
               "of its "
               "own");
  });
}

void domain_check(const Place& place, const Report& report) {
  if (!place.statement.is("AlterDomainStmt")) return;
  const auto what = place.statement.text("subtype");
  const auto* constraint = place.statement.child("def");
  const bool adds = what == "C" && constraint && !constraint->flag("skip_validation");
  if (adds || what == "V" || what == "O")
    report(path_of(place.statement.list("type_name")), "every table with a column of the domain is locked and read");
}

void fk_drop_parent(const Place& place, const Report& report) {
  const auto look = [&](const Table* table, const Constraint& key) {
    report(member(table->path, key.name.empty() ? "foreign key" : key.name),
           fmt::format("{} is locked for everybody as well", key.referenced));
  };
  each_command(place, "AT_DropConstraint", [&](const Node& command) {
    const auto* table = place.table();
    const auto* key = table ? table->constraint(command.text("name")) : nullptr;
    if (key && key->kind == Constraint::Kind::foreign) look(table, *key);
  });
  each_dropped(place, "OBJECT_TABLE", [&](const std::string& path) {
    const auto* table = place.ground.table(path);
    if (!table) return;
    for (const auto& one : table->constraints)
      if (one.kind == Constraint::Kind::foreign) look(table, one);
  });
}

void validate_same_tx(const Place& place, const Report& report) {
  each_command(place, "AT_ValidateConstraint", [&](const Node& command) {
    const auto* table = place.table();
    const auto* constraint = table ? table->constraint(command.text("name")) : nullptr;
    if (constraint && constraint->added_in == place.transaction && place.in_transaction)
      report(member(place.relation(), command.text("name")),
             "the lock that added it is held until the end of this transaction");
  });
}

void option_mix(const Place& place, const Report& report) {
  bool sets_options = false;
  for (const std::string_view kind : {"AT_SetRelOptions", "AT_ResetRelOptions", "AT_SetStatistics"})
    each_command(place, kind, [&](const Node&) { sets_options = true; });
  if (sets_options && place.effect.lock > Lock::online && place.existing(place.relation()))
    report(place.relation(), "the options alone would let everybody go on; with the rest they wait for its lock");
}

constexpr Rule lock_table[] = {
    {"lock.after_ax",
     [](const Place& place, const Report& report) {
       const auto held = std::ranges::find(place.held, Lock::everybody, &Effect::lock);
       if (held != place.held.end() && !is_brief(place.statement) && place.in_transaction)
         report(held->relation, "nobody reads or writes the table until this statement and all behind it are done");
     }},
    {"lock.cic_corruption_14",
     [](const Place& place, const Report& report) {
       const auto version = place.oldest_version;
       const bool bad = version == "14.0" || version == "14.1" || version == "14.2" || version == "14.3";
       if (bad && is_concurrent(place))
         report(place.relation(), "servers before 14.4 can build an index that misses rows");
     }},
    {"lock.cic_if_not_exists",
     [](const Place& place, const Report& report) {
       if (is_concurrent_build(place) && place.statement.flag("if_not_exists"))
         report(std::string(place.statement.text("idxname")), "an invalid index of that name is taken for a good one");
     }},
    {"lock.cic_lock_timeout",
     [](const Place& place, const Report& report) {
       if (is_concurrent_build(place) && place.short_lock_timeout)
         report(std::string(place.statement.text("idxname")),
                "its waits for other transactions count: the timeout ends the build and leaves an invalid index");
     }},
    {"lock.concurrent_in_tx",
     [](const Place& place, const Report& report) {
       if (is_concurrent(place) && (place.in_transaction || place.begun))
         report(place.relation(), "the server refuses it inside a transaction");
     }},
    {"lock.constraint_not_valid", constraint_not_valid},
    {"lock.detach_not_concurrent",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_DetachPartition", [&](const Node& command) {
         if (command.child("def") && !command.child("def")->flag("concurrent"))
           report(place.relation(), "nobody reads or writes the whole table meanwhile");
       });
     }},
    {"lock.domain_check", domain_check},
    {"lock.exclusion",
     [](const Place& place, const Report& report) {
       each_added(place, "CONSTR_EXCLUSION", [&](const Node& constraint) {
         if (place.existing(place.relation()))
           report(named(place.relation(), constraint), "its index is built while nobody reads or writes the table");
       });
     }},
    {"lock.fk_drop_parent", fk_drop_parent},
    {"lock.index_drop_not_concurrent",
     [](const Place& place, const Report& report) {
       if (!place.statement.flag("concurrent"))
         each_dropped(place, "OBJECT_INDEX", [&](const std::string& index) {
           if (place.existing(table_of(place, index))) report(index, "nobody reads or writes its table meanwhile");
         });
     }},
    {"lock.index_not_concurrent",
     [](const Place& place, const Report& report) {
       if (place.statement.is("IndexStmt") && !place.statement.flag("concurrent") && place.existing(place.relation()))
         report(place.relation(), "nobody writes to the table while the index is built");
     }},
    {"lock.inline_column_constraint", inline_column_constraint},
    {"lock.multi_fk",
     [](const Place& place, const Report& report) {
       if (const auto keys = foreign_keys_in(place); keys > 1)
         report(place.relation(), fmt::format("{} foreign keys in one statement lock as many tables at once", keys));
     }},
    {"lock.multiple_alter",
     [](const Place& place, const Report& report) {
       if (place.statement.is("AlterTableStmt") && place.statement.text("objtype") == "OBJECT_TABLE" &&
           std::ranges::find(place.altered, place.relation()) != place.altered.end())
         report(place.relation(), "one ALTER TABLE with several actions locks and scans once");
     }},
    {"lock.no_stmt_timeout",
     [](const Place& place, const Report& report) {
       if (place.effect.lock >= Lock::writers && !place.statement_timeout && place.existing(place.effect.relation))
         report(place.effect.relation, "statement_timeout is not set");
     }},
    {"lock.no_timeout",
     [](const Place& place, const Report& report) {
       if (place.effect.lock >= Lock::writers && !place.lock_timeout && place.existing(place.effect.relation))
         report(place.effect.relation,
                "while it waits for its lock, everybody queues behind it; lock_timeout is not set");
     }},
    {"lock.not_null_scan", not_null_scan},
    {"lock.partition_of",
     [](const Place& place, const Report& report) {
       if (place.statement.is("CreateStmt") && place.statement.child("partbound") &&
           place.existing(place.effect.relation))
         report(place.effect.relation,
                "nobody reads or writes the whole table meanwhile; create a table and attach it");
     }},
    {"lock.pk_nullable", pk_nullable},
    {"lock.reindex_not_concurrent",
     [](const Place& place, const Report& report) {
       if (place.statement.is("ReindexStmt") && !is_concurrent(place))
         report(place.relation(), "nobody writes to the table meanwhile, and readers that use the index wait");
     }},
    {"lock.table_option_mix", option_mix},
    {"lock.unique_constraint", unique_constraint},
    {"lock.validate_same_tx", validate_same_tx},
};
static_assert(std::ranges::is_sorted(lock_table, {}, &Rule::hazard));

}  // namespace

std::span<const Rule> lock_rules() { return lock_table; }

}  // namespace dmc::dialects::postgres::lint
