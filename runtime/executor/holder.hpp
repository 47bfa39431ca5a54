// Who holds a target, as the ledger keeps it.
#pragma once

#include <optional>
#include <string>

#include "runtime/ledger/ledger.hpp"
#include "runtime/session/target.hpp"

namespace dmc::executor {

/// The holder as the target's row keeps it. `session` is what the server knows its session by; empty where nothing
/// outlives the process.
std::string written_holder(const session::Holder& holder, const std::string& session);

/// Of the holder that the target's row names; empty where it names none.
std::string session_of(const ledger::Target& target);

struct LeftAtWork {
  session::Holder holder;
  std::string session;
};

/// The holder whose session the server may still be at work for, though it is not the one that asks.
std::optional<LeftAtWork> left_at_work(session::Session& session, const ledger::Target& target);

}  // namespace dmc::executor
