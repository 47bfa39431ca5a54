// One row per step and generation: what is so, now; and the attempts: what was tried.
#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

namespace {

StepRow step_of(const session::Row& row) {
  StepRow step;
  step.step = text(row.at(0));
  step.ordinal = integer(row.at(1));
  const auto state = plan::value_of<State>(text(row.at(2)));
  if (!state) throw LedgerError("the ledger holds a step in a state that this version does not know");
  step.state = *state;
  step.epoch = integer(row.at(3));
  step.attempt = integer(row.at(4));
  step.kind = text(row.at(5));
  if (!std::holds_alternative<std::nullptr_t>(row.at(6))) step.seq = integer(row.at(6));
  step.facts = read_cell<Facts>(row.at(7), "step facts");
  return step;
}

}  // namespace

void SqlLedger::insert_steps(const Grip& grip, const std::vector<plan::Step>& steps) {
  if (steps.empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& step : steps) rows.push_back({step.id, std::to_string(rows.size() + 1), plan::kind_of(step)});
  guarded(statements_.insert_steps, {grip.generation, grip.epoch, plan::canonical(Facts{}), plan::canonical(rows)},
          "note the steps", rows.size());
}

std::vector<StepRow> SqlLedger::steps(std::int64_t generation) {
  const Parameters parameters{generation};
  std::vector<StepRow> steps;
  for (const auto& row : session_.query(statements_.steps, parameters).rows) steps.push_back(step_of(row));
  return steps;
}

std::optional<StepRow> SqlLedger::step(std::int64_t generation, const std::string& step) {
  const Parameters parameters{generation, step};
  const auto rows = session_.query(statements_.step, parameters).rows;
  if (rows.empty()) return std::nullopt;
  return step_of(rows.front());
}

void SqlLedger::move_step(const Grip& grip, const std::string& step, State from, State to, bool new_attempt) {
  guarded(statements_.move_step,
          {grip.generation, step, std::string(plan::name_of(from)), std::string(plan::name_of(to)), grip.epoch,
           number(new_attempt)},
          "claim a step");
}

void SqlLedger::set_facts(const Grip& grip, const std::string& step, State state, const Facts& facts,
                          std::optional<std::int64_t> seq) {
  guarded(statements_.set_facts,
          {grip.generation, step, std::string(plan::name_of(state)), grip.epoch, plan::canonical(facts),
           seq ? session::Value(*seq) : session::Value(nullptr)},
          "record a step");
}

void SqlLedger::put_attempt(const Grip& grip, const AttemptRow& attempt) {
  guarded(
      statements_.insert_attempt,
      {grip.generation, attempt.step, attempt.attempt, number(attempt.forward), grip.epoch, attempt.pid, attempt.runner,
       attempt.started, value_or_null(attempt.ended), value_or_null(attempt.outcome), value_or_null(attempt.error)},
      "note an attempt");
}

void SqlLedger::claim_steps(const Grip& grip, const std::vector<StepMove>& moves) {
  if (statements_.claim_steps.empty()) return Ledger::claim_steps(grip, moves);
  std::vector<std::vector<std::string>> rows;
  for (const auto& move : moves)
    rows.push_back({move.step, std::string(plan::name_of(move.from)), std::string(plan::name_of(move.to))});
  guarded(statements_.claim_steps, {grip.epoch, grip.generation, plan::canonical(rows)}, "claim a step", rows.size());
}

std::vector<std::int64_t> SqlLedger::record_steps(const Grip& grip, const std::vector<StepRecord>& records) {
  if (statements_.record_steps.empty()) return Ledger::record_steps(grip, records);
  std::vector<std::vector<std::optional<std::string>>> rows;
  for (const auto& [state, facts, attempt] : records)
    rows.push_back({attempt.step, std::string(plan::name_of(state)), plan::canonical(facts),
                    std::to_string(attempt.attempt), attempt.forward ? "1" : "0", std::to_string(attempt.pid),
                    attempt.runner, attempt.started, attempt.ended, attempt.outcome, attempt.error});
  const Parameters parameters{grip.epoch, grip.generation, plan::canonical(rows)};
  std::vector<std::int64_t> numbers;
  for (const auto& row : session_.query(statements_.record_steps, parameters).rows)
    numbers.push_back(integer(row.front()));
  if (numbers.size() != records.size())
    throw Fenced("record a step: the target was moved by another runner, or is not where this run left it");
  return numbers;
}

void SqlLedger::end_attempt(const Grip& grip, const AttemptRow& attempt) {
  guarded(statements_.end_attempt,
          {grip.generation, attempt.step, attempt.attempt, number(attempt.forward), value_or_null(attempt.ended),
           value_or_null(attempt.outcome), value_or_null(attempt.error)},
          "end an attempt");
}

std::vector<AttemptRow> SqlLedger::attempts(std::int64_t generation) {
  const Parameters parameters{generation};
  std::vector<AttemptRow> attempts;
  for (const auto& row : session_.query(statements_.attempts, parameters).rows)
    attempts.push_back({text(row.at(0)), integer(row.at(1)), integer(row.at(2)) != 0, integer(row.at(3)),
                        text(row.at(4)), text(row.at(5)), text_or_none(row.at(6)), text_or_none(row.at(7)),
                        text_or_none(row.at(8))});
  return attempts;
}

}  // namespace dmc::ledger
