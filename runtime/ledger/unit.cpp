// The two scopes in which a ledger is used.
#include "runtime/ledger/ledger.hpp"

namespace dmc::ledger {

Unit::Unit(Ledger& ledger) : ledger_(ledger) { ledger_.open_unit(); }

Unit::~Unit() {
  if (!open_) return;
  try {
    ledger_.roll_back_unit();
  } catch (...) {
    // Whoever threw the first error tells it; a connection that cannot even roll back is closed with the run, which
    // rolls back.
  }
}

void Unit::still_open(const std::string& after) const { ledger_.check_unit(after); }

void Unit::commit() {
  still_open("commit");
  ledger_.commit_unit();
  open_ = false;
}

std::int64_t Ledger::take_over(const std::string& holder, std::int64_t after_epoch) {
  Unit unit(*this);
  const auto epoch = take_over_within(holder, after_epoch);
  unit.commit();
  return epoch;
}

void Ledger::claim_steps(const Grip& grip, const std::vector<StepMove>& moves) {
  fence(grip);
  for (const auto& move : moves) move_step(grip, move.step, move.from, move.to, true);
}

std::vector<std::int64_t> Ledger::record_steps(const Grip& grip, const std::vector<StepRecord>& records) {
  std::vector<std::int64_t> numbers;
  for (const auto& [state, facts, attempt] : records) {
    numbers.push_back(next_seq());
    set_facts(grip, attempt.step, state, facts, numbers.back());
    put_attempt(grip, attempt);
  }
  return numbers;
}

void Ledger::put_objects(const std::vector<ObjectChange>& changes) {
  for (const auto& change : changes)
    if (change.state)
      put_object(change.object, *change.state, change.normaliser, change.seq, change.print);
    else
      drop_object(change.object);
}

ReadOnly::ReadOnly(session::Session& session) : session_(session) { session_.read_only(true); }

ReadOnly::~ReadOnly() {
  try {
    session_.read_only(false);
  } catch (...) {
    // A session that stays read-only refuses every later write with an error of its own.
  }
}

}  // namespace dmc::ledger
