// From the bytes of proofs, approvers, keys, times and signed statements to whether a plan may run. No key of the
// people here is in the corpus's reach but through what was signed with it, so an input that opens the way without one
// of these statements is a forgery.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "compiler/plan/digest.hpp"
#include "runtime/trust/base64.hpp"
#include "runtime/trust/judgement.hpp"
#include "runtime/trust/time.hpp"
#include "tests/fuzz/approval_story.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

namespace {

constexpr std::string_view now = "2026-11-25T12:00:00Z";

bool was_signed(const trust::Envelope& envelope) {
  const auto& all = fuzz::signed_statements();
  return std::ranges::any_of(all, [&](const trust::Envelope& one) {
    return one.payload == envelope.payload && one.payload_type == envelope.payload_type;
  });
}

/// Nothing in the proof stands on a statement that nobody signed.
void demand_no_forgery(const trust::Proof& proof, const std::string& bytes) {
  const auto approvers = tests::approvers();
  std::size_t genuine = 0;
  for (const auto& envelope : proof.approvals) {
    const bool known = was_signed(envelope);
    genuine += known ? 1 : 0;
    fuzz::demand(known || approvers.person_of(envelope).empty(), "nobody signed this", bytes);
  }
  trust::Demands demands;
  demands.approvals = {{1, {}}};
  const auto against = trust::objections(fuzz::story_plan(), proof, approvers, demands, fuzz::story_place());
  fuzz::demand(genuine > 0 || !against.empty(), "without an approval the plan does not run", bytes);
  for (const auto& objection : against)
    fuzz::demand(objection.code.starts_with("E05") && !objection.text.empty(),
                 "an objection has a code and a sentence");
  const auto openers = trust::openers(fuzz::story_plan(), fuzz::story_gate, proof, approvers, fuzz::story_place());
  fuzz::demand(genuine > 0 || openers.empty(), "without an approval the gate stays closed", bytes);
}

void look_at_proof(const std::string& bytes) {
  try {
    const auto proof = trust::read_proof(bytes);
    const auto written = trust::write_proof(proof);
    fuzz::demand(trust::read_proof(written) == proof, "a proof is read as it was written", written);
    demand_no_forgery(proof, bytes);
  } catch (const trust::TrustError& error) {
    fuzz::demand(*error.what() != '\0', "a refusal has a sentence");
  }
}

void look_at_approvers(const std::string& bytes) {
  try {
    const auto approvers = trust::read_approvers(bytes);
    fuzz::demand(trust::read_approvers(plan::canonical(approvers)) == approvers, "approvers are read as written",
                 bytes);
    for (const auto& envelope : fuzz::signed_statements()) (void)approvers.person_of(envelope);
  } catch (const trust::TrustError& error) {
    fuzz::demand(*error.what() != '\0', "a refusal has a sentence");
  }
}

void look_at_keys_and_times(const std::string& bytes) {
  if (const auto decoded = trust::from_base64(bytes))
    fuzz::demand(trust::base64(*decoded) == bytes, "base64 has one spelling", bytes);
  fuzz::demand(trust::from_base64(trust::base64(bytes)) == bytes, "base64 comes back");
  if (const auto time = trust::time_meant(bytes, now)) fuzz::demand(trust::is_time(*time), "a time is one", *time);
  try {
    fuzz::demand(trust::PublicKey::read(bytes).text() == bytes, "a key has one spelling", bytes);
  } catch (const trust::TrustError&) {
  }
  if (!bytes.starts_with("-----BEGIN")) return;
  try {
    const trust::SigningKey key(bytes);
    fuzz::demand(trust::verifies(key.public_key(), bytes, key.sign(bytes)), "a key verifies what it signed");
  } catch (const trust::TrustError&) {
  }
}

/// The bytes as the body of a statement that ann did sign: they count only when they are this plan's canonical
/// approval.
void look_at_body(const std::string& bytes) {
  trust::Approval approval;
  const bool is_canonical = plan::read_canonical(bytes, approval);
  if (is_canonical) fuzz::demand(plan::canonical(approval) == bytes, "a statement has one spelling", bytes);
  if (!bytes.starts_with('{')) return;
  trust::Proof proof;
  proof.approvals = {trust::enclose(trust::Approval::payload_type, bytes, tests::ann())};
  trust::Demands demands;
  demands.approvals = {{1, {}}};
  const auto plan = fuzz::story_plan();
  const auto place = fuzz::story_place();
  if (!trust::objections(plan, proof, tests::approvers(), demands, place).empty()) return;
  fuzz::demand(is_canonical && approval.type == "approval/1" && approval.plan == plan.hash &&
                   approval.reverse == plan.plan.reverse && approval.cluster == place.cluster && !approval.gate &&
                   approval.person == "ann" && approval.not_before <= place.now && place.now <= approval.not_after,
               "an approval counts for what it names alone", bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  look_at_proof(bytes);
  look_at_approvers(bytes);
  look_at_keys_and_times(bytes);
  look_at_body(bytes);
  return 0;
}
