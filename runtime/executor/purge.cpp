// Drops what ended changes keep for their way back, each thing in a unit with the ledger's note of it.
#include <algorithm>
#include <map>

#include "runtime/executor/admission.hpp"
#include "runtime/executor/holder.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/executor/opened.hpp"
#include "runtime/executor/reading.hpp"

namespace dmc::executor {

namespace {

constexpr std::int64_t lock_ms = 2'000;
constexpr std::string_view release = "purge";

/// Something that was left, and how it is taken away.
struct Left {
  ledger::LeftoverRow row;
  std::string plan;         ///< hash
  plan::Leftover leftover;  ///< as its plan says
  std::optional<ledger::BackupHeader> backup;
  std::string words;
};

struct Leavings {
  std::vector<Left> gone;
  std::vector<std::string> kept;
};

/// What a generation was: its plan, and when it came to rest.
struct Generation {
  std::optional<plan::PlanFile> plan;
  std::optional<plan::PlanFile> reverse;
  std::string ended;
};

Generation generation_of(ledger::Ledger& ledger, const History& history, std::int64_t number) {
  Generation generation;
  for (const auto& [move, hash] : history) {
    if (move.generation != number) continue;
    if (move.move == "begin" && move.plan) generation.plan = read_ledger_plan(ledger, *move.plan);
    if (move.move == "end" || move.move == "settle") generation.ended = move.at;
  }
  if (generation.plan && generation.plan->plan.reverse)
    generation.reverse = read_ledger_plan(ledger, *generation.plan->plan.reverse);
  return generation;
}

struct Found {
  const plan::Step* step = nullptr;
  const plan::Leftover* leftover = nullptr;
};

Found find(const Generation& generation, const ledger::LeftoverRow& row) {
  for (const auto* plan : {&generation.plan, &generation.reverse}) {
    if (!*plan) continue;
    for (const auto& step : (*plan)->plan.steps)
      for (const auto& leftover : step.leftovers)
        if (leftover.kind == row.kind && leftover.name == row.name && leftover.release == release)
          return {&step, &leftover};
  }
  return {};
}

/// A step of its own may make the place that another one copies to.
bool is_of(const ledger::BackupHeader& header, const ledger::LeftoverRow& row) {
  return header.generation == row.generation && (header.step == row.step || header.artifact == row.name);
}

std::string words_of(const ledger::LeftoverRow& row, const Generation& generation, const plan::Step* step,
                     const std::optional<ledger::BackupHeader>& backup) {
  std::string text = row.kind + " " + row.name;
  if (step && row.kind != "table") text += " of " + step->object;
  if (backup)
    text += ", " + std::to_string(backup->rows) + (backup->rows == 1 ? " row of " : " rows of ") + backup->source;
  if (generation.plan) text += ", of " + title_of(generation.plan->plan);
  if (!generation.ended.empty()) text += ", since " + generation.ended;
  return text;
}

/// An undo goes back over the last change alone: nothing can need what older ones keep.
Leavings leavings(ledger::Ledger& ledger, const ledger::Target& target, const History& history, const Purging& options,
                  const std::string& now) {
  Leavings all;
  const auto backups = ledger.backups();
  std::map<std::int64_t, Generation> generations;
  for (auto& row : ledger.leftovers()) {
    if (row.release != release) continue;
    auto known = generations.find(row.generation);
    if (known == generations.end())
      known = generations.emplace(row.generation, generation_of(ledger, history, row.generation)).first;
    const auto& generation = known->second;
    const auto [step, leftover] = find(generation, row);
    const auto header = std::find_if(backups.begin(), backups.end(), [&](const auto& one) { return is_of(one, row); });
    auto backup = header == backups.end() ? std::nullopt : std::optional(*header);
    auto words = words_of(row, generation, step, backup);
    if (!leftover) {
      all.kept.push_back(words + ": its plan is not in the ledger any more; drop it by hand");
    } else if (row.generation == target.generation && !options.give_up_undo) {
      const auto* end = last_end(history);
      all.kept.push_back(words + (!end || end->forward ? ": the last change can be taken back with it"
                                                       : ": the last change was taken back, and left it for you"));
    } else if (options.older_than_ms &&
               (generation.ended.empty() || journal::later(generation.ended, *options.older_than_ms) > now)) {
      all.kept.push_back(words + ": not that old yet");
    } else {
      all.gone.push_back({std::move(row), generation.plan->hash, *leftover, std::move(backup), std::move(words)});
    }
  }
  return all;
}

TargetPurge purge_of(std::string database, std::string url) {
  TargetPurge target;
  target.database = std::move(database);
  target.url = std::move(url);
  return target;
}

void refuse(TargetPurge& result, int exit_code, const std::string& text) {
  result.exit_code = exit_code;
  result.outcome = exit_code == exit_code::failed ? "failed" : "refused";
  result.text = text;
}

std::string things(std::size_t count) { return std::to_string(count) + (count == 1 ? " thing" : " things"); }

/// False where this target is not one to purge.
bool may_purge(TargetPurge& result, const TargetAddress& address, const ledger::Target& target,
               const History& history) {
  const auto& identity = target.identity;
  if (identity.database != address.database) {
    refuse(result, exit_code::not_in_base,
           "it is database '" + identity.database + "' of project '" + identity.project + "'");
  } else if (!identity.cluster.empty() && address.cluster.empty()) {
    refuse(result, exit_code::refused,
           "it belongs to cluster '" + identity.cluster + "' [E0518]: name its inventory with --cluster");
  } else if (target.moving) {
    refuse(result, exit_code::waiting,
           "a change is under way since " + last_moved(history) + ", and may need what is left; nothing was dropped");
    result.next = {"see how far it is", command_line("status", "", {address})};
  }
  return result.outcome.empty();
}

void look(TargetPurge& result, const TargetAddress& address, const Purging& options, Environment& environment) {
  auto reading = read_target(address, environment);
  if (!reading.has_ledger)
    return refuse(result, exit_code::not_in_base, "it has no ledger: dmc never ran a plan there");
  if (!may_purge(result, address, reading.target, reading.history)) return;
  auto all = leavings(*reading.ledger, reading.target, reading.history, options, environment.clock.utc());
  for (auto& left : all.gone) result.gone.push_back(std::move(left.words));
  result.kept = std::move(all.kept);
  result.outcome = "nothing to do";
  result.text = result.kept.empty() ? "nothing is left there of earlier changes" : "nothing of it is to go";
  if (!result.gone.empty()) {
    result.outcome = "would be purged";
    result.text = things(result.gone.size()) + " would be dropped";
  }
}

void drop(TargetPurge& result, const TargetAddress& address, const Purging& options, Environment& environment) {
  const auto opened = open_to_write(address, environment);
  const auto& session = opened.session;
  const auto& ledger = opened.ledger;
  const auto before = ledger->target();
  const auto history = ledger->moves();
  result = purge_of(result.database, result.url);
  if (!may_purge(result, address, before, history)) return;
  if (const auto left = left_at_work(*session, before)) {
    result.holder = left->holder;
    return refuse(result, exit_code::held,
                  "the server may still be at work there for a runner that is gone: wait until it is done");
  }
  auto all = leavings(*ledger, before, history, options, environment.clock.utc());
  result.kept = std::move(all.kept);
  const ledger::Grip grip{ledger->take_over("", before.epoch), before.generation};
  for (const auto& left : all.gone) {
    if (environment.stop.requested()) {
      result.exit_code = exit_code::interrupted;
      result.outcome = "interrupted";
      result.text = "stopped on request; what was dropped is dropped, and the same command goes on";
      return;
    }
    ledger->limits(lock_ms, std::nullopt);
    ledger::Unit unit(*ledger);
    ledger->fence(grip);
    if (!session->query(left.leftover.detect).rows.empty())
      for (const auto& statement : left.leftover.cleanup) session->execute(statement);
    ledger->drop_leftover(left.row.kind, left.row.name);
    if (left.backup) ledger->drop_backup(left.backup->artifact);
    ledger->remember({.seq = 0,
                      .move = "purge",
                      .from_hash = before.at_hash,
                      .to_hash = before.at_hash,
                      .plan = left.plan,
                      .forward = true,
                      .generation = before.generation,
                      .epoch = grip.epoch,
                      .run_id = before.run_id,
                      .actor = environment.runner.user + "@" + environment.runner.host,
                      .at = environment.clock.utc(),
                      .evidence = left.words,
                      .previous = {}});
    unit.commit();
    result.gone.push_back(left.words);
  }
  result.outcome = result.gone.empty() ? "nothing to do" : "done";
  result.text = result.gone.empty() ? "nothing of it is to go" : things(result.gone.size()) + " dropped";
}

void guarded(TargetPurge& result, const std::function<void()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    if (const auto* held = dynamic_cast<const session::TargetHeld*>(&error)) result.holder = held->holder;
    refuse(result, exit_code_of(verdict_of(error)), error.what());
  }
  if (!result.gone.empty() && result.exit_code == exit_code::failed)
    result.text += "; what is listed was dropped before, and the same command goes on";
}

}  // namespace

PurgeResult purge(const std::vector<TargetAddress>& targets, const Purging& options, Environment& environment) {
  PurgeResult result;
  bool some = false;
  for (const auto& address : targets) {
    auto& target = result.targets.emplace_back(purge_of(address.name(), address.url.shown()));
    guarded(target, [&] {
      const auto fresh = target;
      read_patiently(address, environment, [&] {
        target = fresh;
        look(target, address, options, environment);
      });
    });
    some = some || !target.gone.empty();
  }
  const bool confirmed = options.dry_run || !some || !options.confirm || options.confirm(result);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    auto& target = result.targets[i];
    if (target.outcome != "would be purged") continue;
    if (!confirmed) {
      target.outcome = "not started";
      target.exit_code = exit_code::refused;
      target.text = "nothing was dropped";
    } else if (!options.dry_run) {
      guarded(target, [&] { drop(target, targets[i], options, environment); });
    }
  }
  for (const auto& target : result.targets) result.exit_code = worst(result.exit_code, target.exit_code);
  return result;
}

}  // namespace dmc::executor
