// Triggers, whole objects and the author's own statements. What can be replaced in place is; the rest is dropped and
// made anew in one transaction.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/callers.hpp"
#include "compiler/dialects/postgres/claims.hpp"
#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/grant_steps.hpp"
#include "compiler/dialects/postgres/holders.hpp"
#include "compiler/dialects/postgres/lower_types.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;
using model::Trigger;

std::string what_is_done(std::string_view what, bool before, bool after) {
  return std::string(before && after ? "replace " : after ? "create " : "drop ") + std::string(what);
}

std::string firing_words(const Trigger& trigger) {
  return trigger.enabled == "replica" ? "on replicas alone" : trigger.enabled;
}

plan::QueryCheck trigger_is(const Lowering& lowering, const Trigger& trigger, bool there) {
  const auto table = full_path(trigger.table, lowering.before);
  return {fmt::format("{} has {}trigger {}", table, there ? "the " : "no ", trigger.name),
          fmt::format("select 1 from pg_catalog.pg_trigger where tgrelid = {} and tgname = {} and not tgisinternal",
                      oid_of(table), text_literal(trigger.name)),
          there ? plan::Comparison::is_not_empty : plan::Comparison::is_empty, std::nullopt, ""};
}

/// It fires as `enabled` of the model says.
plan::QueryCheck trigger_fires(const Lowering& lowering, const Trigger& trigger) {
  auto check = trigger_is(lowering, trigger, true);
  const char sign = trigger.enabled.empty() ? 'O' : static_cast<char>(trigger.enabled.front() - 'a' + 'A');
  check.means += trigger.enabled.empty()         ? ", which fires as usual"
                 : trigger.enabled == "disabled" ? ", which is disabled"
                                                 : ", which fires " + firing_words(trigger);
  check.query += fmt::format(" and tgenabled = '{}'", sign);
  return check;
}

/// Whether the two differ in nothing but when they fire.
bool same_but_firing(const Trigger& before, Trigger after) {
  after.enabled = before.enabled;
  after.after = before.after;
  return before == after;
}

plan::Step trigger_step(const Lowering& lowering, const Trigger* before, const Trigger* after) {
  const auto& trigger = after ? *after : *before;
  const bool stays = before && after && same_but_firing(*before, *after);
  std::vector<std::string> statements;
  std::string summary = what_is_done("trigger " + trigger.path(), before, after);
  if (stays) {
    statements.push_back(set_firing(full_path(trigger.table, lowering.before), trigger.name, trigger.enabled));
    summary = fmt::format("{} trigger {}", trigger.enabled == "disabled" ? "disable" : "enable", trigger.path());
    if (trigger.enabled != "disabled" && !trigger.enabled.empty()) summary += " " + firing_words(trigger);
  } else {
    if (before) append(statements, drop_trigger(*before, lowering.before));
    if (after) append(statements, trigger_statements(*after, lowering.before));
  }
  auto step = brief("trigger " + trigger.path(), std::move(summary), std::move(statements));
  read_in_public(step);
  step.pre.push_back(stays ? trigger_fires(lowering, *before)
                           : trigger_is(lowering, before ? *before : *after, before != nullptr));
  step.post.push_back(stays ? trigger_fires(lowering, *after) : trigger_is(lowering, trigger, after != nullptr));
  const auto table = "table " + trigger.table;
  add_lock(step, lowering, stays ? "enable_trigger" : before ? "drop_trigger" : "create_trigger", table);
  return step;
}

plan::QueryCheck object_is(const Object& object, std::string query, bool there) {
  return {fmt::format("{} {}", object.label(), there ? "exists" : "does not exist"), std::move(query),
          there ? plan::Comparison::is_not_empty : plan::Comparison::is_empty, std::nullopt, ""};
}

bool is_routine(const Object& object) {
  return object.type == "function" || object.type == "procedure" || object.type == "aggregate";
}

/// Arguments or result change, which `create or replace` refuses.
std::vector<std::string> function_anew(const Lowering& lowering, const Object& before, const Object& after) {
  auto callers = callers_of(lowering, before);
  const std::string signature(bare_name(before));
  std::vector<std::string> statements = std::move(callers.drop);
  append(statements, take_away(callers.readers, {}, std::string(bare_name(before))));
  append(statements, statements_in(before.drop.text));
  append(statements, statements_in(after.create.text));
  auto readers = make_anew(callers.readers, lowering.before);
  if (readers.empty()) readers.push_back(give_back({}));
  append(statements, std::move(readers));
  append(statements, std::move(callers.create));
  return statements;
}

/// What a step on the object locks.
void lock_for(plan::Step& step, const Lowering& lowering, const Object* before, const Object* after) {
  const auto& object = after ? *after : *before;
  if (object.type == "statistics" || object.type == "publication") {
    const auto lock = [&](const auto& relation) {
      if (text_names(object.create.text, relation.name))
        add_lock(step, lowering, "create_" + object.type, "table " + relation.path());
    };
    for (const auto& table : lowering.before.tables) {
      lock(table);
      if (table.partitioned) each_partition(*table.partitioned, lock);
    }
  }
  for (const auto& lock : claims_of(std::get<plan::RunSql>(step.action).statements))
    add_lock(step, lock.object, lock.mode, lock.work);
  // What makes an index says its table; what drops it locks that too.
  if (object.type == "partition index" && before)
    for (const auto& lock : claims_of({before->create.text}))
      add_lock(step, lock.object, "access exclusive", "catalog");
  const auto sequence = [&] { return "sequence " + model::unquoted_path(object.name.substr(object.type.size() + 1)); };
  if (object.type == "sequence" && before)
    add_lock(step, sequence(), after ? "share row exclusive" : "access exclusive", "catalog");
  if (object.type == "sequence owner") add_lock(step, sequence(), "share row exclusive", "catalog");
  if (!is_routine(object) || !before || !after || signature_of(before->create.text) == signature_of(after->create.text))
    return;
  const auto callers = callers_of(lowering, *before);
  for (const auto& table : callers.tables) add_lock(step, lowering, "drop_trigger", "table " + table);
  note_readers(step, callers.readers, lowering.before);
}

plan::Step object_step(const Lowering& lowering, const Object* before, const Object* after) {
  const auto& object = after ? *after : *before;
  std::vector<std::string> statements;
  const bool stays = before && after && before->create == after->create;
  if (gives_privileges(object) && !stays) {
    statements = change_grant(lowering, before, after);
  } else if (before && after && !stays) {
    const bool same_signature = signature_of(before->create.text) == signature_of(after->create.text);
    if (is_routine(object) && same_signature)
      statements = {or_replace(after->create.text)};
    else if (is_routine(object))
      statements = function_anew(lowering, *before, *after);
    else if (object.type == "rule")
      statements = statements_in(or_replace(after->create.text));
    else if (object.type == "sequence")
      statements = {alter_sequence(before->create.text, after->create.text)};
    else if (object.type == "comment")
      statements = statements_in(after->create.text);
  }
  if (statements.empty() && !stays) {
    if (before) append(statements, statements_in(before->drop.text));
    if (after) append(statements, statements_in(after->create.text));
    if (before && after) append(statements, comments_on(object, lowering.before));
  }
  auto step = brief(object.label(), "", std::move(statements));
  step.summary =
      stays ? "declare " + object.label() + " anew; it stays as it is" : what_is_done(object.label(), before, after);
  read_in_public(step);
  if (const auto query = object_query(before ? *before : *after); !query.empty())
    step.pre.push_back(object_is(before ? *before : *after, query, before != nullptr));
  if (const auto query = object_query(object); !query.empty())
    step.post.push_back(object_is(object, query, after != nullptr));
  lock_for(step, lowering, before, after);
  // An extension or a whole object may do anything.
  step.unclaimed = object.type == "extension" || !step.object.starts_with(object.type);
  if (step.unclaimed) step.timeouts.statement_ms.reset();
  return step;
}

/// What undoing an object's creation, or its drop, loses.
plan::Reverse grade_of(const Lowering& lowering, const Object* before, const Object* after) {
  const auto& object = after ? *after : *before;
  if (const auto role = before ? std::string() : loses_defaults(lowering, object); !role.empty())
    return lossy("what default privileges had given to " + role);
  const bool turns = before && after && counts_the_other_way(before->create.text, after->create.text);
  if (object.type == "sequence" && before && (!after || turns))
    return lossy("how far " + object.label() + " had counted");
  if (object.type == "extension" && before && !after) return lossy("what " + object.label() + " held");
  const bool known = object.name.starts_with(object.type + " ");
  if (known) return exact();
  return before ? lossy("what " + object.label() + " held")
                : until_written("what " + object.label() + " holds by then");
}

}  // namespace

Pairs lower_trigger(const Lowering& lowering, const Trigger* before, const Trigger* after) {
  Pairs pairs;
  pairs.push_back(pair_of(trigger_step(lowering, before, after), exact(), trigger_step(lowering, after, before)));
  return pairs;
}

namespace {

/// Parts of tables and materialized views that keep what the function gave.
std::vector<std::string> keepers_of_results(const model::Database& database, const Object& function) {
  std::vector<std::string> found;
  const Object* asked[] = {&function};
  const auto holders = holders_of([&]() -> const model::Database& { return database; }, asked);
  for (const auto& holder : holders.front())
    if (holder.goes && (holder.kind == "index" || holder.kind == "constraint" || holder.kind == "column"))
      found.push_back(holder.kind + " " + holder.member + " of " + holder.path);
  // No statement takes a partition key away, so that it is no holder.
  for (const auto& table : database.tables)
    if (table.partitioned && text_names(table.partitioned->by.text, function.provides()))
      found.push_back("the partitions of " + table.path());
  return found;
}

}  // namespace

Pairs lower_object(const Lowering& lowering, const Object* before, const Object* after) {
  if (before && after && before->create != after->create) {
    if (after->type == "enum") return lower_enum(lowering, *before, *after);
    if (after->type == "domain") return lower_domain(lowering, *before, *after);
    if (after->type == "type" && attributes_of(before->create.text) && attributes_of(after->create.text))
      return lower_composite(lowering, *before, *after);
  }
  auto forward = object_step(lowering, before, after);
  if (before && !after && before->type == "sequence")
    add_hazard(forward, "data.sequence_drop", before->path(), "its position is lost", own_acceptance(lowering.change));
  if (before && !after && before->type == "schema")
    add_hazard(forward, "data.drop_schema", before->path(), "PostgreSQL drops it only when nothing is left in it",
               own_acceptance(lowering.change));
  if (before && after && before->create != after->create && after->type == "function")
    if (const auto keepers = keepers_of_results(lowering.before, *before); !keepers.empty())
      add_hazard(forward, "data.stale_results", before->path(),
                 joined(keepers, ", ") + (keepers.size() == 1 ? " keeps" : " keep") + " what it gave before");
  Pairs pairs;
  auto grade = before && after && before->create == after->create ? exact() : grade_of(lowering, before, after);
  pairs.push_back(pair_of(std::move(forward), std::move(grade), object_step(lowering, after, before)));
  return pairs;
}

namespace {

/// Outside a transaction every statement stays by itself, so each is a step; the last one answers for all of them.
Pairs one_by_one(StepPair whole) {
  auto statements = std::get<plan::RunSql>(whole.forward.action).statements;
  Pairs pairs;
  if (std::get<plan::RunSql>(whole.forward.action).in_transaction || statements.size() < 2) {
    pairs.push_back(std::move(whole));
    return pairs;
  }
  for (std::size_t i = 0; i < statements.size(); ++i) {
    StepPair pair{whole.forward, std::nullopt};
    std::get<plan::RunSql>(pair.forward.action).statements = {std::move(statements[i])};
    pair.forward.summary += fmt::format(", statement {} of {}", i + 1, statements.size());
    if (i + 1 < statements.size()) {
      pair.forward.post.clear();
      pair.forward.exactly_once_by = plan::ExactlyOnce::none;
    }
    pairs.push_back(std::move(pair));
  }
  // Whatever of them is done, the author's way back is for all of it.
  pairs.front().reverse = std::move(whole.reverse);
  return pairs;
}

}  // namespace

Pairs lower_run(const Lowering& lowering, const change::RunStatements& run) {
  const auto& statement = run.statement;
  const auto texts = [](const std::vector<model::Sql>& list) {
    std::vector<std::string> statements;
    for (const auto& sql : list) statements.push_back(sql.text);
    return statements;
  };
  const auto outside = [&](plan::Step& step) {
    std::get<plan::RunSql>(step.action).in_transaction = statement.in_transaction;
    if (!statement.in_transaction)
      step.exactly_once_by = step.post.empty() ? plan::ExactlyOnce::none : plan::ExactlyOnce::post;
  };
  StepPair pair;
  pair.forward = lengthy(lowering.change.object, "run '" + statement.name + "'", texts(statement.statements));
  read_in_public(pair.forward);
  if (statement.verify) pair.forward.post.push_back(*statement.verify);
  outside(pair.forward);
  pair.forward.reverse = statement.undo_nothing
                             ? lossy("whatever '" + statement.name + "' did: its author wrote no way back")
                             : plan::as_written("what '" + statement.name + "' did");
  pair.reverse =
      lengthy(lowering.change.object,
              statement.undo_nothing ? "leave what '" + statement.name + "' did: its author wrote no way back"
                                     : "take back '" + statement.name + "', as its author wrote it",
              statement.undo_nothing ? std::vector<std::string>() : texts(statement.undo));
  read_in_public(*pair.reverse);
  if (!statement.undo_nothing) outside(*pair.reverse);
  return one_by_one(std::move(pair));
}

}  // namespace dmc::dialects::postgres
