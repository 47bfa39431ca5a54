// Views, triggers and whole objects: created, replaced, dropped. None of them holds rows of the author's, but for an
// object, of which nothing is known.
#include <algorithm>

#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

std::string summary(std::string_view kind, const std::string& name, bool before, bool after) {
  return std::string(before && after ? "replace " : after ? "create " : "drop ") + std::string(kind) + " " + name;
}

/// Dropping a view takes the triggers on it along, so they come back with it.
std::vector<std::string> triggers_on(const model::Database& database, const std::string& view) {
  std::vector<std::string> statements;
  for (const auto& trigger : database.triggers)
    if (same_name(trigger.table, view)) statements.push_back(create_trigger(trigger));
  return statements;
}

plan::Step view_step(const Lowering& lowering, const model::View* before, const model::View* after) {
  std::vector<std::string> statements;
  const auto& name = before ? before->name : after->name;
  if (before) statements.push_back("drop view " + quoted(name));
  if (after) {
    statements.push_back(create_view(*after));
    for (auto& statement : triggers_on(lowering.before, name)) statements.push_back(std::move(statement));
  }
  auto step = run_sql("view " + name, summary("view", name, before, after), std::move(statements));
  if (!before) step.pre.push_back(name_is_free("view", name));
  step.post.push_back(after ? stands(*after, lowering.before) : is_gone("view", name));
  return step;
}

plan::Step trigger_step(const model::Trigger* before, const model::Trigger* after) {
  std::vector<std::string> statements;
  const auto& name = before ? before->name : after->name;
  if (before) statements.push_back("drop trigger " + quoted(name));
  if (after) statements.push_back(create_trigger(*after));
  auto step = run_sql("trigger " + name, summary("trigger", name, before, after), std::move(statements));
  if (!before) step.pre.push_back(name_is_free("trigger", name));
  step.post.push_back(after ? is_there("trigger", name) : is_gone("trigger", name));
  return step;
}

/// Whatever it is, SQLite lists it under its name.
plan::QueryCheck object_is(const model::Object& object, bool there) {
  const auto query = "select 1 from sqlite_master where name = " + text_literal(object.name) + " collate nocase";
  const auto what = object.type + " " + object.name;
  if (there) return {what + " exists", query, plan::Comparison::is_not_empty, std::nullopt, ""};
  return no_rows(what + " does not exist", query);
}

plan::Step object_step(const model::Object* before, const model::Object* after) {
  std::vector<std::string> statements;
  const auto& object = after ? *after : *before;
  const bool stays = before && after && before->create == after->create;
  if (before && after && !stays && after->replace) {
    statements.push_back(after->replace->text);
  } else if (!stays) {
    if (before) statements.push_back(before->drop.text);
    if (after) statements.push_back(after->create.text);
  }
  auto step = run_sql(object.label(),
                      stays ? "declare " + object.type + " " + object.name + " anew; it stays as it is"
                            : summary(object.type, object.name, before, after),
                      std::move(statements));
  if (!before) step.pre.push_back(object_is(object, false));
  step.post.push_back(object_is(object, after != nullptr));
  return step;
}

}  // namespace

std::vector<StepPair> lower_view(const Lowering& lowering, const model::View* before, const model::View* after) {
  StepPair pair;
  pair.forward = view_step(lowering, before, after);
  pair.forward.reverse = exact();
  pair.reverse = view_step(lowering, after, before);
  return {std::move(pair)};
}

std::vector<StepPair> lower_trigger(const Lowering&, const model::Trigger* before, const model::Trigger* after) {
  StepPair pair;
  pair.forward = trigger_step(before, after);
  pair.forward.reverse = exact();
  pair.reverse = trigger_step(after, before);
  return {std::move(pair)};
}

std::vector<StepPair> lower_object(const Lowering&, const model::Object* before, const model::Object* after) {
  StepPair pair;
  pair.forward = object_step(before, after);
  const std::string what = (after ? after : before)->type + " " + (after ? after : before)->name;
  if (before && after && before->create == after->create)
    pair.forward.reverse = exact();
  else
    pair.forward.reverse = before ? lossy("what " + what + " held") : until_written("what " + what + " holds by then");
  pair.reverse = object_step(after, before);
  return {std::move(pair)};
}

namespace {

/// Outside a transaction every statement stays by itself, so each is a step; the last one answers for all of them.
std::vector<StepPair> one_by_one(StepPair whole) {
  auto statements = std::get<plan::RunSql>(whole.forward.action).statements;
  if (std::get<plan::RunSql>(whole.forward.action).in_transaction || statements.size() < 2) return {std::move(whole)};
  std::vector<StepPair> pairs;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    StepPair pair{whole.forward, std::nullopt};
    std::get<plan::RunSql>(pair.forward.action).statements = {std::move(statements[i])};
    pair.forward.summary += ", statement " + std::to_string(i + 1) + " of " + std::to_string(statements.size());
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

std::vector<StepPair> lower_run(const Lowering& lowering, const change::RunStatements& run) {
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
  pair.forward = run_sql(lowering.change.object, "run '" + statement.name + "'", texts(statement.statements), "rows");
  if (statement.verify) pair.forward.post.push_back(*statement.verify);
  outside(pair.forward);
  pair.forward.reverse = statement.undo_nothing
                             ? lossy("whatever '" + statement.name + "' did: its author wrote no way back")
                             : plan::as_written("what '" + statement.name + "' did");
  pair.reverse =
      run_sql(lowering.change.object,
              statement.undo_nothing ? "leave what '" + statement.name + "' did: its author wrote no way back"
                                     : "take back '" + statement.name + "', as its author wrote it",
              texts(statement.undo), "rows");
  if (statement.undo_nothing)
    std::get<plan::RunSql>(pair.reverse->action).statements.clear();
  else
    outside(*pair.reverse);
  return one_by_one(std::move(pair));
}

}  // namespace dmc::dialects::sqlite
