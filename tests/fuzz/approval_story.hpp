// A plan, a place and what was signed for it: the same for the fuzz target and for the corpus that it begins with.
#pragma once

#include <string>
#include <vector>

#include "runtime/trust/judgement.hpp"
#include "tests/unit/trust/signers.hpp"

namespace dmc::fuzz {

inline const std::string story_gate = "app 2 is everywhere";

inline const plan::PlanFile& story_plan() {
  static const plan::PlanFile file = [] {
    plan::PlanFile made;
    made.hash = "sha256:plan";
    made.plan.reverse = "sha256:reverse";
    made.plan.source_digest = "sha256:source";
    plan::Step step;
    step.id = "sha256:one";
    step.hazards = {{"data.drop_table", "sessions", "", std::nullopt}};
    made.plan.steps = {step};
    return made;
  }();
  return file;
}

inline trust::Place story_place() { return {"prod", "eu1", "2026-11-25T12:00:00Z", std::nullopt, {}}; }

inline trust::Approval story_approval() {
  trust::Approval approval;
  approval.plan = "sha256:plan";
  approval.reverse = "sha256:reverse";
  approval.cluster = "prod";
  approval.person = "ann";
  approval.not_before = "2026-11-25T00:00:00Z";
  approval.not_after = "2026-11-26T00:00:00Z";
  return approval;
}

/// Everything that a key of the approvers ever signed here; of each kind some count, and some name something else.
inline const std::vector<trust::Envelope>& signed_statements() {
  static const std::vector<trust::Envelope> all = [] {
    std::vector<trust::Envelope> made;
    const auto sign = [&](const trust::Approval& approval, const trust::SigningKey& key) {
      made.push_back(trust::enclose(trust::Approval::payload_type, plan::canonical(approval), key));
    };
    auto approval = story_approval();
    sign(approval, tests::ann());
    sign(approval, tests::ben());
    approval.gate = story_gate;
    sign(approval, tests::ann());
    approval = story_approval();
    approval.targets = {{"us1"}};
    approval.steps = {{"sha256:two"}};
    approval.expect = "sha256:else";
    sign(approval, tests::ann());
    trust::Attestation attestation;
    attestation.plan = "sha256:plan";
    attestation.source_digest = "sha256:source";
    attestation.by = "ci";
    made.push_back(trust::enclose(trust::Attestation::payload_type, plan::canonical(attestation), tests::ci()));
    return made;
  }();
  return all;
}

}  // namespace dmc::fuzz
