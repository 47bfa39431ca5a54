// Sends each kind of change to the topic that knows it.
#include "compiler/dialects/sqlite/lower.hpp"

#include <variant>

#include "compiler/dialects/sqlite/lowering.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"

namespace dmc::dialects::sqlite {

namespace {

/// The way back makes it anew, as it was.
StepPair lower_end(const plan::Kept& kept) {
  std::vector<std::string> drops;
  auto leftovers = kept.leftovers;
  for (auto& leftover : leftovers) {
    drops.insert(drops.end(), leftover.cleanup.begin(), leftover.cleanup.end());
    leftover.release = "settled";
  }
  StepPair pair;
  pair.forward = run_sql(kept.object, "no longer " + kept.summary, std::move(drops));
  pair.forward.reverse = exact();
  pair.forward.leftovers = leftovers;
  pair.reverse = run_sql(kept.object, kept.summary, kept.statements);
  pair.reverse->leftovers = std::move(leftovers);
  return pair;
}

/// A step that only looks; there is nothing to take back.
StepPair looking(plan::Action action, std::string object, std::string summary) {
  StepPair pair;
  pair.forward.action = std::move(action);
  pair.forward.object = std::move(object);
  pair.forward.summary = std::move(summary);
  pair.forward.reverse = exact();
  pair.reverse = run_sql(pair.forward.object, "nothing to take back: it only looked", {});
  pair.reverse->locks.clear();
  return pair;
}

struct Lowerer {
  const Lowering& lowering;
  using Pairs = std::vector<StepPair>;

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
  Pairs operator()(const change::RenameValue&) const { return {}; }  // its enums are types
  Pairs operator()(const change::BackfillRows& kind) const { return lower_backfill(lowering, kind); }
  Pairs operator()(const change::DropRows& kind) const { return lower_drop_rows(lowering, kind); }
  Pairs operator()(const change::VerifyQuery& kind) const {
    return {
        looking(plan::Verify{kind.statement.check}, lowering.change.object, "verify '" + kind.statement.name + "'")};
  }
  Pairs operator()(const change::WaitAtGate& kind) const {
    const auto& gate = kind.statement;
    return {looking(plan::Gate{gate.text, gate.check, gate.hold_ms, gate.valid_for_ms}, lowering.change.object,
                    "gate '" + gate.text + "'")};
  }
  Pairs operator()(const change::RunStatements& kind) const { return lower_run(lowering, kind); }
  Pairs operator()(const change::Adopt&) const { return {}; }
  Pairs operator()(const change::Forget&) const { return {}; }
  Pairs operator()(const change::EndKept& kind) const { return {lower_end(kind.kept)}; }
};

}  // namespace

std::vector<StepPair> lower(const change::Change& change, const model::Database& before) {
  const Lowering lowering{change, before};
  return std::visit(Lowerer{lowering}, change.kind);
}

}  // namespace dmc::dialects::sqlite
