// Rows of the ledger in the words of the plan.
#include "runtime/executor/steps_report.hpp"

#include <algorithm>

namespace dmc::executor {

namespace {

/// The last attempt of each step tells whether and why it failed.
const ledger::AttemptRow* last_attempt(const std::vector<ledger::AttemptRow>& attempts, const std::string& step) {
  const ledger::AttemptRow* last = nullptr;
  for (const auto& attempt : attempts)
    if (attempt.step == step && (!last || attempt.attempt >= last->attempt)) last = &attempt;
  return last;
}

std::optional<std::int64_t> rows_of(const plan::Step& step, const ledger::StepRow& row) {
  const bool counts =
      std::holds_alternative<plan::Backfill>(step.action) || std::holds_alternative<plan::Backup>(step.action);
  const auto& progress = row.state == ledger::State::undoing ? row.facts.reverse : row.facts.forward;
  if (!counts || row.state == ledger::State::absent) return std::nullopt;
  return progress.rows;
}

}  // namespace

std::map<std::string, ledger::StepRow> rows_by_step(std::vector<ledger::StepRow> rows) {
  std::map<std::string, ledger::StepRow> by_step;
  for (auto& row : rows) {
    const std::string step = row.step;
    by_step.emplace(step, std::move(row));
  }
  return by_step;
}

std::vector<StepReport> report_steps(const plan::Plan& plan, const std::string& database,
                                     const std::map<std::string, ledger::StepRow>& rows,
                                     const std::vector<ledger::AttemptRow>& attempts) {
  std::vector<StepReport> reports;
  for (const auto& step : plan.steps) {
    if (step.database != database) continue;
    StepReport report{.id = step.id,
                      .ordinal = static_cast<std::int64_t>(reports.size()) + 1,
                      .stage = step.stage,
                      .kind = plan::kind_of(step),
                      .summary = step.summary,
                      .source = step.source,
                      .state = "absent",
                      .attempts = 0,
                      .rows = std::nullopt,
                      .error = std::nullopt,
                      .ended = std::nullopt};
    if (const auto row = rows.find(step.id); row != rows.end()) {
      report.state = plan::name_of(row->second.state);
      report.attempts = row->second.attempt;
      report.rows = rows_of(step, row->second);
    }
    if (const auto* attempt = last_attempt(attempts, step.id)) {
      report.error = attempt->error;
      report.ended = attempt->ended;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

bool has_effect(ledger::State state) { return state != ledger::State::absent && state != ledger::State::found; }

std::vector<Loss> report_losses(const plan::Plan& plan, const std::string& database,
                                const std::map<std::string, ledger::StepRow>& rows) {
  std::vector<Loss> losses;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step) {
    const auto row = rows.find(step->id);
    if (step->database != database || row == rows.end() || !has_effect(row->second.state)) continue;
    if (step->reverse.grade == plan::ReverseClass::exact) continue;
    losses.push_back({step->id, step->summary, std::string(plan::name_of(step->reverse.grade)),
                      step->reverse.loses.value_or("what it did stays as it is")});
  }
  return losses;
}

std::string count_done(const std::vector<StepReport>& steps) {
  const auto done = std::count_if(steps.begin(), steps.end(),
                                  [](const auto& step) { return step.state == "done" || step.state == "found"; });
  if (steps.empty()) return "it has no steps";
  return std::to_string(done) + " of " + std::to_string(steps.size()) +
         (steps.size() == 1 ? " step is done" : " steps are done");
}

}  // namespace dmc::executor
