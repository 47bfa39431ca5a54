// Reads marker, history and plan out of a target's own ledger, as of one moment.
#include "runtime/executor/reading.hpp"

#include "runtime/executor/steps_report.hpp"

namespace dmc::executor {

std::optional<plan::PlanFile> read_ledger_plan(ledger::Ledger& ledger, const std::string& hash) {
  plan::JsonError error;
  auto bytes = ledger.plan(hash);
  if (!bytes) return std::nullopt;
  auto plan = plan::read_plan(std::move(*bytes), error);
  if (plan && plan->hash != hash) return std::nullopt;
  return plan;
}

Reading read_target(const TargetAddress& address, Environment& environment) {
  Reading reading;
  reading.dialect = environment.dialects.find(address.url.engine);
  const auto* keeper = environment.keepers(address.url.engine);
  if (!reading.dialect || !keeper) throw session::SessionError("this version keeps no ledger on " + address.url.engine);
  reading.session = environment.connector.open(address.url, session::Missing::refuse, session::Access::read);
  for (const auto& statement : reading.dialect->description().preamble) reading.session->execute(statement);
  reading.ledger = keeper->open(*reading.session);
  reading.has_ledger = reading.ledger->exists();
  if (!reading.has_ledger) return reading;
  // A runner may be at work: what is read must belong together, and every write of the ledger moves one of these
  // numbers.
  constexpr int tries = 5;
  for (int tried = 0; tried < tries; ++tried) {
    const ledger::ReadOnly one_moment(*reading.session);
    reading.target = reading.ledger->target();
    reading.history = reading.ledger->moves();
    reading.rows = rows_by_step(reading.ledger->steps(reading.target.generation));
    const auto now = reading.ledger->target();
    if (now.seq == reading.target.seq && now.epoch == reading.target.epoch) break;
  }
  reading.plan_hash = plan_of_generation(reading.target, reading.history);
  if (reading.plan_hash) reading.plan = read_ledger_plan(*reading.ledger, *reading.plan_hash);
  return reading;
}

void still_as_read(Reading& reading) {
  const auto now = reading.ledger->target();
  if (now.seq != reading.target.seq || now.epoch != reading.target.epoch)
    throw session::SessionError("a runner moved this target on while it was looked at", true);
}

std::optional<std::string> named_by_ledger(const session::Url& url, Environment& environment) {
  try {
    const auto reading = read_target({"", url}, environment);
    return reading.has_ledger ? std::optional(reading.target.identity.database) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void read_patiently(const TargetAddress& address, Environment& environment, const std::function<void()>& body) {
  constexpr std::int64_t longest_ms = 200, slice_ms = 50;
  for (std::int64_t waited = 0;; waited += slice_ms) {
    try {
      return body();
    } catch (const session::SessionError& error) {
      if (!error.retryable) throw;
      if (waited >= longest_ms) {
        auto holder = environment.connector.holder(address.url);
        if (holder.pid == 0) throw;
        throw session::TargetHeld("a runner is at work and keeps the database locked at this moment",
                                  std::move(holder));
      }
    }
    environment.clock.pause(slice_ms);
  }
}

namespace {

Remembered remember(const TargetAddress& target, Environment& environment) {
  auto reading = read_target(target, environment);
  Remembered remembered;
  remembered.moving = reading.target.moving.has_value();
  if (!reading.has_ledger) {
    remembered.exit_code = exit_code::not_in_base;
    remembered.text = "it has no ledger: dmc never ran a plan there";
  } else if (!reading.plan) {
    remembered.exit_code = exit_code::not_in_base;
    remembered.text = reading.plan_hash ? "the plan that it ran last is not in its ledger any more, or was edited there"
                                        : "no plan ever ran there";
  } else {
    PlanPair pair{std::move(*reading.plan), {}, ""};
    auto reverse = pair.forward.plan.reverse ? read_ledger_plan(*reading.ledger, *pair.forward.plan.reverse)
                                             : std::optional<plan::PlanFile>();
    if (!reverse) {
      remembered.exit_code = exit_code::not_in_base;
      remembered.text = "the way back of the plan that it ran last is not in its ledger any more, or was edited there";
      return remembered;
    }
    pair.reverse = std::move(*reverse);
    remembered.plans = std::move(pair);
  }
  return remembered;
}

}  // namespace

Remembered remembered(const TargetAddress& target, Environment& environment) {
  Remembered result;
  try {
    read_patiently(target, environment, [&] { result = remember(target, environment); });
  } catch (const session::TargetMissing& error) {
    result.exit_code = exit_code::not_in_base;
    result.text = error.what();
  } catch (const session::TargetHeld& error) {
    result.exit_code = exit_code::held;
    result.text = error.what();
  } catch (const ledger::NewerLedger& error) {
    result.exit_code = exit_code::refused;
    result.text = error.what();
  } catch (const std::exception& error) {
    result.exit_code = exit_code::failed;
    result.text = error.what();
  }
  return result;
}

}  // namespace dmc::executor
