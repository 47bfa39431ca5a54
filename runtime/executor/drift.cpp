// What was changed behind our back, object by object.
#include <algorithm>

#include "compiler/plan/canonical_read.hpp"
#include "runtime/executor/half_way.hpp"
#include "runtime/executor/reading.hpp"
#include "runtime/executor/workers.hpp"

namespace dmc::executor {

namespace {

/// Objects that an unsettled step was changing are that step's to look at.
void forgive_open_steps(Comparison& compared, const Reading& reading) {
  if (!reading.plan) return;
  for (const auto& step : reading.plan->plan.steps) {
    const auto row = reading.rows.find(step.id);
    if (row == reading.rows.end()) continue;
    const auto state = row->second.state;
    const bool settled =
        state == ledger::State::absent || state == ledger::State::done || state == ledger::State::found;
    if (settled) continue;
    for (const auto& effect : step.effects)
      std::erase_if(compared.differences, [&](const auto& difference) { return difference.object == effect.object; });
  }
  forgive_half_way(compared, reading.plan->plan, reading.rows);
}

/// Columns that a row without a list of them has, as they stand.
std::vector<std::string> standing(const model::Table& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns)
    if (!column.generated) names.push_back(column.name);
  return names;
}

/// Where columns stand is no part of a state. Where they can be put elsewhere, and inserts go by it, it is said.
void note_order(TargetDrift& drift, const model::Table& was, const Live& live) {
  const auto* is = was.storage ? live.database.table(was.path()) : nullptr;
  if (!is) return;
  auto before = standing(was), now = standing(*is);
  if (before == now || !std::ranges::is_permutation(before, now)) return;
  std::string list;
  for (const auto& name : now) list += (list.empty() ? "" : ", ") + name;
  drift.text += "; the columns of " + was.path() + " stand in another order: " + list;
}

void read_into(TargetDrift& drift, const TargetAddress& address, Environment& environment) {
  auto reading = read_target(address, environment);
  if (!reading.has_ledger) {
    drift.exit_code = exit_code::not_in_base;
    drift.text = "it has no ledger, so there is nothing to compare it with";
    return;
  }
  const auto recorded = reading.ledger->objects();
  const auto live = inspect(*reading.session, *reading.dialect);
  auto compared = compare(recorded, live, *reading.dialect, reading.target.moving.has_value());
  forgive_open_steps(compared, reading);
  drift.differences = std::move(compared.differences);
  drift.unmanaged = std::move(compared.unmanaged);
  if (drift.differences.empty()) {
    const auto& moving = reading.target.moving;
    const bool parked = moving && moving->parked && reading.plan;
    drift.text = "it is as dmc left it";
    if (parked)
      drift.text += ", at version " + std::to_string(reading.plan->plan.number) + "." + std::to_string(moving->stage) +
                    ", where it waits at a gate";
    for (const auto& row : recorded) {
      model::Table was;
      if (row.object.starts_with("table ") && row.print && !row.print->starts_with(ledger::declared_mark) &&
          plan::read_canonical(*row.print, was))
        note_order(drift, was, live);
    }
    return;
  }
  still_as_read(reading);
  drift.exit_code = exit_code::not_in_base;
  drift.text = "somebody changed it since dmc did: " + in_words(drift.differences);
}

void conform_into(TargetDrift& drift, const std::vector<model::Database>& declared, const TargetAddress& address,
                  Environment& environment) {
  const auto database = std::ranges::find(declared, address.database, &model::Database::name);
  if (database == declared.end()) {
    drift.exit_code = exit_code::usage;
    drift.text = "the catalog has no database '" + address.database + "'";
    return;
  }
  if (database->engine != address.url.engine) {
    drift.exit_code = exit_code::usage;
    drift.text = "the catalog declares it for " + database->engine;
    return;
  }
  drift.declared = true;
  const auto reading = read_target(address, environment);
  const auto live = inspect(*reading.session, *reading.dialect);
  auto conformity = conform(*database, live, *reading.dialect,
                            reading.has_ledger ? reading.ledger->objects() : std::vector<ledger::ObjectRow>());
  drift.differences = std::move(conformity.differences);
  drift.unproven = std::move(conformity.unproven);
  drift.unmanaged = std::move(conformity.undeclared);
  if (!drift.differences.empty()) {
    drift.exit_code = exit_code::not_in_base;
    drift.text = "it is not what is declared: " + in_words(drift.differences);
  } else {
    drift.text =
        drift.unproven.empty() ? "it is what is declared" : "nothing in it is known to be otherwise than declared";
    for (const auto& table : database->tables) note_order(drift, table, live);
  }
}

DriftResult for_targets(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel,
                        const std::function<void(TargetDrift&, const TargetAddress&)>& read) {
  DriftResult result;
  result.targets.resize(targets.size());
  for_each(targets.size(), parallel, [&](std::size_t i) {
    const auto& address = targets[i];
    TargetDrift drift;
    drift.database = address.name();
    drift.url = address.url.shown();
    try {
      const TargetDrift fresh = drift;
      read_patiently(address, environment, [&] {
        drift = fresh;
        read(drift, address);
      });
    } catch (const session::TargetHeld& error) {
      drift.exit_code = exit_code::held;
      drift.text = std::string(error.what()) + ": pid " + std::to_string(error.holder.pid) + " on " +
                   error.holder.host + ", " + error.holder.user;
    } catch (const session::TargetMissing& error) {
      drift.exit_code = exit_code::not_in_base;
      drift.text = error.what();
    } catch (const ledger::NewerLedger& error) {
      drift.exit_code = exit_code::refused;
      drift.text = error.what();
    } catch (const std::exception& error) {
      drift.exit_code = exit_code::failed;
      drift.text = error.what();
    }
    result.targets[i] = std::move(drift);
  });
  for (const auto& target : result.targets) result.exit_code = worst(result.exit_code, target.exit_code);
  return result;
}

}  // namespace

DriftResult drift(const std::vector<TargetAddress>& targets, Environment& environment, std::size_t parallel) {
  return for_targets(targets, environment, parallel,
                     [&](TargetDrift& drift, const TargetAddress& address) { read_into(drift, address, environment); });
}

DriftResult conformance(const std::vector<model::Database>& declared, const std::vector<TargetAddress>& targets,
                        Environment& environment, std::size_t parallel) {
  return for_targets(targets, environment, parallel, [&](TargetDrift& drift, const TargetAddress& address) {
    conform_into(drift, declared, address, environment);
  });
}

}  // namespace dmc::executor
