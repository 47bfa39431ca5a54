// What every phase of a target's run shares.
#include "runtime/executor/target_run.hpp"

#include <algorithm>

#include "runtime/executor/admission.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/journal/time_words.hpp"

namespace dmc::executor {

namespace {

std::int64_t waited_at_most(const plan::Timeouts& timeouts) {
  std::int64_t sum = 0;
  auto wait = timeouts.backoff_min_ms;
  for (std::int64_t retry = 0; retry < timeouts.retries; ++retry, wait = std::min(wait * 2, timeouts.backoff_max_ms))
    sum += wait;
  return sum;
}

std::vector<plan::Step> steps_of(const plan::Plan& plan, const std::string& database) {
  std::vector<plan::Step> steps;
  for (const auto& step : plan.steps)
    if (step.database == database) steps.push_back(step);
  return steps;
}

}  // namespace

TargetRun::TargetRun(const TargetAddress& address, const PlanPair& plans, const Options& options,
                     Environment& environment, bool undo)
    : address_(address),
      plans_(plans),
      options_(options),
      environment_(environment),
      undo_(undo),
      input_(*input_of(plans.forward.plan, address.database)),
      own_steps_(steps_of(plans.forward.plan, address.database)),
      dialect_(*environment.dialects.find(address.url.engine)),
      keeper_(*environment.keepers(address.url.engine)) {
  result_.database = address.name();
  result_.url = address.url.shown();
}

std::string TargetRun::label() const { return address_.name() + " (" + address_.url.shown() + ")"; }

void TargetRun::stop(int exit_code, const std::string& outcome, const std::string& text) {
  over_ = true;
  result_.exit_code = exit_code;
  result_.outcome = outcome;
  result_.text = text;
}

/// The one place where what the world did becomes a value.
bool TargetRun::guarded(const std::function<void()>& body) {
  try {
    body();
    return !over_;
  } catch (const session::TargetMissing& error) {
    verdict(Verdict::missing, error.what());
  } catch (const session::TargetHeld& error) {
    result_.holder = error.holder;
    verdict(Verdict::held, error.what());
  } catch (const ledger::Fenced& error) {
    stop(exit_code::held, "stopped", error.what());
  } catch (const ledger::NewerLedger& error) {
    verdict(Verdict::newer_ledger, error.what());
  } catch (const ledger::LedgerError& error) {
    const std::string text = std::string(error.what()) +
                             ": bring back the database as it was before, or put back what was edited; "
                             "'dmc verify' says what else does not hold";
    context_ ? stop(exit_code::failed, "failed", text) : verdict(Verdict::unreadable, text);
  } catch (const std::exception& error) {
    unknown_ = !context_ && dynamic_cast<const session::SessionError*>(&error);
    if (context_)
      stop(environment_.stop.immediately() ? exit_code::interrupted : exit_code::failed,
           environment_.stop.immediately() ? "interrupted" : "failed", error.what());
    else
      verdict(Verdict::unreadable, error.what());
  }
  return false;
}

bool TargetRun::patiently(const std::function<void()>& body) {
  const auto& own = own_steps();
  const auto timeouts = own.empty() ? plan::Timeouts{} : own.front().timeouts;
  return guarded([&] {
    auto wait = timeouts.backoff_min_ms;
    for (std::int64_t retry = 0;; ++retry, wait = std::min(wait * 2, timeouts.backoff_max_ms)) {
      try {
        return body();
      } catch (const session::SessionError& error) {
        if (!error.retryable || retry >= timeouts.retries) throw;
        // Who only looks takes no lock, and learns so that a runner is at work.
        if (auto holder = lock_ ? session::Holder{} : environment_.connector.holder(address_.url); holder.pid != 0)
          throw session::TargetHeld("a runner is at work and keeps the database locked at this moment",
                                    std::move(holder));
        if (retry == 0)
          environment_.sink.tell(journal::Noted{label(), std::string(error.what()) + "; it is tried again for " +
                                                             journal::time_words(waited_at_most(timeouts)) +
                                                             ": end what holds it, or stop here (Ctrl-C)"});
      }
      if (!environment_.stop.requested()) pause(wait);
      if (environment_.stop.requested())
        return stop(exit_code::interrupted, "interrupted",
                    std::string("stopped on request while it waited for a lock; ") +
                        (context_ ? "what is done stays done" : "nothing was changed"));
    }
  });
}

void TargetRun::pause(std::int64_t milliseconds) {
  const auto until = environment_.clock.milliseconds() + milliseconds;
  for (auto left = milliseconds; left > 0 && !environment_.stop.requested();
       left = until - environment_.clock.milliseconds())
    environment_.clock.pause(std::min<std::int64_t>(left, 50));
}

bool TargetRun::done(const std::string& step) const {
  const auto row = rows_.find(step);
  return row != rows_.end() && (row->second.state == ledger::State::done || row->second.state == ledger::State::found);
}

const plan::Step* TargetRun::reverse_of(const plan::Step& forward) const {
  for (const auto& step : plans_.reverse.plan.steps)
    if (step.undoes == forward.id) return &step;
  return nullptr;
}

bool TargetRun::accepted(const plan::Step& step) const {
  return std::any_of(options_.lossy.begin(), options_.lossy.end(),
                     [&](const std::string& word) { return means_step(word, step); });
}

ledger::Move TargetRun::move(const std::string& kind, const std::string& evidence) const {
  return {.seq = 0,
          .move = kind,
          .from_hash = target_.at_hash,
          .to_hash = undo_ ? input_.from : input_.to,
          .plan = plans_.forward.hash,
          .forward = !undo_,
          .generation = context_ ? context_->grip.generation : target_.generation,
          .epoch = context_ ? context_->grip.epoch : target_.epoch,
          .run_id = target_.run_id,
          .actor = environment_.runner.user + "@" + environment_.runner.host,
          .at = environment_.clock.utc(),
          .evidence = evidence,
          .previous = {}};
}

void TargetRun::describe() {
  guarded([&] {
    std::vector<ledger::AttemptRow> attempts;
    if (ledger_ && !rows_.empty())
      attempts = ledger_->attempts(context_ ? context_->grip.generation : target_.generation);
    const bool ours = rows_.empty() || std::any_of(forward_plan().steps.begin(), forward_plan().steps.end(),
                                                   [&](const auto& step) { return rows_.contains(step.id); });
    if (ours && (has_work() || !rows_.empty()))
      result_.steps = report_steps(forward_plan(), address_.database, rows_, attempts);
  });
  result_.generation = context_ ? context_->grip.generation : target_.generation;
}

}  // namespace dmc::executor
