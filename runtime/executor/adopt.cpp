// Marks a live database as what it is: a ledger, one row per object, a marker at rest. No DDL of the database's own.
#include "compiler/plan/digest.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/opened.hpp"
#include "runtime/executor/verdict.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

namespace {

void mark(TargetResult& result, const Adoption& adoption, const TargetAddress& address, Environment& environment) {
  const auto refuse = [&](Verdict verdict, int code, const std::string& text) {
    result.verdict = verdict;
    result.exit_code = code;
    result.outcome = "refused";
    result.text = result.verdict_text = text;
  };
  const auto* dialect = environment.dialects.find(address.url.engine);
  const auto* keeper = environment.keepers(address.url.engine);
  if (!dialect || !keeper)
    return refuse(Verdict::unreadable, exit_code::refused, "this version keeps no ledger on " + address.url.engine);
  const auto opened = open_to_write(address, environment);
  const auto& session = opened.session;
  auto& ledger = *opened.ledger;
  ledger::Unit unit(ledger);
  if (ledger.exists()) {
    const auto target = ledger.target();
    refuse(Verdict::foreign, exit_code::not_in_base,
           "it has a ledger already: it is database '" + target.identity.database + "' of project '" +
               target.identity.project + "'");
    result.next = {"see where it stands", command_line("status", "", {address})};
    return;
  }
  const auto live = inspect(*session, *dialect);
  if (const auto hash = model::state_hash(address.url.engine, live.states); hash != adoption.hash) {
    refuse(Verdict::other_version, exit_code::not_in_base,
           "the database is not in the state that was to be adopted; it changed meanwhile");
    result.next = {"see what is there now", "dmc inspect " + shell_word(address.url.shown())};
    return;
  }
  ledger::Identity identity{.target_id = {},
                            .project = adoption.project,
                            .database = adoption.database,
                            .cluster = address.cluster,
                            .shard = address.shard,
                            .facts = facts_of(*session)};
  const std::string normaliser =
      address.url.engine + " " + ledger.server_version() + ", model " + std::to_string(model::catalog_schema_version);
  ledger.create({std::move(identity), adoption.hash, adoption.name, normaliser});
  const auto seq = ledger.next_seq();
  for (const auto& object : live.states) ledger.put_object(object.object, object.state, normaliser, seq);
  record_prints(ledger, live, *dialect);
  ledger.remember({.seq = 0,
                   .move = "adopt",
                   .from_hash = std::nullopt,
                   .to_hash = adoption.hash,
                   .plan = std::nullopt,
                   .forward = true,
                   .generation = 0,
                   .epoch = 0,
                   .run_id = {},
                   .actor = environment.runner.user + "@" + environment.runner.host,
                   .at = environment.clock.utc(),
                   .evidence = std::to_string(live.states.size()) + " objects",
                   .previous = {}});
  unit.commit();
  result.outcome = "done";
  result.text = "it is managed from now on, as version " + adoption.name;
}

}  // namespace

TargetResult adopt(const Adoption& adoption, const TargetAddress& address, Environment& environment) {
  TargetResult result;
  result.database = address.database;
  result.url = address.url.shown();
  const auto failed = [&](Verdict verdict, int code, const std::string& text) {
    result.verdict = verdict;
    result.exit_code = code;
    result.outcome = "refused";
    result.text = result.verdict_text = text;
  };
  try {
    mark(result, adoption, address, environment);
  } catch (const std::exception& error) {
    if (const auto* held = dynamic_cast<const session::TargetHeld*>(&error)) result.holder = held->holder;
    const auto verdict = verdict_of(error);
    failed(verdict, exit_code_of(verdict), error.what());
  }
  return result;
}

}  // namespace dmc::executor
