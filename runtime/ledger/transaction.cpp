// The two scopes in which a ledger is used.
#include "runtime/ledger/ledger.hpp"

namespace dmc::ledger {

Transaction::Transaction(session::Session& session) : session_(session) {
  session_.transaction(session::Transaction::begin);
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    session_.transaction(session::Transaction::rollback);
  } catch (...) {
    // Whoever threw the first error tells it; a connection that cannot even roll back is closed with the run, which
    // rolls back.
  }
}

void Transaction::still_open(const std::string& after) const {
  if (!session_.in_transaction())
    throw session::SessionError(
        "the engine ended the transaction behind this statement, and nothing of the step stays: " + after, false, true);
}

void Transaction::commit() {
  still_open("commit");
  session_.transaction(session::Transaction::commit);
  open_ = false;
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
