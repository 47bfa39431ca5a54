// Sends each kind of change to the topic that knows it.
#include "compiler/dialects/clickhouse/lower.hpp"

#include <algorithm>
#include <stdexcept>
#include <variant>

#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/lowering.hpp"
#include "compiler/dialects/clickhouse/step_parts.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// A step that only looks; there is nothing to take back.
Pairs looking(plan::Action action, std::string object, std::string summary) {
  plan::Step step;
  step.action = std::move(action);
  step.object = object;
  step.summary = std::move(summary);
  Pairs pairs;
  pairs.push_back(
      pair_of(std::move(step), exact(), nothing(std::move(object), "nothing to take back: it only looked")));
  return pairs;
}

struct Lowerer {
  const Lowering& lowering;

  Pairs operator()(const change::CreateTable& kind) const { return lower_create(lowering, kind); }
  Pairs operator()(const change::DropTable& kind) const { return lower_drop(lowering, kind); }
  Pairs operator()(const change::RenameTable& kind) const { return lower_rename(lowering, kind); }
  Pairs operator()(const change::AlterTable& kind) const { return lower_alter(lowering, kind); }
  Pairs operator()(const change::CreateView& kind) const {
    return kind.was ? lower_returning_view(lowering, *kind.was, kind.view) : lower_view(lowering, nullptr, &kind.view);
  }
  Pairs operator()(const change::ReplaceView& kind) const { return lower_view(lowering, &kind.before, &kind.after); }
  Pairs operator()(const change::DropView& kind) const {
    return kind.will_be ? lower_leaving_view(lowering, kind.view, *kind.will_be)
                        : lower_view(lowering, &kind.view, nullptr);
  }
  Pairs operator()(const change::CreateTrigger&) const { throw std::logic_error("ClickHouse has no triggers"); }
  Pairs operator()(const change::ReplaceTrigger&) const { throw std::logic_error("ClickHouse has no triggers"); }
  Pairs operator()(const change::DropTrigger&) const { throw std::logic_error("ClickHouse has no triggers"); }
  Pairs operator()(const change::CreateObject& kind) const { return lower_object(lowering, nullptr, &kind.object); }
  Pairs operator()(const change::ReplaceObject& kind) const {
    return lower_object(lowering, &kind.before, &kind.after);
  }
  Pairs operator()(const change::DropObject& kind) const { return lower_object(lowering, &kind.object, nullptr); }
  Pairs operator()(const change::RenameValue&) const { return {}; }  // its enums are types
  Pairs operator()(const change::BackfillRows& kind) const { return lower_backfill(lowering, kind); }
  Pairs operator()(const change::DropRows& kind) const { return lower_drop_rows(lowering, kind); }
  Pairs operator()(const change::VerifyQuery& kind) const {
    auto pairs = wait_for_replicas(lowering, kind.statement.check.query);
    append(pairs,
           looking(plan::Verify{kind.statement.check}, lowering.change.object, "verify '" + kind.statement.name + "'"));
    return pairs;
  }
  Pairs operator()(const change::WaitAtGate& kind) const {
    const auto& gate = kind.statement;
    return looking(plan::Gate{gate.text, gate.check, gate.hold_ms, gate.valid_for_ms}, lowering.change.object,
                   "gate '" + gate.text + "'");
  }
  Pairs operator()(const change::RunStatements& kind) const { return lower_run(lowering, kind); }
  Pairs operator()(const change::Adopt&) const { return {}; }
  Pairs operator()(const change::Forget&) const { return {}; }
  Pairs operator()(const change::EndKept&) const { return {}; }  // nothing here keeps anything past a gate
};

/// Old servers keep the arguments of an engine as they were written, and have no database of their own when they read
/// them again: a table that says `currentDatabase()` would find nothing behind the next start.
void name_database(plan::Step& step) {
  auto* run = std::get_if<plan::RunSql>(&step.action);
  if (!run) return;
  for (auto& statement : run->statements) {
    constexpr std::string_view own = "currentDatabase()";
    if (!statement.starts_with("CREATE TABLE ")) continue;
    for (const std::string_view engine : {"ENGINE = Distributed(", "ENGINE = Buffer(", "ENGINE = Merge("}) {
      const auto at = statement.find("\n" + std::string(engine));
      const auto end = at == std::string::npos ? at : statement.find('\n', at + 1);
      const auto call = at == std::string::npos ? at : statement.find(own, at);
      if (call < end) statement.replace(call, own.size(), text_literal(plan::database_hole));
    }
  }
}

bool is_raw(const change::Change& change) {
  return std::holds_alternative<change::RunStatements>(change.kind) || change.object.starts_with("object ");
}

}  // namespace

std::vector<StepPair> lower(const change::Change& change, const model::Database& before) {
  const Lowering lowering{change, before};
  auto pairs = std::visit(Lowerer{lowering}, change.kind);
  pass_on(lowering, pairs);
  if (lowering.oldest() < exchange_tables)
    for (auto& pair : pairs) {
      name_database(pair.forward);
      if (pair.reverse) name_database(*pair.reverse);
    }
  // Of what an author wrote himself nothing is known but its text.
  if (is_raw(change))
    for (auto& pair : pairs) {
      pair.forward.unclaimed = true;
      if (pair.reverse) pair.reverse->unclaimed = true;
    }
  return pairs;
}

}  // namespace dmc::dialects::clickhouse
