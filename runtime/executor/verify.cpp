// Asks again what must still hold: marker, history, and the checks of the last plan.
#include <algorithm>
#include <map>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/reading.hpp"
#include "runtime/executor/workers.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::executor {

namespace {

/// A check of a step speaks of the moment behind it; the last step of each object speaks of now, and so does every
/// verify.
std::vector<plan::QueryCheck> standing_checks(const Reading& reading) {
  std::map<std::string, const plan::Step*> last;
  std::vector<plan::QueryCheck> checks;
  for (const auto& step : reading.plan->plan.steps) {
    const auto row = reading.rows.find(step.id);
    if (row == reading.rows.end() || row->second.state != ledger::State::done) continue;
    last[step.object] = &step;
    // A rename reaches texts of other objects too, and gives this one another name.
    for (const auto& effect : step.effects) last[effect.object] = &step;
    if (const auto* verify = std::get_if<plan::Verify>(&step.action); verify && !verify->passing)
      checks.push_back(verify->check);
  }
  for (const auto& step : reading.plan->plan.steps)
    if (const auto found = last.find(step.object); found != last.end() && found->second == &step)
      for (const auto& check : step.post)
        checks.push_back(steps::with_token(check, steps::token_of(reading.target.generation, step.id)));
  return checks;
}

constexpr std::string_view not_any_more = "cannot be asked any more";

Verified asked(session::Session& session, const plan::QueryCheck& check) {
  try {
    const auto wrong = steps::ask(session, check, false);
    return {check.means, wrong ? "does not hold" : "holds", wrong.value_or("")};
  } catch (const session::SessionError& error) {
    // What it asks about was renamed or dropped by a later step of the same plan.
    return {check.means, std::string(not_any_more), error.what()};
  }
}

/// The state that the marker names: at rest its own, at a gate that of the stage; empty in the middle of one.
std::string state_to_be(const Reading& reading) {
  const auto& moving = reading.target.moving;
  if (!moving) return reading.target.at_hash;
  if (!moving->parked || !reading.plan) return {};
  for (const auto& input : reading.plan->plan.databases)
    if (input.name == reading.target.identity.database &&
        moving->stage <= static_cast<std::int64_t>(input.stages.size()))
      return input.stages[static_cast<std::size_t>(moving->stage) - 1];
  return {};
}

void check_backups(TargetVerification& verification, Reading& reading) {
  if (!reading.plan) return;
  for (const auto& header : reading.ledger->backups())
    for (const auto& step : reading.plan->plan.steps) {
      const auto* backup = std::get_if<plan::Backup>(&step.action);
      if (!backup || backup->artifact != header.artifact) continue;
      plan::QueryCheck check{"the backup of " + header.source + " holds its " + std::to_string(header.rows) + " rows",
                             backup->rows, plan::Comparison::equal, std::to_string(header.rows), ""};
      verification.checks.push_back(asked(*reading.session, check));
    }
}

void read_into(TargetVerification& verification, const TargetAddress& address, Environment& environment) {
  auto reading = read_target(address, environment);
  if (!reading.has_ledger) {
    verification.exit_code = exit_code::not_in_base;
    verification.text = "it has no ledger, so there is nothing to verify";
    return;
  }
  auto& checks = verification.checks;
  const auto broken = reading.ledger->broken_chain();
  checks.push_back({"the history of this database is whole", broken ? "does not hold" : "holds", broken.value_or("")});
  const auto compared = compare(reading.ledger->objects(), inspect(*reading.session, *reading.dialect),
                                *reading.dialect, reading.target.moving.has_value());
  bool same = false;
  std::size_t past = 0;
  if (const auto wanted = state_to_be(reading); !wanted.empty()) {
    same = compared.differences.empty() && model::state_hash(address.url.engine, compared.managed) == wanted;
    checks.push_back({"the database is what its marker says", same ? "holds" : "does not hold",
                      same ? "" : in_words(compared.differences)});
    if (!same) verification.exit_code = exit_code::not_in_base;
  }
  const auto as_it_ran = [&](const std::optional<std::string>& hash) {
    return !hash || read_ledger_plan(*reading.ledger, *hash).has_value();
  };
  if (!as_it_ran(reading.plan_hash) || (reading.plan && !as_it_ran(reading.plan->plan.reverse)))
    checks.push_back({"the plan of the last change and its way back are in the ledger as they ran", "does not hold",
                      "its bytes are missing or were edited"});
  if (reading.plan) {
    // Whatever a step of the plan wants of its session, the others do not mind.
    const auto& all = reading.plan->plan.steps;
    const auto wants = std::find_if(all.begin(), all.end(), [](const auto& step) { return !step.session.empty(); });
    const steps::InSettings settings(*reading.session,
                                     wants == all.end() ? std::vector<plan::SessionSetting>() : wants->session);
    // Where everything is as it should be, what cannot be asked was of use half way only.
    for (const auto& check : standing_checks(reading))
      if (auto answer = asked(*reading.session, check); !same || answer.answer != not_any_more)
        checks.push_back(std::move(answer));
      else
        ++past;
  }
  check_backups(verification, reading);
  const auto wrong =
      std::count_if(checks.begin(), checks.end(), [](const auto& check) { return check.answer == "does not hold"; });
  if (wrong > 0) still_as_read(reading);
  if (wrong > 0 && verification.exit_code == 0) verification.exit_code = exit_code::failed;
  verification.text = wrong == 0 ? "everything that can be asked holds"
                                 : std::to_string(wrong) + " of " + std::to_string(checks.size()) + " do not hold";
  if (past > 0)
    verification.text += "; " + std::to_string(past) + (past == 1 ? " question" : " questions") +
                         " of the last plan can be asked no more";
}

}  // namespace

VerifyResult verify(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel) {
  VerifyResult result;
  result.targets.resize(targets.size());
  for_each(targets.size(), parallel, [&](std::size_t i) {
    const auto& address = targets[i];
    TargetVerification verification;
    verification.database = address.name();
    verification.url = address.url.shown();
    try {
      const TargetVerification fresh = verification;
      read_patiently(address, environment, [&] {
        verification = fresh;
        read_into(verification, address, environment);
      });
    } catch (const session::TargetHeld& error) {
      verification.exit_code = exit_code::held;
      verification.text = std::string(error.what()) + ": pid " + std::to_string(error.holder.pid) + " on " +
                          error.holder.host + ", " + error.holder.user;
    } catch (const session::TargetMissing& error) {
      verification.exit_code = exit_code::not_in_base;
      verification.text = error.what();
    } catch (const ledger::NewerLedger& error) {
      verification.exit_code = exit_code::refused;
      verification.text = error.what();
    } catch (const std::exception& error) {
      verification.exit_code = exit_code::failed;
      verification.text = error.what();
    }
    result.targets[i] = std::move(verification);
  });
  for (const auto& target : result.targets) result.exit_code = worst(result.exit_code, target.exit_code);
  return result;
}

}  // namespace dmc::executor
