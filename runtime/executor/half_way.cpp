// The step that moves an object on is the first with an effect on it from there.
#include "runtime/executor/half_way.hpp"

#include <algorithm>

namespace dmc::executor {

namespace {

/// Steps of one change have the same words; a gate never stands between them.
bool of_one_change(const plan::Step& one, const plan::Step& other) {
  return one.database == other.database && one.source == other.source && one.stage == other.stage;
}

}  // namespace

void forgive_half_way(Comparison& compared, const plan::Plan& forward,
                      const std::map<std::string, ledger::StepRow>& rows) {
  if (compared.differences.empty()) return;
  const auto is_there = [&](const plan::Step& step) {
    const auto row = rows.find(step.id);
    return row != rows.end() && row->second.state != ledger::State::absent;
  };
  const auto moves = [](const plan::Step& step, const std::string& object) {
    return std::any_of(step.effects.begin(), step.effects.end(),
                       [&](const auto& effect) { return effect.object == object; });
  };
  for (auto step = forward.steps.begin(); step != forward.steps.end(); ++step) {
    if (!step->effects.empty() || !is_there(*step)) continue;
    const auto mover = std::find_if(step + 1, forward.steps.end(), [&](const auto& later) {
      return of_one_change(later, *step) && moves(later, step->object);
    });
    if (mover == forward.steps.end() || is_there(*mover)) continue;
    std::erase_if(compared.differences, [&](const auto& difference) { return moves(*mover, difference.object); });
  }
}

std::vector<const plan::Step*> rest_of_the_way_back(const plan::Plan& forward, const std::string& database,
                                                    const std::map<std::string, ledger::StepRow>& rows) {
  std::vector<const plan::Step*> rest;
  const plan::Step* behind = nullptr;  // the last step met: of the change, and taken back
  for (auto step = forward.steps.rbegin(); step != forward.steps.rend(); ++step) {
    if (behind && !of_one_change(*step, *behind)) {
      if (!rest.empty()) break;
      behind = nullptr;
    }
    const auto row = rows.find(step->id);
    if (step->database != database || row == rows.end()) continue;
    const bool gone = row->second.state == ledger::State::absent && row->second.attempt > 0;
    if (gone) behind = &*step;
    if (row->second.state != ledger::State::done && row->second.state != ledger::State::found) continue;
    if (!behind) break;
    rest.push_back(&*step);
    behind = &*step;
  }
  return rest;
}

}  // namespace dmc::executor
