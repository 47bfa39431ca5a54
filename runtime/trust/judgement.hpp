// Whether what a cluster demands of a plan is met by what was signed. The door of the folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"
#include "runtime/trust/approvers.hpp"
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
  std::string author;                 ///< who sealed the plan; empty when that is not known
};

/// Why a plan may not run: a stable code and a sentence.
struct Objection {
  std::string code;
  std::string text;
  bool operator==(const Objection&) const = default;
};

/// Everything that stands against it; empty when it may run. An approval that does not count is named with its reason.
std::vector<Objection> objections(const plan::PlanFile& plan, const Proof& proof, const Approvers& approvers,
                                  const Demands& demands, const Place& place);

/// Who opened this gate here, by name; empty when nobody who may did.
std::vector<std::string> openers(const plan::PlanFile& plan, const std::string& gate, const Proof& proof,
                                 const Approvers& approvers, const Place& place);

}  // namespace dmc::trust
