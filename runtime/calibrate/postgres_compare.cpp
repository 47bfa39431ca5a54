// Compared is what plans are made of: the strongest lock on each relation that was there before, and the class of work.
#include "runtime/calibrate/postgres_compare.hpp"

#include <algorithm>
#include <utility>

#include "runtime/session/postgres_modes.hpp"

namespace dmc::calibrate {

namespace {

namespace pg = dialects::postgres;
using session::PostgresMode;

std::string mode_of(std::size_t strength) { return std::string(session::postgres_modes.at(strength).claimed); }

std::size_t known_strength(const pg::Operation& known, std::string_view relation) {
  for (std::size_t i = 0; i < known.count; ++i)
    if (known.locks[i].relation == relation)
      return session::postgres_strength(known.locks[i].mode, &PostgresMode::claimed);
  return 0;
}

std::size_t seen_strength(const Observed& observed, std::string_view relation) {
  std::size_t strongest = 0;
  for (const auto& one : observed.relations)
    if (!one.made && one.name == relation) strongest = std::max(strongest, one.strength);
  return strongest;
}

/// Locks that the measurement leaves out: on what the statement makes, on what it drops (unless its mode is known), and
/// on an index that is only opened for reading.
bool left_out(const SeenRelation& relation, const pg::Operation& known) {
  if (relation.made || relation.strength == 0) return true;
  if (known_strength(known, relation.name) != 0) return false;
  const auto reading = session::postgres_strength("access share", &PostgresMode::claimed);
  return relation.gone || (relation.kind == Kind::index && relation.strength == reading);
}

/// What reads and what only changes the catalog differ in nothing that could be seen, where nobody counts what is read.
/// VACUUM and ANALYZE read without being counted.
bool same_work(const pg::Operation& known, std::string_view seen, const Observed& observed) {
  const auto planned = pg::work_class(known.work);
  if (planned == seen) return true;
  const bool uncounted = !observed.counted || known.work == "maintenance";
  const auto light = [](std::string_view work) { return work == "catalog" || work == "scan"; };
  return uncounted && light(planned) && light(seen);
}

Finding finding_of(const pg::Trial& trial) { return {std::string(trial.id), std::string(trial.statement)}; }

}  // namespace

std::string_view work_seen(const Observed& observed) {
  const auto any = [&](auto holds) { return std::ranges::any_of(observed.relations, holds); };
  const auto anew = [](const SeenRelation& one) { return one.kind == Kind::table && !one.made && one.new_file; };
  if (any([&](const auto& one) { return anew(one) && !one.emptied; })) return "rewrite";
  if (any(anew)) return "catalog";
  if (any([](const auto& one) { return one.kind == Kind::index && one.new_file; })) return "index";
  if (any([](const auto& one) { return !one.made && one.read; })) return "scan";
  return "catalog";
}

Finding compare_postgres(const pg::Trial& trial, int major, const Observed& observed) {
  auto finding = finding_of(trial);
  const auto* known = pg::operation(trial.id, major);
  if (!known) {
    const auto* error = pg::no_operation(trial.id, major);
    finding.verdict = Verdict::differs;
    finding.differences.push_back(
        {"statement", error ? "refused: " + std::string(error->error) : "not known", "executed"});
    return finding;
  }
  std::string missed;
  for (std::size_t i = 0; i < known->count; ++i) {
    const auto name = known->locks[i].relation;
    const auto wanted = known_strength(*known, name), seen = seen_strength(observed, name);
    if (wanted == seen) continue;
    if (observed.sampled && seen < wanted)
      missed.append(missed.empty() ? "" : ", ").append(mode_of(wanted)).append(" on ").append(name);
    else
      finding.differences.push_back({"lock on " + std::string(name), mode_of(wanted), mode_of(seen)});
  }
  for (const auto& relation : observed.relations)
    if (known_strength(*known, relation.name) == 0 && !left_out(relation, *known))
      finding.differences.push_back({"lock on " + relation.name, mode_of(0), mode_of(relation.strength)});
  if (const auto seen = work_seen(observed); !same_work(*known, seen, observed))
    finding.differences.push_back({"work", std::string(pg::work_class(known->work)), std::string(seen)});
  if (!finding.differences.empty())
    finding.verdict = Verdict::differs;
  else if (!missed.empty())
    return not_measured(trial, "no look from outside met its lock: " + missed);
  return finding;
}

Finding compare_postgres(const pg::Trial& trial, int major, const std::string& refusal) {
  const auto* error = pg::no_operation(trial.id, major);
  if (!error) return not_measured(trial, "the server refuses it: " + refusal);
  if (refusal.find(error->error) == std::string::npos)
    return not_measured(trial, "it is refused, as it should be, but in other words: " + refusal);
  return finding_of(trial);
}

Finding not_measured(const pg::Trial& trial, std::string reason) {
  auto finding = finding_of(trial);
  finding.verdict = Verdict::not_measured;
  finding.reason = std::move(reason);
  return finding;
}

}  // namespace dmc::calibrate
