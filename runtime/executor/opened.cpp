#include "runtime/executor/opened.hpp"

namespace dmc::executor {

Opened open_to_write(const TargetAddress& address, Environment& environment) {
  const auto* dialect = environment.dialects.find(address.url.engine);
  const auto* keeper = environment.keepers(address.url.engine);
  auto holder = environment.runner;
  holder.since = environment.clock.utc();
  Opened opened;
  opened.lock = environment.connector.lock(address.url, holder);
  opened.session =
      environment.connector.open(address.url, session::Missing::refuse, session::Access::write, opened.lock.get());
  for (const auto& statement : dialect->description().preamble) opened.session->execute(statement);
  opened.ledger = keeper->open(*opened.session);
  return opened;
}

Verdict verdict_of(const std::exception& error) {
  if (dynamic_cast<const session::TargetMissing*>(&error)) return Verdict::missing;
  if (dynamic_cast<const session::TargetHeld*>(&error)) return Verdict::held;
  if (dynamic_cast<const ledger::Fenced*>(&error)) return Verdict::held;
  if (dynamic_cast<const ledger::NewerLedger*>(&error)) return Verdict::newer_ledger;
  return Verdict::unreadable;
}

}  // namespace dmc::executor
