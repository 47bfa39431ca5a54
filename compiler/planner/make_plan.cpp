// Lowered changes to a plan and its reverse: effects, chains, ids.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/planner/planner.hpp"

namespace dmc::planner {

namespace {

/// Steps that ask or act across databases: they wait for what stands before them everywhere, and what stands behind
/// them waits.
bool joins_databases(const change::Change& change) {
  return std::holds_alternative<change::VerifyQuery>(change.kind) ||
         std::holds_alternative<change::WaitAtGate>(change.kind) ||
         std::holds_alternative<change::RunStatements>(change.kind);
}

/// Gives each step what it requires and its id, in the order the steps run.
class Chain {
 public:
  explicit Chain(std::map<std::string, std::string, std::less<>> from) : from_(std::move(from)) {}

  void add(plan::Step& step, bool joins) {
    auto& own = last_[step.database];
    std::set<std::string> wanted;
    if (!own.id.empty()) wanted.insert(own.id);
    if (joins)
      for (const auto& [database, last] : last_)
        if (database != step.database && last.place > own.seen) wanted.insert(last.id);
    if (barrier_place_ > own.seen && barrier_ != own.id) wanted.insert(barrier_);
    step.requires_steps.assign(wanted.begin(), wanted.end());
    step.id = plan::step_id(step, from_.at(step.database));
    ++place_;
    own.seen = joins ? place_ : std::max(own.seen, barrier_place_);
    own.id = step.id;
    own.place = place_;
    if (!joins) return;
    barrier_ = step.id;
    barrier_place_ = place_;
  }

 private:
  struct Last {
    std::string id;
    std::size_t place = 0;  ///< of its last step among all steps
    std::size_t seen = 0;   ///< everything up to there is behind its last step
  };
  std::map<std::string, std::string, std::less<>> from_;
  std::map<std::string, Last, std::less<>> last_;
  std::string barrier_;
  std::size_t barrier_place_ = 0;
  std::size_t place_ = 0;
};

/// The pair that moves the model on: the first that says so, else the last.
std::size_t effective(const std::vector<dialects::StepPair>& pairs) {
  const auto found = std::ranges::find_if(pairs, &dialects::StepPair::takes_effect);
  return found != pairs.end() ? static_cast<std::size_t>(found - pairs.begin()) : pairs.size() - 1;
}

std::vector<plan::Effect> effects(const std::vector<Moved>& moved, std::optional<std::string> Moved::*state,
                                  std::string Moved::*model) {
  std::vector<plan::Effect> list;
  for (const auto& one : moved) list.push_back({one.object, one.*state, one.*model});
  return list;
}

plan::DatabaseInput input_of(const Course& course, const model::Database& database,
                             const dialects::Description& dialect, std::int64_t number, const std::string& from_name) {
  plan::DatabaseInput input;
  input.name = course.database;
  input.engine = database.engine;
  input.oldest_version = database.oldest_version;
  input.lowering_version = dialect.lowering_version;
  input.from = course.from;
  input.from_name = from_name;
  input.to = course.stages.back();
  input.to_name = std::to_string(number);
  input.stages = course.stages;
  input.preamble = dialect.preamble;
  input.looks = course.looks;
  return input;
}

/// The same the other way round; its stages end where the forward ones begin.
plan::DatabaseInput turned(plan::DatabaseInput input) {
  std::swap(input.from, input.to);
  std::swap(input.from_name, input.to_name);
  std::swap(input.adopted, input.forgotten);
  input.stages.pop_back();
  std::ranges::reverse(input.stages);
  input.stages.push_back(input.to);
  return input;
}

void note_objects(plan::DatabaseInput& input, const change::Change& change) {
  if (const auto* adopt = std::get_if<change::Adopt>(&change.kind))
    std::ranges::transform(adopt->objects, std::back_inserter(input.adopted), &change::ObjectAfter::object);
  if (const auto* forget = std::get_if<change::Forget>(&change.kind))
    input.forgotten.insert(input.forgotten.end(), forget->objects.begin(), forget->objects.end());
}

void note_renames(std::vector<plan::Renamed>& renames, const change::Change& change) {
  if (const auto* table = std::get_if<change::RenameTable>(&change.kind))
    renames.push_back({change.database, table->before.path(), table->after.path()});
  if (const auto* table = std::get_if<change::AlterTable>(&change.kind))
    for (const auto& move : table->moves)
      if (move.from != move.to)
        renames.push_back(
            {change.database, table->before.path() + "." + move.from, table->after.path() + "." + move.to});
}

std::map<std::string, std::string, std::less<>> starts(const std::vector<plan::DatabaseInput>& inputs) {
  std::map<std::string, std::string, std::less<>> from;
  for (const auto& input : inputs) from.emplace(input.name, input.from);
  return from;
}

void add_forward(plan::Plan& plan, const Lowering& lowering, const std::vector<change::Change>& changes) {
  Chain chain(starts(plan.databases));
  for (const auto& lowered : lowering.changes) {
    for (std::size_t i = 0; i < lowered.pairs.size(); ++i) {
      plan::Step step = lowered.pairs[i].forward;
      if (i == effective(lowered.pairs)) step.effects = effects(lowered.moved, &Moved::after, &Moved::model_after);
      chain.add(step, joins_databases(changes[lowered.change]));
      plan.steps.push_back(std::move(step));
    }
  }
}

void add_reverse(plan::Plan& reverse, const Lowering& lowering, const plan::Plan& forward) {
  Chain chain(starts(reverse.databases));
  auto undone = forward.steps.rbegin();
  for (auto lowered = lowering.changes.rbegin(); lowered != lowering.changes.rend(); ++lowered) {
    for (std::size_t i = lowered->pairs.size(); i-- > 0; ++undone) {
      if (!lowered->pairs[i].reverse) continue;
      plan::Step step = *lowered->pairs[i].reverse;
      step.undoes = undone->id;
      if (i == effective(lowered->pairs)) step.effects = effects(lowered->moved, &Moved::before, &Moved::model_before);
      chain.add(step, false);
      reverse.steps.push_back(std::move(step));
    }
  }
}

}  // namespace

Planned make_plan(const Lowering& lowering, const std::vector<change::Change>& changes, const model::Intent& intent,
                  const std::string& from_name, const dialects::Dialects& dialects) {
  Planned planned;
  auto& [plan, reverse] = planned;
  plan.number = intent.number;
  plan.title = intent.title;
  for (const auto& course : lowering.courses) {
    const auto database = std::ranges::find(lowering.after, course.database, &model::Database::name);
    plan.databases.push_back(
        input_of(course, *database, dialects.find(database->engine)->description(), intent.number, from_name));
  }
  for (const auto& change : changes) {
    note_renames(plan.renames, change);
    const auto input = std::ranges::find(plan.databases, change.database, &plan::DatabaseInput::name);
    if (input != plan.databases.end()) note_objects(*input, change);
  }
  add_forward(plan, lowering, changes);

  reverse.number = intent.number;
  reverse.title = intent.title;
  reverse.forward = false;
  std::ranges::transform(plan.databases, std::back_inserter(reverse.databases), turned);
  for (auto renamed = plan.renames.rbegin(); renamed != plan.renames.rend(); ++renamed)
    reverse.renames.push_back({renamed->database, renamed->to, renamed->from});
  add_reverse(reverse, lowering, plan);
  return planned;
}

}  // namespace dmc::planner
