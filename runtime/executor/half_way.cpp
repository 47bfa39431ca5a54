// The step that moves an object on is the first with an effect on it from there.
#include "runtime/executor/half_way.hpp"

#include <algorithm>

namespace dmc::executor {

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
    // Steps of one change have the same words; a gate never stands between them.
    const auto mover = std::find_if(step + 1, forward.steps.end(), [&](const auto& later) {
      return later.database == step->database && later.source == step->source && later.stage == step->stage &&
             moves(later, step->object);
    });
    if (mover == forward.steps.end() || is_there(*mover)) continue;
    std::erase_if(compared.differences, [&](const auto& difference) { return moves(*mover, difference.object); });
  }
}

}  // namespace dmc::executor
