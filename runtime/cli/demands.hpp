// What a cluster demands of a plan before it runs there: sealed, signed, approved, attested.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/cli/world.hpp"
#include "runtime/executor/executor.hpp"
#include "runtime/inventory/inventory.hpp"
#include "runtime/steps/context.hpp"

namespace dmc::cli {

/// Where the plan stands in the index of sealed versions.
struct Sealing {
  std::optional<ledger::SealedIndex> index;  ///< none where unsealed plans may run
  std::vector<std::string> authors;          ///< who signed the version; they do not approve it
};

/// A Refusal (exit 1) for a plan that is not sealed (E0510), and where the cluster lists approvers for an index or a
/// version that nobody signed (E0511), or whose signature does not fit (E0512). Exit 4 for a target that is blocked.
Sealing check_sealed(const inventory::Cluster& cluster, const executor::PlanPair& plans, World& world);

/// What is to be done, as far as approvals can be about it.
struct Intent {
  std::vector<std::string> authors;
  std::optional<std::string> digest;  ///< of the present dry run, where there is one
  bool undo = false;
  std::vector<std::string> lossy;  ///< the words of `--lossy`
};

/// Whether an approval is bound to a dry run, so that one must be made before `check_demands`.
bool needs_dry_run(const executor::PlanPair& plans, World& world);

/// A Refusal (exit 1) that says everything that stands against the plan on this cluster: not approved, not attested, a
/// loss that nobody approved.
void check_demands(const inventory::Cluster& cluster, const executor::PlanPair& plans, const Intent& intent,
                   World& world);

/// On whose word the plan runs, for the history of every target: "index 2; sealed by cyd; approved by ann, ben". Empty
/// where the cluster asks for nothing.
std::string on_whose_word(const inventory::Cluster& cluster, const executor::PlanPair& plans, const Sealing& sealing,
                          const Intent& intent, World& world);

/// The gates of the plan that an approval opens on every target of the cluster, with those who gave it: "ann, ben".
std::vector<steps::Word> opened_gates(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                      const Intent& intent, World& world);

/// Why what was signed for a gate does not open it on this cluster, a sentence for each; empty when nothing was signed.
std::vector<std::string> unopened_gate(const inventory::Cluster& cluster, const executor::PlanPair& plans,
                                       const plan::Gate& gate, const Intent& intent, World& world);

}  // namespace dmc::cli
