// Which targets a run was begun on, and which steps of them it was built on: asked whenever it goes on.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/target_run.hpp"

namespace dmc::executor {

void TargetRun::check_scope(const FrozenScope& now) {
  if (over_ || !target_.moving || target_.scope_digest == now.digest) return;
  const auto bytes = ledger_->plan(target_.scope_digest);
  const auto begun = bytes ? read_scope(*bytes) : std::nullopt;
  const std::string what =
      begun ? difference(*begun, now.scope)
            : "which they were is not in its ledger (" + plan::short_digest(target_.scope_digest) + ")";
  if (what.empty()) return;
  if (options_.rescope) {
    rescoped_ = what;
    result_.warnings.push_back("this change was begun on other targets, which was accepted: " + what);
  } else if (begun && goes_on_in_part(*begun, now.scope, forward_plan().databases.size() == 1)) {
    result_.warnings.push_back("this change was begun on other targets, and goes on here alone: " + what);
  } else {
    verdict(Verdict::other_scope, "this change was begun on other targets [E0613]: " + what);
  }
}

void TargetRun::rescope(const FrozenScope& scope) {
  ledger::Unit unit(*ledger_);
  ledger_->rescope(context_->grip, plans_.forward.hash, scope.digest);
  ledger_->put_plan(scope.digest, scope.bytes);
  ledger_->remember(move("rescope", *options_.rescope + " (" + rescoped_ + ")"));
  unit.commit();
  rescoped_.clear();
}

const ledger::StepRow* TargetRun::row(const std::string& step) const {
  const auto row = rows_.find(step);
  return row == rows_.end() ? nullptr : &row->second;
}

std::vector<ledger::Required> TargetRun::built_on() const {
  std::vector<ledger::Required> all;
  for (const auto& [step, row] : rows_)
    if (done(step)) all.insert(all.end(), row.facts.required.begin(), row.facts.required.end());
  return all;
}

std::optional<bool> TargetRun::still_has(const ledger::Required& required) {
  std::optional<bool> has;
  guarded([&] {
    if (!ledger_) return;
    const auto row = ledger_->step(required.generation, required.step);
    has = row && row->seq == required.seq && (row->state == ledger::State::done || row->state == ledger::State::found);
  });
  return has;
}

}  // namespace dmc::executor
