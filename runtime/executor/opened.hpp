// A target opened to be changed by a command that runs no plan, and what becomes of that when it cannot be.
#pragma once

#include <exception>
#include <memory>

#include "runtime/executor/executor.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

/// Under the change lock, with what the dialect wants of a session. In this order, so that the lock goes last.
struct Opened {
  std::unique_ptr<session::Lock> lock;
  std::unique_ptr<session::Session> session;
  std::unique_ptr<ledger::Ledger> ledger;
};

/// Of an engine that has a dialect and a ledger. Throws what the session throws; TargetHeld when another runner has the
/// lock.
Opened open_to_write(const TargetAddress& address, Environment& environment);

/// What an error that ended such a command says of the target.
Verdict verdict_of(const std::exception& error);

}  // namespace dmc::executor
