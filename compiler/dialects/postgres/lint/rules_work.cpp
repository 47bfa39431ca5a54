// rewrite.*, data.*: tables written anew, and what may be lost or refused.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/lint/rules.hpp"

namespace dmc::dialects::postgres::lint {

namespace {

/// Looks at each column that an ALTER TABLE adds to a table that was there.
template <class Look>
void each_added_column(const Place& place, const Look& look) {
  each_command(place, "AT_AddColumn", [&](const Node& command) {
    const auto* definition = command.child("def");
    if (definition && place.existing(place.relation()))
      look(*definition, member(place.relation(), definition->text("colname")));
  });
}

/// Looks at each change of a type, with the old one where it is known.
template <class Look>
void each_retyped(const Place& place, const Look& look) {
  each_command(place, "AT_AlterColumnType", [&](const Node& command) {
    const auto* definition = command.child("def");
    const auto* table = place.table();
    const auto* column = table ? table->column(command.text("name")) : nullptr;
    if (definition && place.existing(place.relation()))
      look(member(place.relation(), command.text("name")), column ? column->type : Type{}, type_of(*definition),
           definition->child("raw_default") != nullptr);
  });
}

template <class Look>
void each_lost_constraint(const Place& place, Constraint::Kind kind, const Look& look) {
  each_command(place, "AT_DropConstraint", [&](const Node& command) {
    const auto* table = place.table();
    const auto* constraint = table ? table->constraint(command.text("name")) : nullptr;
    if (constraint && constraint->kind == kind) look(member(place.relation(), command.text("name")));
  });
}

std::string cascade(const Place& place) {
  return place.statement.text("behavior") == "DROP_CASCADE" ? ", and all that depends on it" : "";
}

void full_rewrite(const Place& place, const Report& report) {
  const Node& statement = place.statement;
  if (statement.is("ClusterStmt"))
    report(place.relation(), "the table is written anew while nobody reads or writes it");
  if (statement.is("VacuumStmt") && place.effect.rewrites) {
    const auto* first = statement.child("rels");
    const auto* range = first ? first->child("relation") : nullptr;
    report(range ? path_of(*range) : "every table", "the table is written anew while nobody reads or writes it");
  }
  for (const std::string_view kind : {"AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod"})
    each_command(place, kind, [&](const Node&) {
      if (place.existing(place.relation()))
        report(place.relation(), "the table is written anew while nobody reads or writes it");
    });
}

void type_timezone(const Place& place, const Report& report) {
  each_retyped(place, [&](std::string object, const Type& from, const Type& to, bool) {
    if ((from.is("timestamp") && to.is("timestamptz")) || (from.is("timestamptz") && to.is("timestamp")))
      report(std::move(object),
             "what the values mean, and whether the table is written anew, depends on the session's TimeZone");
  });
}

void unique_may_fail(const Place& place, const Report& report) {
  if (place.statement.is("IndexStmt") && place.statement.flag("unique") && place.existing(place.relation()))
    report(place.relation(), "rows that are equal end the build");
  for (const std::string_view kind : {"CONSTR_UNIQUE", "CONSTR_PRIMARY"})
    each_added(place, kind, [&](const Node& constraint) {
      if (place.existing(place.relation()) && constraint.text("indexname").empty())
        report(named(place.relation(), constraint), "rows that are equal end the statement");
    });
}

constexpr Rule work_table[] = {
    {"data.drop_check",
     [](const Place& place, const Report& report) {
       each_lost_constraint(place, Constraint::Kind::check, [&](std::string object) {
         report(std::move(object), "rows that it kept out can come in");
       });
     }},
    {"data.drop_column",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_DropColumn", [&](const Node& command) {
         report(member(place.relation(), command.text("name")), "the column and every value in it go" + cascade(place));
       });
     }},
    {"data.drop_database",
     [](const Place& place, const Report& report) {
       if (place.statement.is("DropdbStmt")) report(std::string(place.statement.text("dbname")), "the database goes");
     }},
    {"data.drop_fk",
     [](const Place& place, const Report& report) {
       each_lost_constraint(place, Constraint::Kind::foreign, [&](std::string object) {
         report(std::move(object), "rows that point nowhere can come in");
       });
     }},
    {"data.drop_not_null",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_DropNotNull", [&](const Node& command) {
         report(member(place.relation(), command.text("name")), "readers may meet a null where none could be");
       });
     }},
    {"data.drop_schema",
     [](const Place& place, const Report& report) {
       each_dropped(place, "OBJECT_SCHEMA",
                    [&](std::string object) { report(std::move(object), "the schema goes" + cascade(place)); });
     }},
    {"data.drop_table",
     [](const Place& place, const Report& report) {
       each_dropped(place, "OBJECT_TABLE", [&](std::string object) {
         report(std::move(object), "the table and every row in it go" + cascade(place));
       });
     }},
    {"data.drop_unique",
     [](const Place& place, const Report& report) {
       for (const auto kind : {Constraint::Kind::unique, Constraint::Kind::primary})
         each_lost_constraint(place, kind, [&](std::string object) {
           report(std::move(object), "equal rows can come in, and then the key cannot be made again");
         });
     }},
    {"data.not_null_may_fail",
     [](const Place& place, const Report& report) {
       each_command(place, "AT_SetNotNull", [&](const Node& command) {
         const auto* table = place.table();
         if (place.existing(place.relation()) && !(table && table->proves_not_null(command.text("name"))))
           report(member(place.relation(), command.text("name")), "a null in it ends the statement");
       });
     }},
    {"data.sequence_drop",
     [](const Place& place, const Report& report) {
       each_dropped(place, "OBJECT_SEQUENCE",
                    [&](std::string object) { report(std::move(object), "the number that it stands at goes"); });
     }},
    {"data.truncate",
     [](const Place& place, const Report& report) {
       if (place.statement.is("TruncateStmt"))
         for (const Node& table : place.statement.list("relations")) report(path_of(table), "every row goes");
     }},
    {"data.truncate_cascade",
     [](const Place& place, const Report& report) {
       if (place.statement.is("TruncateStmt") && place.statement.text("behavior") == "DROP_CASCADE")
         for (const Node& table : place.statement.list("relations"))
           report(path_of(table), "every table that points at it is emptied too");
     }},
    {"data.unique_may_fail", unique_may_fail},
    {"rewrite.constrained_domain_column",
     [](const Place& place, const Report& report) {
       each_added_column(place, [&](const Node& column, std::string object) {
         if (place.ground.is_constrained_domain(type_of(column)))
           report(std::move(object), "the domain's constraint is checked by writing the table anew");
       });
     }},
    {"rewrite.full", full_rewrite},
    {"rewrite.serial",
     [](const Place& place, const Report& report) {
       each_added_column(place, [&](const Node& column, std::string object) {
         if (is_serial(type_of(column)) || column_constraint(column, "CONSTR_IDENTITY"))
           report(std::move(object), "every row gets its number by writing the table anew");
       });
     }},
    {"rewrite.stored_generated",
     [](const Place& place, const Report& report) {
       each_added_column(place, [&](const Node& column, std::string object) {
         if (column_constraint(column, "CONSTR_GENERATED"))
           report(std::move(object), "every row gets its value by writing the table anew");
       });
     }},
    {"rewrite.type_change",
     [](const Place& place, const Report& report) {
       each_retyped(place, [&](std::string object, const Type& from, const Type& to, bool converts) {
         if (converts || rewrites_table(from, to))
           report(std::move(object),
                  from.known() ? "the table is written anew while nobody reads or writes it"
                               : "unverified: the type before is not known, so the table may be written anew");
       });
     }},
    {"rewrite.type_narrowing",
     [](const Place& place, const Report& report) {
       each_retyped(place, [&](std::string object, const Type& from, const Type& to, bool) {
         if (narrows(from, to))
           report(std::move(object), "values that do not fit end the statement, or lose what does not fit");
       });
     }},
    {"rewrite.type_timezone", type_timezone},
    {"rewrite.under_lock",
     [](const Place& place, const Report& report) {
       const auto held = std::ranges::find(place.held, Lock::everybody, &Effect::lock);
       if (place.effect.rewrites && place.in_transaction && held != place.held.end() &&
           place.existing(place.effect.relation))
         report(place.effect.relation, fmt::format("it is written anew while {} stays locked as well", held->relation));
     }},
    {"rewrite.volatile_default",
     [](const Place& place, const Report& report) {
       each_added_column(place, [&](const Node& column, std::string object) {
         const auto* value = column_constraint(column, "CONSTR_DEFAULT");
         const auto* expression = value ? value->child("raw_expr") : nullptr;
         const auto called = expression ? volatile_call(*expression) : std::string();
         if (!called.empty())
           report(std::move(object),
                  fmt::format("{}() may answer anew for every row, so the table is written anew", called));
       });
     }},
};
static_assert(std::ranges::is_sorted(work_table, {}, &Rule::hazard));

}  // namespace

std::span<const Rule> work_rules() { return work_table; }

}  // namespace dmc::dialects::postgres::lint
