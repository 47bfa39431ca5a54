#include "tests/support/plan_maker.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/session/sqlite_session.hpp"

namespace dmc::tests {

namespace {

using States = std::map<std::string, std::string>;

class Scratch {
 public:
  explicit Scratch(std::string engine)
      : engine_(std::move(engine)),
        session_(session::open_sqlite(":memory:", session::Missing::create, session::Access::write)) {}
  void run(const std::vector<std::string>& statements) {
    for (const auto& statement : statements) session_->execute(statement);
  }
  std::vector<model::ObjectState> states() {
    static const dialects::Dialects dialects;
    return executor::inspect(*session_, *dialects.find("sqlite")).states;
  }
  std::string hash() { return model::state_hash(engine_, states()); }
  States map() {
    States map;
    for (const auto& state : states()) map[state.object] = state.state;
    return map;
  }

 private:
  std::string engine_;
  std::unique_ptr<session::Session> session_;
};

std::vector<plan::Effect> difference(const States& before, const States& after) {
  std::vector<plan::Effect> effects;
  for (const auto& [object, state] : after)
    if (const auto found = before.find(object); found == before.end() || found->second != state)
      effects.push_back({object, state});
  for (const auto& [object, state] : before)
    if (!after.contains(object)) effects.push_back({object, std::nullopt});
  std::sort(effects.begin(), effects.end(), [](const auto& a, const auto& b) { return a.object < b.object; });
  return effects;
}

plan::Step bare(const std::string& summary, plan::Action action) {
  plan::Step step;
  step.action = std::move(action);
  step.summary = summary;
  step.object = "table " + summary;
  step.source = "change 1, line 2: " + summary;
  step.timeouts.backoff_min_ms = 10;
  step.timeouts.lock_ms = 1;
  step.timeouts.retries = 3;
  return step;
}

std::vector<std::string> statements_of(const MadeStep& step) {
  if (step.scratch) return *step.scratch;
  if (const auto* run = std::get_if<plan::RunSql>(&step.forward.action)) return run->statements;
  return {};
}

}  // namespace

plan::QueryCheck check(const std::string& means, const std::string& query, const std::string& value) {
  return {means, query, plan::Comparison::equal, value, ""};
}

MadeStep sql_step(const std::string& summary, const std::vector<std::string>& statements,
                  const std::vector<std::string>& back) {
  MadeStep made{bare(summary, plan::RunSql{statements, true, {}}),
                bare("undo: " + summary, plan::RunSql{back, true, {}}), std::nullopt};
  made.forward.unclaimed = made.reverse->unclaimed = true;
  return made;
}

MadeStep backfill_step(const std::string& table, const std::string& key, const std::string& set,
                       const std::string& where) {
  const auto range = [&](const std::string& low, const std::string& high) {
    return key + " > " + low + " and " + key + " <= " + high;
  };
  const auto upper = [&](const std::string& range, const std::string& limit) {
    return "select " + key + " from " + table + " where " + range + " order by " + key + " limit 1 offset " + limit +
           " - 1";
  };
  plan::Backfill fill;
  fill.table = table;
  fill.key = {key};
  fill.bound = "select max(" + key + ") from " + table;
  fill.first = upper(key + " <= ?2", "?1");
  fill.next = upper(range("?1", "?3"), "?2");
  fill.change_first = "update " + table + " set " + set + " where " + key + " <= ?1 and (" + where + ")";
  fill.change_next = "update " + table + " set " + set + " where " + range("?1", "?2") + " and (" + where + ")";
  fill.total = "select count(*) from " + table;
  return {bare("backfill " + table, fill), std::nullopt, std::vector<std::string>{}};
}

MadeStep verify_step(const std::string& means, const std::string& query, const std::string& value) {
  return {bare("verify " + means, plan::Verify{check(means, query, value)}), std::nullopt, std::nullopt};
}

MadeStep gate_step(const std::string& text, std::optional<plan::QueryCheck> check, std::int64_t hold_ms,
                   std::int64_t valid_for_ms) {
  return {bare("gate '" + text + "'", plan::Gate{text, std::move(check), hold_ms, valid_for_ms}), std::nullopt,
          std::nullopt};
}

PlanMaker::PlanMaker(std::vector<std::string> base, std::string database)
    : base_(std::move(base)), database_(std::move(database)) {}

PlanMaker& PlanMaker::add(MadeStep step) {
  steps_.push_back(std::move(step));
  return *this;
}

executor::PlanPair PlanMaker::make() const {
  Scratch scratch(engine_);
  scratch.run(base_);
  plan::DatabaseInput input;
  input.name = database_;
  input.engine = engine_;
  input.oldest_version = "3.26";
  input.from = scratch.hash();
  input.from_name = std::to_string(number_ - 1);
  input.to_name = std::to_string(number_);
  if (engine_ == "postgres") input.preamble = {"set search_path = public"};
  if (engine_ == "sqlite") input.preamble = {"pragma foreign_keys = 1"};
  plan::Plan forward, reverse;
  std::int64_t stage = 1;
  for (const auto& made : steps_) {
    const auto before = scratch.map();
    scratch.run(statements_of(made));
    const auto after = scratch.map();
    auto step = made.forward;
    step.database = database_;
    step.stage = stage;
    step.effects = difference(before, after);
    if (!forward.steps.empty()) step.requires_steps = {forward.steps.back().id};
    if (std::holds_alternative<plan::Gate>(step.action)) {
      ++stage;
      input.stages.push_back(scratch.hash());
    }
    step.id = plan::step_id(step, input.from);
    if (made.reverse) {
      auto back = *made.reverse;
      back.database = database_;
      back.undoes = step.id;
      back.effects = difference(after, before);
      reverse.steps.push_back(std::move(back));
    }
    forward.steps.push_back(std::move(step));
  }
  input.to = scratch.hash();
  input.stages.push_back(input.to);
  std::reverse(reverse.steps.begin(), reverse.steps.end());
  forward.project = reverse.project = "tests";
  forward.number = reverse.number = number_;
  forward.title = reverse.title = "a small change";
  forward.source_digest = reverse.source_digest = plan::digest("sources");
  forward.policy_digest = reverse.policy_digest = plan::digest("policy");
  reverse.forward = false;
  auto back = input;
  std::swap(back.from, back.to);
  std::swap(back.from_name, back.to_name);
  back.stages = {back.to};
  reverse.databases = {back};
  for (auto& step : reverse.steps) step.id = plan::step_id(step, back.from);
  forward.databases = {input};
  const auto file = [](const plan::Plan& plan) {
    plan::JsonError error;
    auto read = plan::read_plan(plan::write_plan(plan), error);
    if (!read) throw std::runtime_error(error.code + " " + error.where + ": " + error.message);
    return *read;
  };
  executor::PlanPair pair;
  pair.reverse = file(reverse);
  forward.reverse = pair.reverse.hash;
  pair.forward = file(forward);
  pair.path = "plans/0001.plan.json";
  return pair;
}

executor::PlanPair joined(const executor::PlanPair& first, const executor::PlanPair& second, bool requires_first) {
  auto forward = first.forward.plan;
  auto reverse = first.reverse.plan;
  const auto& more = second.forward.plan;
  forward.databases.insert(forward.databases.end(), more.databases.begin(), more.databases.end());
  reverse.databases.insert(reverse.databases.end(), second.reverse.plan.databases.begin(),
                           second.reverse.plan.databases.end());
  std::string last = forward.steps.back().id;
  std::map<std::string, std::string> renamed;
  for (auto step : more.steps) {
    const auto old = step.id;
    if (requires_first && step.requires_steps.empty()) step.requires_steps = {last};
    for (auto& id : step.requires_steps)
      if (renamed.contains(id)) id = renamed[id];
    step.id = plan::step_id(step, more.databases.front().from);
    renamed[old] = step.id;
    forward.steps.push_back(std::move(step));
  }
  for (auto step : second.reverse.plan.steps) {
    step.undoes = renamed.at(*step.undoes);
    step.id = plan::step_id(step, second.reverse.plan.databases.front().from);
    reverse.steps.push_back(std::move(step));
  }
  plan::JsonError error;
  executor::PlanPair pair;
  pair.reverse = plan::read_plan(plan::write_plan(reverse), error).value();
  forward.reverse = pair.reverse.hash;
  pair.forward = plan::read_plan(plan::write_plan(forward), error).value();
  pair.path = first.path;
  return pair;
}

}  // namespace dmc::tests
