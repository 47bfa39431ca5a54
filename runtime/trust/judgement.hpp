// Whether what a cluster demands of a plan is met by what was signed. The door of the folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/trust/approvers.hpp"
#include "runtime/trust/objection.hpp"
#include "runtime/trust/proof.hpp"

namespace dmc::trust {

/// `require approval 2 for data`: by two persons, for each step with a hazard of these families; none: for every step.
struct Demand {
  std::int64_t persons = 1;
  std::vector<std::string> families;
  bool operator==(const Demand&) const = default;
};

/// What operations ask of every plan that runs on a cluster. The author of a plan cannot change it.
struct Demands {
  std::vector<Demand> approvals;
  std::vector<std::string> attestations;  ///< names of machines
  bool sealed_only = true;                ///< false on a disposable cluster
  bool operator==(const Demands&) const = default;
};

/// Where and when a plan is to run.
struct Place {
  std::string cluster;
  std::string target;                 ///< name of the shard
  std::string now;                    ///< UTC, "2026-11-21T09:21:57Z"
  std::optional<std::string> expect;  ///< digest of the present dry run, where one was made
  std::vector<std::string> authors;   ///< who sealed the plan; empty when that is not known
};

/// What taking a step back loses, when that loss was accepted. Approving a plan approves its way back, but not this.
struct AcceptedLoss {
  std::string step;     ///< what an approval must name: `loss_id`
  std::string summary;  ///< "step 78ba986140a0 (drop table sessions)"
  std::vector<std::string> hazards;
};

/// How an approval names the loss that taking back this step means: the id of the reverse step, or where nothing is
/// done to take it back "undo of sha256:…".
std::string loss_id(const plan::Step& forward, const plan::Plan& reverse);

/// Everything that stands against it; empty when it may run. An approval that does not count is named with its reason.
std::vector<Objection> objections(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                                  const Demands& demands, const Place& place);

/// What stands against taking back what cannot come back whole: E0520 where the cluster's demands are about rows (no
/// family, `data`, or a family of the step's own hazards) and the loss has not been approved by name. Looks at nothing
/// else.
std::vector<Objection> loss_objections(const plan::PlanFile& plan, const std::vector<AcceptedLoss>& losses,
                                       const Proof& proof, const Approvers& approvers, const Demands& demands,
                                       const Place& place);

/// Everybody who approved the plan or some of its steps here, by name: those whose approval counts.
std::vector<std::string> approved_by(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                                     const Place& place);

/// Whether an approval of the plan is bound to a dry run, so that there must be one before it is judged.
bool bound_to_dry_run(const Proof& proof);

/// Who opened this gate here, by name; empty when nobody who may did. What was signed before `oldest` (UTC) is too old.
std::vector<std::string> openers(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                 const Approvers& approvers, const Place& place, const std::string& oldest = {});

/// Why what was signed for this gate does not open it here, approval by approval; empty when nothing was signed, or all
/// of it counts.
std::vector<Objection> unopened(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                const Approvers& approvers, const Place& place, const std::string& oldest = {});

}  // namespace dmc::trust
