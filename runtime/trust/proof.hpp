// plans/NNNN.proof.json: what is known of a plan and is not part of it, so that adding to it does not change the plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/trust/envelope.hpp"
#include "runtime/trust/rehearsal.hpp"
#include "runtime/trust/statements.hpp"

namespace dmc::trust {

/// Without a proof a plan is neither approved nor rehearsed; nothing in it is believed but what verifies.
struct Proof {
  std::string format = "dmc-proof";
  std::int64_t version = 1;
  std::string plan;  ///< hash of the plan it is about, for people; each statement names it itself
  std::vector<Envelope> approvals;
  std::vector<Envelope> attestations;
  std::vector<Rehearsal> rehearsals;  ///< one for each build of an engine; of another plan they prove nothing
  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("plan", self.plan);
    visit("approvals", self.approvals);
    visit("attestations", self.attestations);
    visit("rehearsals", self.rehearsals);
  }
  bool operator==(const Proof&) const = default;
};

/// Throws TrustError for another format and for a file that was cut.
Proof read_proof(const std::string& bytes);
std::string write_proof(const Proof& proof);

}  // namespace dmc::trust
