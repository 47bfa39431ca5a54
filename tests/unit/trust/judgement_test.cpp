// PLN-3: an approval for another plan, cluster, target, step set or time is refused.
#include "runtime/trust/judgement.hpp"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include <doctest/doctest.h>

#include "tests/unit/trust/signers.hpp"

using namespace dmc;
using trust::Approval;

namespace {

plan::PlanFile two_steps() {
  plan::PlanFile file;
  file.hash = "sha256:plan";
  file.plan.reverse = "sha256:reverse";
  file.plan.source_digest = "sha256:source";
  plan::Step harmless, destructive;
  harmless.id = "sha256:one";
  destructive.id = "sha256:two";
  destructive.hazards = {{"data.drop_table", "sessions", "", std::nullopt}};
  file.plan.steps = {harmless, destructive};
  return file;
}

const trust::Place place{"prod", "eu1", "2026-11-25T12:00:00Z", std::nullopt, {}};

Approval approval_of(const std::string& person) {
  Approval approval;
  approval.plan = "sha256:plan";
  approval.reverse = "sha256:reverse";
  approval.cluster = "prod";
  approval.person = person;
  approval.not_before = "2026-11-25T00:00:00Z";
  approval.not_after = "2026-11-26T00:00:00Z";
  return approval;
}

trust::Envelope signed_by(const trust::SigningKey& key, const Approval& approval) {
  return trust::enclose(Approval::payload_type, plan::canonical(approval), key);
}

std::string judged(const std::vector<trust::Envelope>& approvals, std::int64_t persons = 1,
                   std::vector<std::string> families = {"data"}, const trust::Place& where = place) {
  trust::Proof proof;
  proof.approvals = approvals;
  trust::Demands demands;
  demands.approvals = {{persons, std::move(families)}};
  std::string text;
  for (const auto& objection : trust::objections(two_steps(), proof, tests::approvers(), demands, where))
    text += objection.code + ": " + objection.text + "\n";
  return text;
}

}  // namespace

TEST_CASE("approved by as many persons as the cluster demands") {
  CHECK(judged({}) == "E0508: step 2 of the plan needs the approval of 1 person for data, and nobody has approved\n");
  CHECK(judged({signed_by(tests::ann(), approval_of("ann"))}) == "");
  CHECK(judged({signed_by(tests::ann(), approval_of("ann"))}, 2) ==
        "E0508: step 2 of the plan needs the approval of 2 persons for data, and ann has approved\n");
  CHECK(judged({signed_by(tests::ann(), approval_of("ann")), signed_by(tests::ben(), approval_of("ben"))}, 2) == "");
  CHECK(judged({}, 1, {"rewrite"}) == "");
  CHECK(judged({}, 1, {}) == "E0508: steps 1, 2 of the plan need the approval of 1 person, and nobody has approved\n");
}

TEST_CASE("the same person twice is one person") {
  auto again = approval_of("ann");
  again.not_after = "2026-12-01T00:00:00Z";
  CHECK(judged({signed_by(tests::ann(), approval_of("ann")), signed_by(tests::ann(), again)}, 2) ==
        "E0508: step 2 of the plan needs the approval of 2 persons for data, and ann has approved\n");
}

/// What is said stands in judgement.txt beside this file; DMC_ACCEPT=1 writes it.
void check_said(const std::string& said) {
  const std::string file = std::string(DMC_SOURCE_DIR) + "/tests/unit/trust/judgement.txt";
  if (std::getenv("DMC_ACCEPT")) std::ofstream(file) << said;
  std::ifstream in(file);
  CHECK(std::string{std::istreambuf_iterator<char>(in), {}} == said);
}

TEST_CASE("an approval counts for nothing else than what it names") {
  std::string said;
  struct Case {
    std::string code;
    std::function<void(Approval&)> change;
  };
  const std::vector<Case> cases{
      {"E0502", [](Approval& it) { it.plan = "sha256:other"; }},
      {"E0502", [](Approval& it) { it.reverse = std::nullopt; }},
      {"E0502", [](Approval& it) { it.reverse = "sha256:other"; }},
      {"E0503", [](Approval& it) { it.cluster = "staging"; }},
      {"E0503", [](Approval& it) { it.targets = {"us1"}; }},
      {"E0522", [](Approval& it) { it.not_before = "2026-11-25T12:00:01Z"; }},
      {"E0504", [](Approval& it) { it.not_after = "2026-11-25T11:59:59Z"; }},
      {"E0507", [](Approval& it) { it.not_after = "tomorrow"; }},
      {"E0505", [](Approval& it) { it.expect = "sha256:dry run"; }},
      {"E0501", [](Approval& it) { it.person = "ben"; }},
      {"E0507", [](Approval& it) { it.type = "approval/2"; }},
      {"", [](Approval& it) { it.steps = {"sha256:one"}; }},
      {"", [](Approval& it) { it.gate = "app 4.2 is everywhere"; }},
  };
  for (const auto& [code, change] : cases) {
    auto approval = approval_of("ann");
    change(approval);
    const auto text = judged({signed_by(tests::ann(), approval)});
    CHECK(text.starts_with("E0508"));
    if (!code.empty()) said += "[" + code + "]" + text.substr(text.find("\n" + code) + 1 + code.size());
    if (!code.empty()) CHECK_MESSAGE(text.find("\n" + code) != std::string::npos, text);
  }
  auto author = place;
  author.authors = {"ann", "ben"};
  const auto own = judged({signed_by(tests::ann(), approval_of("ann"))}, 1, {"data"}, author);
  said += "[E0506]" + own.substr(own.find("E0506") + 5);
  check_said(said);
}

TEST_CASE("what does not verify is named, whatever it says") {
  auto forged = signed_by(tests::ci(), approval_of("ann"));
  CHECK(judged({forged}).find("E0501: the approval of 'ann' is not signed by a key of anybody") != std::string::npos);
  auto cut = signed_by(tests::ann(), approval_of("ann"));
  cut.payload.resize(cut.payload.size() - 8);
  CHECK(judged({cut}).find("E0507") != std::string::npos);
  auto confused = trust::enclose(trust::SealStatement::payload_type, plan::canonical(approval_of("ann")), tests::ann());
  CHECK(judged({confused}).find("E0507: a signed statement is of another type") != std::string::npos);
}

TEST_CASE("who sealed a plan does not approve it") {
  auto sealed = place;
  sealed.authors = {"ann"};
  CHECK(judged({signed_by(tests::ann(), approval_of("ann"))}, 1, {"data"}, sealed).find("E0506") != std::string::npos);
  CHECK(judged({signed_by(tests::ben(), approval_of("ben"))}, 1, {"data"}, sealed) == "");
}

TEST_CASE("a machine attests that the sources compile to the plan") {
  trust::Demands demands;
  demands.attestations = {"ci"};
  trust::Attestation attestation;
  attestation.plan = "sha256:plan";
  attestation.source_digest = "sha256:source";
  attestation.by = "ci";
  const auto objections = [&](const trust::SigningKey& key, const trust::Attestation& statement) {
    trust::Proof proof;
    proof.attestations = {trust::enclose(trust::Attestation::payload_type, plan::canonical(statement), key)};
    return trust::objections(two_steps(), proof, tests::approvers(), demands, place).size();
  };
  CHECK(objections(tests::ci(), attestation) == 0);
  CHECK(objections(tests::ann(), attestation) == 2);  // it is missing, and one does not count
  attestation.source_digest = "sha256:other";
  CHECK(objections(tests::ci(), attestation) == 2);
}

TEST_CASE("PLN-3 an approval that says it is by a listed key, and is not, is forged") {
  auto longer = approval_of("ann");
  longer.not_after = "2036-11-26T00:00:00Z";
  auto forged = signed_by(tests::ann(), approval_of("ann"));
  forged.payload = signed_by(tests::ben(), longer).payload;
  CHECK(judged({forged}).find("E0521: the approval of 'ann' is forged") != std::string::npos);
  forged = signed_by(tests::ben(), approval_of("ann"));
  forged.signatures.front().keyid = trust::key_id(tests::ann().public_key());
  CHECK(judged({forged}).find("E0521") != std::string::npos);
}

TEST_CASE("PLN-3 approving a plan does not approve what its way back loses") {
  const std::vector<trust::AcceptedLoss> losses{{"sha256:reverse step", "step two (drop table sessions)", {}}};
  const auto judged_loss = [&](const std::vector<trust::Envelope>& approvals, std::vector<trust::Demand> demanded) {
    trust::Proof proof;
    proof.approvals = approvals;
    trust::Demands demands;
    demands.approvals = std::move(demanded);
    std::string text;
    for (const auto& one : trust::loss_objections(two_steps(), losses, proof, tests::approvers(), demands, place))
      text += one.code + ": " + one.text + "\n";
    return text;
  };
  auto loss = approval_of("ann");
  loss.steps = {"sha256:reverse step"};
  const auto whole = signed_by(tests::ann(), approval_of("ann")), named = signed_by(tests::ann(), loss);
  CHECK(
      judged_loss({whole}, {{1, {"data"}}}) ==
      "E0520: what taking back step two (drop table sessions) loses needs the approval of 1 person for data, by name, "
      "and nobody has approved that loss\n");
  CHECK(judged_loss({whole, named}, {{1, {"data"}}}) == "");
  CHECK(judged_loss({whole, named}, {{2, {}}}).starts_with("E0520"));
  CHECK(judged_loss({}, {{1, {"lock"}}}) == "");
  CHECK(judged_loss({}, {}) == "");
  CHECK(judged({named}) ==
        "E0508: step 2 of the plan needs the approval of 1 person for data, and nobody has approved\n");
}

TEST_CASE("a loss is named by its reverse step, and where there is none by the step") {
  plan::Step forward, back;
  forward.id = "sha256:one";
  back.id = "sha256:back";
  back.undoes = "sha256:one";
  plan::Plan reverse;
  CHECK(trust::loss_id(forward, reverse) == "undo of sha256:one");
  reverse.steps = {back};
  CHECK(trust::loss_id(forward, reverse) == "sha256:back");
}

TEST_CASE("PLN-3 an approval that is bound to a dry run holds only for that one") {
  auto bound = approval_of("ann");
  bound.expect = "sha256:dry run";
  trust::Proof proof;
  proof.approvals = {signed_by(tests::ann(), approval_of("ann"))};
  CHECK(!trust::bound_to_dry_run(proof));
  proof.approvals.push_back(signed_by(tests::ann(), bound));
  CHECK(trust::bound_to_dry_run(proof));
  auto there = place;
  there.expect = "sha256:dry run";
  CHECK(judged({signed_by(tests::ann(), bound)}, 1, {"data"}, there) == "");
  there.expect = "sha256:another";
  CHECK(judged({signed_by(tests::ann(), bound)}, 1, {"data"}, there).find("E0505") != std::string::npos);
  CHECK(judged({signed_by(tests::ann(), bound)}).find("E0505") != std::string::npos);
}

TEST_CASE("a gate is opened by an approval that names it") {
  auto opening = approval_of("ann");
  opening.gate = "app 4.2 is everywhere";
  trust::Proof proof;
  proof.approvals = {signed_by(tests::ann(), opening), signed_by(tests::ben(), approval_of("ben"))};
  const auto who = [&](const std::string& gate) {
    return trust::openers(two_steps(), gate, proof, tests::approvers(), place);
  };
  CHECK(who("app 4.2 is everywhere") == std::vector<std::string>{"ann"});
  CHECK(who("app 4.3 is everywhere").empty());
}

TEST_CASE("a proof comes back as it was written, and not when it was cut") {
  trust::Proof proof;
  proof.plan = "sha256:plan";
  proof.approvals = {signed_by(tests::ann(), approval_of("ann"))};
  const auto bytes = trust::write_proof(proof);
  CHECK(trust::read_proof(bytes) == proof);
  for (std::size_t size = 0; size < bytes.size(); size += 7)
    CHECK_THROWS_AS(trust::read_proof(bytes.substr(0, size)), trust::TrustError);
}
