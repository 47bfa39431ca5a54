// Asks the index, its signatures and the proof beside the plan; every refusal says what would mend it.
#include "runtime/cli/demands.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/catalog/catalog.hpp"
#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/exit.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/cli/sealing.hpp"
#include "runtime/executor/admission.hpp"
#include "runtime/executor/next.hpp"

namespace dmc::cli {
namespace {

trust::Place place_of(const inventory::Cluster& cluster, const inventory::Shard& shard, const Intent& intent,
                      World& world) {
  return {cluster.name, shard.name, world.clock.utc(), intent.digest, intent.authors};
}

/// What the cluster, its wave and the target's own gate ask for this target.
trust::Demands demands_of(const inventory::Cluster& cluster, const inventory::Shard& shard) {
  auto demands = cluster.demands;
  const auto& wave = cluster.waves[cluster.wave_of(shard)];
  if (wave.approvals > 0) demands.approvals.push_back({wave.approvals, {}});
  if (shard.gate == inventory::Gate::review) demands.approvals.push_back({1, {}});
  return demands;
}

bool touches(const plan::Plan& plan, const inventory::Shard& shard) {
  return std::any_of(plan.databases.begin(), plan.databases.end(),
                     [&](const auto& input) { return input.name == shard.database; });
}

/// A target under review needs an approval that names it; one for every target is none for it.
trust::Proof naming(const trust::Proof& proof, const inventory::Shard& shard) {
  trust::Proof named = proof;
  std::erase_if(named.approvals, [&](const trust::Envelope& envelope) {
    trust::Approval approval;
    try {
      return plan::read_canonical(trust::body_of(envelope, trust::Approval::payload_type), approval) &&
             (!approval.targets ||
              std::find(approval.targets->begin(), approval.targets->end(), shard.name) == approval.targets->end());
    } catch (const trust::TrustError&) {
      return false;
    }
  });
  return named;
}

/// A word is as old as its signature, however late the run takes it.
std::string oldest_word(const plan::Gate& gate, World& world) {
  return gate.valid_for_ms > 0 ? journal::later(world.clock.utc(), -gate.valid_for_ms) : std::string();
}

/// The steps whose loss was accepted with these words, by what an approval must name.
std::vector<trust::AcceptedLoss> accepted_losses(const executor::PlanPair& plans,
                                                 const std::vector<std::string>& words) {
  std::vector<trust::AcceptedLoss> losses;
  for (const auto& step : plans.forward.plan.steps) {
    const bool accepted =
        std::any_of(words.begin(), words.end(), [&](const auto& word) { return executor::means_step(word, step); });
    if (!accepted || step.reverse.grade == plan::ReverseClass::exact) continue;
    trust::AcceptedLoss loss{trust::loss_id(step, plans.reverse.plan),
                             fmt::format("step {} ({})", plan::short_digest(step.id), step.summary),
                             {}};
    for (const auto& hazard : step.hazards) loss.hazards.push_back(hazard.id);
    losses.push_back(std::move(loss));
  }
  return losses;
}

bool names_target(const std::string& text) { return text.starts_with("target '"); }

/// What is lacking on some of the targets only says on which.
std::string only_for(const std::vector<std::string>& shards, const std::set<std::string>& touched) {
  constexpr std::size_t most = 3;
  if (shards.size() == touched.size()) return {};
  std::vector<std::string> named(shards.begin(),
                                 shards.begin() + static_cast<std::ptrdiff_t>(std::min(most, shards.size())));
  return fmt::format(", on {} {}{}", shards.size() == 1 ? "target" : "targets", fmt::join(named, ", "),
                     shards.size() > most ? fmt::format(" and {} more", shards.size() - most) : "");
}

/// One line an objection, and the commands that would mend them.
Refusal refused(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                const std::set<std::pair<std::string, std::string>>& objections) {
  const auto plan = grammar::escaped(executor::shell_word(plans.path));
  const auto name = grammar::escaped(cluster.name);
  const std::map<std::string, std::string> mends{
      {"E0508", fmt::format("dmc approve {} --key FILE --cluster {}    signs; nothing was changed", plan, name)},
      {"E0520",
       fmt::format("dmc approve {} --lossy STEP --key FILE --cluster {}    signs; nothing was changed", plan, name)},
      {"E0516", fmt::format("dmc attest {} --key FILE    on that machine signs; nothing was changed", plan)}};
  Refusal refusal(Exit::refused, fmt::format("cluster '{}' does not let this plan run", name));
  for (const auto& [code, text] : objections) {
    Reason reason{code, text, {}};
    if (const auto mend = mends.find(code); mend != mends.end()) reason.help.push_back(mend->second);
    refusal.reasons.push_back(std::move(reason));
  }
  return refusal;
}

Refusal not_sealed(const inventory::Cluster& cluster, const std::string& what, const std::string& mend) {
  return {Exit::refused,
          fmt::format("cluster '{}' runs sealed plans only{}", grammar::escaped(cluster.name), what),
          {mend, "nothing was changed"}};
}

void check_ready(const inventory::Cluster& cluster, const plan::Plan& plan) {
  for (const auto& shard : cluster.shards)
    if (touches(plan, shard) && shard.gate == inventory::Gate::blocked)
      throw Refusal(
          Exit::waiting,
          fmt::format("wave '{}' does not start: target '{}' is blocked",
                      grammar::escaped(cluster.waves[cluster.wave_of(shard)].name), grammar::escaped(shard.name)),
          {"nothing was changed; the inventory says when it may"});
}

}  // namespace

Sealing check_sealed(const inventory::Cluster& cluster, const executor::PlanPair& plans, World& world) {
  const auto& plan = plans.forward.plan;
  const auto project = find_project_if_there((world.directory / plans.path).lexically_normal().parent_path());
  const auto bytes = project ? project->file_if_there(index_name) : std::nullopt;
  const auto index = read_index(bytes);
  const auto sealed = std::find_if(index.sealed.begin(), index.sealed.end(),
                                   [&](const auto& entry) { return entry.number == plan.number; });
  const bool is_sealed = sealed != index.sealed.end() && sealed->plan == plans.forward.hash;
  const auto sign = fmt::format("dmc seal {} --key FILE --person NAME", plan.number);
  if (cluster.demands.sealed_only && !is_sealed)
    throw not_sealed(cluster, fmt::format(" [E0510], and version {} is not sealed", plan.number),
                     fmt::format("dmc seal {}    freezes it", plan.number));
  Sealing sealing;
  if (cluster.demands.sealed_only)
    sealing.index = ledger::SealedIndex{index.sequence, plan::digest(bytes.value_or(""))};
  if (cluster.lists_approvers && is_sealed) {
    const auto seals = read_seals(*project);
    sealing.authors = trust::authors(seals, cluster.approvers, version_seal(plan.project, *sealed, {}));
    const auto signer =
        trust::index_signer(seals, cluster.approvers, index_seal(plan.project, *bytes, index.sequence, {}));
    if (cluster.demands.sealed_only && signer.objection)
      throw not_sealed(cluster,
                       fmt::format(", and {} does not count [{}]: {}", index_name, signer.objection->code,
                                   grammar::escaped(signer.objection->text)),
                       sign + "    signs it, and that version");
    if (cluster.demands.sealed_only && sealing.authors.empty())
      throw not_sealed(
          cluster,
          fmt::format(", and no person of its approvers has signed the seal of version {} [E0511]", plan.number),
          sign + "    signs it");
  }
  check_ready(cluster, plan);
  return sealing;
}

bool needs_dry_run(const executor::PlanPair& plans, World& world) {
  return trust::bound_to_dry_run(read_proof(plans.path, world));
}

void check_demands(const inventory::Cluster& cluster, const executor::PlanPair& plans, const Intent& intent,
                   World& world) {
  const auto proof = read_proof(plans.path, world);
  const auto losses = accepted_losses(plans, intent.lossy);
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> against;
  std::set<std::string> touched;
  for (const auto& shard : cluster.shards)
    if (touches(plans.forward.plan, shard)) touched.insert(shard.name);
  for (const auto& shard : cluster.shards) {
    if (!touched.contains(shard.name) || !touches(plans.forward.plan, shard)) continue;
    const auto place = place_of(cluster, shard, intent, world);
    const auto demands = demands_of(cluster, shard);
    auto found = trust::objections(plans.forward, proof, cluster.approvers, demands, place);
    for (auto& objection : trust::loss_objections(plans.forward, losses, proof, cluster.approvers, demands, place))
      found.push_back(std::move(objection));
    if (shard.gate == inventory::Gate::review) {
      trust::Demands named;
      named.approvals = {{1, {}}};
      for (auto& objection : trust::objections(plans.forward, naming(proof, shard), cluster.approvers, named, place)) {
        objection.text = fmt::format("target '{}' is under review: {}", shard.name, objection.text);
        found.push_back(std::move(objection));
      }
    }
    for (auto& objection : found) {
      // An approval for another target of this cluster lacks nothing.
      const bool for_another = std::any_of(objection.elsewhere.begin(), objection.elsewhere.end(),
                                           [&](const auto& name) { return touched.contains(name); });
      if (for_another) continue;
      auto& shards = against[{std::move(objection.code), std::move(objection.text)}];
      if (std::find(shards.begin(), shards.end(), shard.name) == shards.end()) shards.push_back(shard.name);
    }
  }
  std::set<std::pair<std::string, std::string>> objections;
  for (const auto& [objection, shards] : against)
    objections.emplace(objection.first,
                       objection.second + (names_target(objection.second) ? "" : only_for(shards, touched)));
  if (!objections.empty()) throw refused(cluster, plans, objections);
}

std::string on_whose_word(const inventory::Cluster& cluster, const executor::PlanPair& plans, const Sealing& sealing,
                          const Intent& intent, World& world) {
  std::set<std::string> approved;
  const auto proof = read_proof(plans.path, world);
  for (const auto& shard : cluster.shards) {
    const auto place = place_of(cluster, shard, intent, world);
    for (auto& person : trust::approved_by(plans.forward, proof, cluster.approvers, place))
      approved.insert(std::move(person));
  }
  std::vector<std::string> words;
  if (sealing.index) words.push_back(fmt::format("index {}", sealing.index->sequence));
  if (!sealing.authors.empty()) words.push_back(fmt::format("sealed by {}", fmt::join(sealing.authors, ", ")));
  if (!approved.empty()) words.push_back(fmt::format("approved by {}", fmt::join(approved, ", ")));
  return fmt::format("{}", fmt::join(words, "; "));
}

std::vector<std::string> unopened_gate(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                       const plan::Gate& gate, const Intent& intent, World& world) {
  const auto proof = read_proof(plans.path, world);
  std::set<std::string> lines;
  for (const auto& shard : cluster.shards) {
    if (!touches(plans.forward.plan, shard)) continue;
    for (const auto& objection : trust::unopened(plans.forward, gate.text, proof, cluster.approvers,
                                                 place_of(cluster, shard, intent, world), oldest_word(gate, world)))
      lines.insert(
          fmt::format("what was signed for this gate does not open it: {} [{}]", objection.text, objection.code));
  }
  return {lines.begin(), lines.end()};
}

std::vector<steps::Word> opened_gates(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      const Intent& intent, World& world) {
  const auto& plan = plans.forward.plan;
  const auto proof = read_proof(plans.path, world);
  std::vector<steps::Word> opened;
  for (const auto& step : plan.steps) {
    const auto* gate = std::get_if<plan::Gate>(&step.action);
    if (!gate || gate->check) continue;
    std::set<std::string> persons;
    const auto oldest = oldest_word(*gate, world);
    const bool everywhere = std::all_of(cluster.shards.begin(), cluster.shards.end(), [&](const auto& shard) {
      if (!touches(plan, shard)) return true;
      const auto here = trust::openers(plans.forward, gate->text, proof, cluster.approvers,
                                       place_of(cluster, shard, intent, world), oldest);
      persons.insert(here.begin(), here.end());
      return !here.empty();
    });
    if (everywhere) opened.push_back({gate->text, fmt::format("{}", fmt::join(persons, ", "))});
  }
  return opened;
}

}  // namespace dmc::cli
