// Sends each kind of change to the topic that knows it.
#include "compiler/dialects/postgres/lower.hpp"

#include <algorithm>
#include <variant>

#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/lint/raw.hpp"
#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/owners.hpp"
#include "compiler/dialects/postgres/rename_value.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/model/secrets.hpp"

namespace dmc::dialects::postgres {

namespace {

/// The way back makes it anew, as it was.
StepPair lower_end(const Lowering& lowering, const plan::Kept& kept) {
  std::vector<std::string> drops;
  auto leftovers = kept.leftovers;
  for (auto& leftover : leftovers) {
    append(drops, leftover.cleanup);
    leftover.release = "settled";
  }
  auto forward = brief(kept.object, "no longer " + kept.summary, std::move(drops));
  forward.leftovers = leftovers;
  add_lock(forward, lowering, "drop_trigger", kept.object);
  auto reverse = brief(kept.object, kept.summary, kept.statements);
  read_in_public(reverse);
  reverse.leftovers = std::move(leftovers);
  add_lock(reverse, lowering, "create_trigger", kept.object);
  return pair_of(std::move(forward), exact(), std::move(reverse));
}

/// A step that only looks; there is nothing to take back.
Pairs looking(plan::Action action, std::string object, std::string summary) {
  plan::Step step;
  step.action = std::move(action);
  step.object = object;
  step.summary = std::move(summary);
  read_in_public(step);
  Pairs pairs;
  pairs.push_back(
      pair_of(std::move(step), exact(), brief(std::move(object), "nothing to take back: it only looked", {})));
  return pairs;
}

struct Lowerer {
  const Lowering& lowering;

  Pairs operator()(const change::CreateTable& kind) const { return lower_create(lowering, kind); }
  Pairs operator()(const change::DropTable& kind) const { return lower_drop(lowering, kind); }
  Pairs operator()(const change::RenameTable& kind) const { return lower_rename(lowering, kind); }
  Pairs operator()(const change::AlterTable& kind) const { return lower_alter(lowering, kind); }
  Pairs operator()(const change::CreateView& kind) const { return lower_view(lowering, nullptr, &kind.view); }
  Pairs operator()(const change::ReplaceView& kind) const { return lower_view(lowering, &kind.before, &kind.after); }
  Pairs operator()(const change::DropView& kind) const { return lower_view(lowering, &kind.view, nullptr); }
  Pairs operator()(const change::CreateTrigger& kind) const { return lower_trigger(lowering, nullptr, &kind.trigger); }
  Pairs operator()(const change::ReplaceTrigger& kind) const {
    return lower_trigger(lowering, &kind.before, &kind.after);
  }
  Pairs operator()(const change::DropTrigger& kind) const { return lower_trigger(lowering, &kind.trigger, nullptr); }
  Pairs operator()(const change::CreateObject& kind) const { return lower_object(lowering, nullptr, &kind.object); }
  Pairs operator()(const change::ReplaceObject& kind) const {
    return lower_object(lowering, &kind.before, &kind.after);
  }
  Pairs operator()(const change::DropObject& kind) const { return lower_object(lowering, &kind.object, nullptr); }
  Pairs operator()(const change::RenameValue& kind) const { return lower_value(lowering, kind); }
  Pairs operator()(const change::BackfillRows& kind) const { return lower_backfill(lowering, kind); }
  Pairs operator()(const change::DropRows& kind) const { return lower_drop_rows(lowering, kind); }
  Pairs operator()(const change::VerifyQuery& kind) const {
    return looking(plan::Verify{kind.statement.check}, lowering.change.object, "verify '" + kind.statement.name + "'");
  }
  Pairs operator()(const change::WaitAtGate& kind) const {
    const auto& gate = kind.statement;
    return looking(plan::Gate{gate.text, gate.check, gate.hold_ms, gate.valid_for_ms}, lowering.change.object,
                   "gate '" + gate.text + "'");
  }
  Pairs operator()(const change::RunStatements& kind) const { return lower_run(lowering, kind); }
  Pairs operator()(const change::Adopt&) const { return {}; }
  Pairs operator()(const change::Forget&) const { return {}; }
  Pairs operator()(const change::EndKept& kind) const {
    Pairs pairs;
    pairs.push_back(lower_end(lowering, kind.kept));
    return pairs;
  }
};

}  // namespace

namespace {

/// A question about rows may read all of them, and its answer is worth the wait: only the statements are brief then.
void allow_questions(plan::Step& step) {
  const auto of_rows = [](const plan::QueryCheck& check) {
    return check.query.find(" from pg_catalog.") == std::string::npos;
  };
  if (std::ranges::any_of(step.pre, of_rows) || std::ranges::any_of(step.post, of_rows))
    step.timeouts.statement_ms.reset();
}

/// A server may write what it is sent into its log. A superuser can keep it from that, for the transaction.
void guard_secrets(plan::Step& step) {
  auto* action = std::get_if<plan::RunSql>(&step.action);
  if (!action || !action->in_transaction || model::secrets_of(action->statements).empty()) return;
  action->statements.insert(
      action->statements.begin(),
      "select pg_catalog.set_config(setting, value, true) from (values ('log_statement', 'none'), "
      "('log_min_duration_statement', '-1'), ('log_min_messages', 'panic'), ('log_min_error_statement', 'panic')) as "
      "kept (setting, value) "
      "where (select rolsuper from pg_catalog.pg_roles where rolname = current_user)");
}

/// "table users" of a change that drops it; what lives on a dropped trigger is made with the trigger.
std::string dropped(const change::Change& change) {
  if (const auto* drop = std::get_if<change::DropTable>(&change.kind)) return "table " + drop->table.path();
  if (const auto* drop = std::get_if<change::DropView>(&change.kind)) return "view " + drop->view.path();
  if (const auto* drop = std::get_if<change::DropObject>(&change.kind)) return drop->object.label();
  return {};
}

/// The last step of the way back finds the thing in its place again.
void bring_companions_back(const Lowering& lowering, Pairs& pairs) {
  const auto label = dropped(lowering.change);
  if (label.empty()) return;
  std::vector<std::string> statements;
  if (const auto* drop = std::get_if<change::DropView>(&lowering.change.kind))
    for (const auto& trigger : lowering.before.triggers)
      if (trigger.table == drop->view.path()) append(statements, trigger_statements(trigger, lowering.before));
  append(statements, companions(lowering, label));
  if (statements.empty()) return;
  read_in_public(*pairs.front().reverse);
  append(std::get<plan::RunSql>(pairs.front().reverse->action).statements, std::move(statements));
}

/// Of what others own besides who drops it; what lives on it comes behind its owner.
void give_back_to_owner(const Lowering& lowering, Pairs& pairs) {
  const auto note = owner_note(lowering);
  if (!note || pairs.size() != 1 || !pairs.front().reverse) return;
  auto* forward = std::get_if<plan::RunSql>(&pairs.front().forward.action);
  auto* back = std::get_if<plan::RunSql>(&pairs.front().reverse->action);
  if (!forward || !back || !forward->in_transaction || !back->in_transaction) return;
  read_in_public(pairs.front().forward);
  read_in_public(*pairs.front().reverse);
  forward->statements.insert(forward->statements.begin(), note->keep);
  back->statements.push_back(note->give_back);
}

bool is_raw(const change::Change& change) {
  return std::holds_alternative<change::RunStatements>(change.kind) || change.object.starts_with("object ");
}

}  // namespace

std::vector<StepPair> lower(const change::Change& change, const model::Database& before) {
  const Lowering lowering{change, before};
  auto pairs = std::visit(Lowerer{lowering}, change.kind);
  give_back_to_owner(lowering, pairs);
  bring_companions_back(lowering, pairs);
  const bool raw = is_raw(change);
  // Of what an author wrote himself nothing is known but its text.
  if (!pairs.empty() && raw) {
    auto found = lint::raw_hazards(change, before);
    for (auto& hazard : found.hazards) pairs.front().forward.hazards.push_back(std::move(hazard));
    pairs.front().places = std::move(found.places);
  }
  const auto finish = [&](plan::Step& step) {
    step.unclaimed = step.unclaimed || raw;
    allow_questions(step);
    guard_secrets(step);
  };
  for (auto& pair : pairs) {
    finish(pair.forward);
    if (pair.reverse) finish(*pair.reverse);
  }
  return pairs;
}

}  // namespace dmc::dialects::postgres
