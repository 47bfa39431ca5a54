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

void Ledger::claim_step(const Grip& grip, const std::string& step, State from, State to) {
  fence(grip);
  move_step(grip, step, from, to, true);
}

std::int64_t Ledger::record_step(const Grip& grip, const std::string& step, State state, const Facts& facts,
                                 const AttemptRow& attempt) {
  const auto seq = next_seq();
  set_facts(grip, step, state, facts, seq);
  put_attempt(grip, attempt);
  return seq;
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
