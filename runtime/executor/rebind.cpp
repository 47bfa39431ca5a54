// Makes a copy of a database a target of its own.
#include "runtime/executor/executor.hpp"
#include "runtime/executor/holder.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/opened.hpp"
#include "runtime/executor/scope.hpp"
#include "runtime/executor/verdict.hpp"

namespace dmc::executor {

namespace {

void refuse(TargetResult& result, Verdict verdict, const std::string& text) {
  result.verdict = verdict;
  result.exit_code = exit_code_of(verdict);
  result.outcome = "refused";
  result.text = result.verdict_text = text;
}

void bind_anew(TargetResult& result, const TargetAddress& address, const std::string& why, Environment& environment) {
  const auto* dialect = environment.dialects.find(address.url.engine);
  const auto* keeper = environment.keepers(address.url.engine);
  if (!dialect || !keeper)
    return refuse(result, Verdict::unreadable, "this version keeps no ledger on " + address.url.engine);
  const auto opened = open_to_write(address, environment);
  const auto& session = opened.session;
  const auto& ledger = opened.ledger;
  if (!ledger->exists())
    return refuse(result, Verdict::no_ledger, "it has no ledger: dmc never ran a plan there, so it says it is nobody");
  const auto before = ledger->target();
  if (before.identity.database != address.database)
    return refuse(result, Verdict::foreign,
                  "it is database '" + before.identity.database + "' of project '" + before.identity.project + "'");
  if (session->place().likeness(recorded_facts(before.identity)) == session::Likeness::same && why.empty())
    return refuse(result, Verdict::foreign,
                  "it lies where its ledger says, and is no copy as far as can be seen [E0802]; if it is one all the "
                  "same, put there on another machine say, tell why (--why)");
  // A true copy holds no session of its own; where one lives, its work is not over.
  if (const auto left = left_at_work(*session, before)) {
    result.holder = left->holder;
    return refuse(result, Verdict::left_at_work,
                  "the server may still be at work there for a runner that is gone: wait until it is done");
  }
  const auto epoch = ledger->take_over("", before.epoch);
  auto identity = before.identity;
  identity.target_id.clear();
  identity.cluster.clear();
  identity.shard.clear();
  identity.facts = facts_of(*session);
  ledger::Unit unit(*ledger);
  ledger->rebind(epoch, identity);
  if (before.moving) {
    // The run that was begun on the original goes on here alone.
    const FrozenScope alone(Scope{"", {address.database + " " + ledger->target().identity.target_id}});
    ledger->rescope({epoch, before.generation}, before.moving->plan, alone.digest);
    ledger->put_plan(alone.digest, alone.bytes);
  }
  ledger->remember({.seq = 0,
                    .move = "rebind",
                    .from_hash = before.at_hash,
                    .to_hash = before.at_hash,
                    .plan = before.moving ? std::optional(before.moving->plan) : std::nullopt,
                    .forward = before.moving ? before.moving->forward : true,
                    .generation = before.generation,
                    .epoch = epoch,
                    .run_id = before.run_id,
                    .actor = environment.runner.user + "@" + environment.runner.host,
                    .at = environment.clock.utc(),
                    .evidence = "it was " + before.identity.target_id + " " + place_of(before.identity) +
                                (before.identity.shard.empty()
                                     ? ""
                                     : ", shard " + before.identity.shard + " of cluster " + before.identity.cluster) +
                                (why.empty() ? "" : "; " + why),
                    .previous = {}});
  unit.commit();
  result.outcome = "done";
  result.generation = before.generation;
  result.text = before.moving ? "it has an identity of its own; the change that was under way on the original is under "
                                "way here as well, and waits for you to go on with it or take it back"
                              : "it has an identity of its own, and stands at the version of the original";
  result.next = {"see where it stands", command_line("status", "", {address})};
}

}  // namespace

TargetResult rebind(const TargetAddress& address, const std::string& why, Environment& environment) {
  TargetResult result;
  result.database = address.name();
  result.url = address.url.shown();
  try {
    bind_anew(result, address, why, environment);
  } catch (const std::exception& error) {
    if (const auto* held = dynamic_cast<const session::TargetHeld*>(&error)) result.holder = held->holder;
    refuse(result, verdict_of(error), error.what());
  }
  return result;
}

}  // namespace dmc::executor
