// Where each target stands, what happened to every step, and the one command to type next.
#include <algorithm>

#include "compiler/plan/digest.hpp"
#include "runtime/executor/admission.hpp"
#include "runtime/executor/holder.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/reading.hpp"
#include "runtime/executor/steps_report.hpp"
#include "runtime/executor/workers.hpp"

namespace dmc::executor {

namespace {

std::string at_text(const ledger::Target& target, const std::string& engine) {
  if (target.at_hash == model::state_hash(engine, {})) return "the empty database";
  return "version " + (target.at_name.empty() ? plan::short_digest(target.at_hash) : target.at_name);
}

/// The step that comes next, in the direction of the plan, tells why the plan stands where it stands.
const StepReport* first_open(const TargetStatus& status) {
  const StepReport* open = nullptr;
  for (const auto& step : status.steps) {
    if (status.forward ? step.state == "done" || step.state == "found" : step.state == "absent") continue;
    open = &step;
    if (status.forward) break;
  }
  return open;
}

const plan::Step* step_of(const plan::Plan& plan, const std::string& id) {
  const auto found =
      std::find_if(plan.steps.begin(), plan.steps.end(), [&](const auto& step) { return step.id == id; });
  return found == plan.steps.end() ? nullptr : &*found;
}

/// Cut off outside a transaction, and nothing in the database tells whether it acted.
bool cannot_tell(const StepReport& open, const Reading& reading) {
  if (!reading.plan || open.state != "intended") return false;
  const auto* step = step_of(reading.plan->plan, open.id);
  const auto* run = step ? std::get_if<plan::RunSql>(&step->action) : nullptr;
  return run && !run->in_transaction &&
         (step->exactly_once_by == plan::ExactlyOnce::none || run->statements.size() > 1);
}

const plan::Gate* gate_of(const plan::Plan& plan, const std::string& id) {
  const auto* step = step_of(plan, id);
  return step ? std::get_if<plan::Gate>(&step->action) : nullptr;
}

bool failed(const StepReport& step) { return step.error.has_value(); }

/// A command on a plan names every database of it: as they were asked for, or as what is still to be typed.
std::vector<TargetAddress> all_of(const Reading& reading, const TargetAddress& own,
                                  const std::vector<TargetAddress>& asked) {
  std::vector<TargetAddress> all{own};
  if (!reading.plan) return all;
  for (const auto& input : reading.plan->plan.databases) {
    if (input.name == own.database) continue;
    const auto other =
        std::find_if(asked.begin(), asked.end(), [&](const auto& target) { return target.database == input.name; });
    all.push_back(other != asked.end() ? *other : TargetAddress{input.name, {input.engine, "PATH"}});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.database < b.database; });
  return all;
}

/// The commands name no file, outside of clusters: the target holds its plan, and a file may have been compiled anew.
void stands_moving(TargetStatus& status, const Reading& reading, TargetAddress address,
                   const std::vector<TargetAddress>& asked) {
  const auto& moving = *reading.target.moving;
  status.standing = moving.parked ? "parked" : "moving";
  status.forward = moving.forward;
  status.stage = moving.stage;
  // In a cluster a plan is named, because the cluster's rules are asked of the file and what lies beside it.
  address.cluster = reading.target.identity.cluster;
  const std::string plan =
      address.cluster.empty() || !reading.plan ? std::string() : plan_path(reading.plan->plan.number);
  const std::vector<TargetAddress> only{address};
  const auto all = all_of(reading, address, asked);
  const std::string verb = moving.forward ? "run" : "undo";
  const auto* open = first_open(status);
  const auto* doubt = [&]() -> const StepReport* {
    const auto found = std::find_if(status.steps.begin(), status.steps.end(), [&](const auto& step) {
      return step.state == "in_doubt" || (!status.holder && cannot_tell(step, reading));
    });
    return found == status.steps.end() ? nullptr : &*found;
  }();
  if (!reading.plan && !status.holder) {
    status.exit_code = exit_code::failed;
    status.text = "on the way from " + at_text(reading.target, address.url.engine) + " with plan " +
                  plan::short_digest(moving.plan) + ", which is not in its ledger any more or was edited there";
    status.next = {"go on with the plan's own file", command_line(verb, "PLAN", all)};
    return;
  }
  status.text = "on the way from " + at_text(reading.target, address.url.engine) +
                (moving.forward ? " with " : ", taking back ") + status.title + "; " + count_done(status.steps);
  const auto left = status.holder ? std::nullopt : left_at_work(*reading.session, reading.target);
  if (left) {
    status.exit_code = exit_code::held;
    status.text += "; the server may still be at work for the runner that is gone (pid " +
                   std::to_string(left->holder.pid) + " on " + left->holder.host + ", " + left->holder.user +
                   "), so that nobody can say yet what is done";
    status.next = {"wait until the server is done with it, or end it; the run then looks what took effect",
                   command_line(verb, plan, all, {"--take-over"})};
  } else if (!status.holder.has_value() && doubt) {
    status.exit_code = exit_code::failed;
    status.text += "; step " + std::to_string(doubt->ordinal) + " is in doubt: nobody can say whether it took effect";
    status.next = {"look whether step " + std::to_string(doubt->ordinal) +
                       " took effect, put it fully there or fully away, and say which it is (--done, or --absent)",
                   command_line(verb, plan, all, {"--done", doubt->id.substr(doubt->id.find(':') + 1, 12)})};
  } else if (status.holder) {
    status.exit_code = exit_code::held;
    status.text += "; a runner is at work on it";
    status.next = {"wait, and look again", command_line("status", "", only)};
  } else if (moving.parked) {
    status.exit_code = exit_code::waiting;
    const auto* gate = open && reading.plan ? gate_of(reading.plan->plan, open->id) : nullptr;
    if (reading.plan)
      status.text +=
          "; it is at version " + std::to_string(reading.plan->plan.number) + "." + std::to_string(moving.stage);
    status.text += (reading.plan ? std::string(" and") : std::string(";")) + " waits at a gate" +
                   (gate ? ": " + gate->text : std::string());
    if (gate && !gate->check)
      status.next = {"when that is true, say so and it goes on",
                     command_line("run", plan, all, {"--through", gate->text})};
    else
      status.next = {"ask again whether the gate is open", command_line("run", plan, all)};
  } else if (open && failed(*open)) {
    status.exit_code = exit_code::failed;
    status.text += "; step " + std::to_string(open->ordinal) + " failed: " + *open->error;
    status.next = {"mend what the error names, then go on", command_line(verb, plan, all)};
  } else if (!open) {
    status.exit_code = exit_code::failed;
    status.text += "; only the last comparison with the plan is missing";
    status.next = {"make it", command_line(verb, plan, all)};
  } else {
    status.exit_code = exit_code::waiting;
    status.text += "; nobody is at work on it: the last runner was stopped or died";
    status.next = {"nothing is lost; go on where it stopped", command_line(verb, plan, all)};
  }
}

void stands_still(TargetStatus& status, const Reading& reading, const TargetAddress& address) {
  status.standing = "rest";
  status.text = "at rest at " + at_text(reading.target, address.url.engine);
  const auto* end = last_end(reading.history);
  if (end) status.forward = end->forward;
  if (end && end->move == "end")
    status.text += (end->forward ? ", by " : ", after taking back ") +
                   (status.title.empty() ? std::string("a change") : status.title);
  if (end && end->move == "settle") {
    const auto open = std::count_if(status.steps.begin(), status.steps.end(),
                                    [](const auto& step) { return step.state != "done" && step.state != "found"; });
    status.text += ", where " + (status.title.empty() ? std::string("a change") : status.title) + " was settled; " +
                   std::to_string(open) + (open == 1 ? " step of it is void" : " steps of it are void");
  }
  if (end && end->move == "adopt") status.text += reading.history.size() == 1 ? ", as it was adopted" : "";
  status.exit_code = status.holder ? exit_code::held : exit_code::done;
}

std::string release_words(const std::string& release, bool for_undo) {
  if (release == "purge")
    return for_undo ? "kept for the way back; dmc purge --give-up-undo drops it"
                    : "of an earlier change, which cannot be taken back any more; dmc purge drops it";
  if (release == "settled") return "still at work, because its change was settled; the next change ends it";
  return "until the change ends";
}

/// A database that was moved or copied since dmc last wrote to it.
void note_identity(TargetStatus& status, const Reading& reading, const TargetAddress& address) {
  const auto& recorded = reading.target.identity;
  const auto likeness = reading.session->place().likeness(recorded_facts(recorded));
  if (likeness == session::Likeness::elsewhere)
    status.warnings.push_back("when dmc last changed it, it was " + place_of(recorded) +
                              ": it was moved, or this is a copy");
  if (likeness != session::Likeness::copy) return;
  status.warnings.push_back("it looks like a copy of the database " + place_of(recorded) +
                            ", which is still there [E0801]");
  status.next = {"if it is to go its own way from here, give it an identity of its own",
                 command_line("rebind", "", {address})};
}

void read_into(TargetStatus& status, const TargetAddress& address, const std::vector<TargetAddress>& asked,
               Environment& environment) {
  if (auto holder = environment.connector.holder(address.url); holder.pid != 0) status.holder = std::move(holder);
  auto reading = read_target(address, environment);
  const std::vector<TargetAddress> only{address};
  if (!reading.has_ledger) {
    const bool empty = inspect(*reading.session, *reading.dialect).empty();
    status.standing = empty ? "empty" : "no ledger";
    status.exit_code = exit_code::not_in_base;
    status.text = empty ? "an empty database; dmc never ran a plan here"
                        : "a database that dmc does not manage: it holds objects and no ledger";
    if (!empty)
      status.next = {"bring it under management as it is",
                     "dmc adopt " + shell_word(address.database) + " --from " + shell_word(address.url.shown())};
    return;
  }
  status.cluster = reading.target.identity.cluster;
  status.shard = reading.target.identity.shard;
  status.at_name = reading.target.at_name;
  status.at_hash = reading.target.at_hash;
  status.plan = reading.plan_hash;
  status.generation = reading.target.generation;
  status.since = last_moved(reading.history);
  if (reading.target.identity.database != address.database)
    status.warnings.push_back("its ledger says that it is database '" + reading.target.identity.database +
                              "' of project '" + reading.target.identity.project + "'");
  if (reading.plan) {
    status.title = title_of(reading.plan->plan);
    status.steps = report_steps(reading.plan->plan, reading.target.identity.database, reading.rows,
                                reading.ledger->attempts(reading.target.generation));
    if (const auto* purge = purged(reading.target, reading.history))
      status.warnings.push_back("the last change cannot be taken back: what that needs was purged on " + purge->at);
    else
      status.losses = report_losses(reading.plan->plan, reading.target.identity.database, reading.rows);
  }
  for (const auto& leftover : reading.ledger->leftovers())
    status.leftovers.push_back(leftover.kind + " " + leftover.name + " (" +
                               release_words(leftover.release, leftover.generation == reading.target.generation) + ")");
  reading.target.moving ? stands_moving(status, reading, address, asked) : stands_still(status, reading, address);
  note_identity(status, reading, address);
}

}  // namespace

StatusResult status(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel) {
  StatusResult result;
  result.targets.resize(targets.size());
  for_each(targets.size(), parallel, [&](std::size_t i) {
    const auto& address = targets[i];
    TargetStatus status;
    status.database = address.name();
    status.url = address.url.shown();
    try {
      const TargetStatus fresh = status;
      read_patiently(address, environment, [&] {
        status = fresh;
        read_into(status, address, targets, environment);
      });
    } catch (const session::TargetHeld& error) {
      status.standing = "moving";
      status.holder = error.holder;
      status.exit_code = exit_code::held;
      status.text = error.what();
      status.next = {"see how far it is in a moment", command_line("status", "", {address})};
    } catch (const session::TargetMissing& error) {
      status.standing = "missing";
      status.exit_code = exit_code::not_in_base;
      status.text = error.what();
    } catch (const ledger::NewerLedger& error) {
      status.standing = "newer ledger";
      status.exit_code = exit_code::refused;
      status.text = error.what();
    } catch (const std::exception& error) {
      status.standing = "unreadable";
      status.exit_code = exit_code::failed;
      status.text = error.what();
    }
    result.targets[i] = std::move(status);
  });
  for (const auto& target : result.targets) result.exit_code = worst(result.exit_code, target.exit_code);
  return result;
}

}  // namespace dmc::executor
