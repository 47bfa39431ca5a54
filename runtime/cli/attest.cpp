// dmc attest: a machine compiles the sources itself, and signs that they give exactly this plan.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/cli/refusal.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::cli {
namespace {

constexpr std::string_view usual_name = "ci";

/// For programs.
struct Attested {
  std::string plan;
  std::string by;
  std::string key;  ///< the public one
  std::string proof;
  bool is_new = false;
  static void fields(auto& self, auto&& visit) {
    visit("plan", self.plan);
    visit("by", self.by);
    visit("key", self.key);
    visit("proof", self.proof);
    visit("new", self.is_new);
  }
};

Compiled compile_anew(const Project& project, World& world) {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  auto input = project.compile_input();
  input.trial = session::try_in_scratch;
  auto compiled = dmc::compile(input, world.dialects, sources, diagnostics);
  if (!diagnostics.has_errors()) return compiled;
  throw FoundRefusal(
      Exit::refused,
      fmt::format("the sources do not compile ({}), so nothing was attested", findings_count(diagnostics)), diagnostics,
      sources);
}

/// Plan, way back and catalog are what the sources say, byte for byte.
void check_same(const Compiled& compiled, const executor::PlanPair& plans, const Project& project) {
  const auto number = plans.forward.plan.number;
  const auto shown = grammar::escaped(plans.path);
  if (compiled.plan.number != number)
    throw Refusal(Exit::refused,
                  fmt::format("{} is version {}, and the sources are version {}: only the newest can be compiled again",
                              shown, number, compiled.plan.number),
                  {fmt::format("take the commit whose newest change is {}, and attest there", number)});
  if (compiled.plan_bytes == plans.forward.bytes && compiled.reverse_bytes == plans.reverse.bytes &&
      project.file_if_there(catalog_name(number)) == compiled.catalog_bytes)
    return;
  throw Refusal(Exit::refused, fmt::format("{} is not what the sources compile to, so nothing was attested", shown),
                {"dmc compile --check    says which file differs"});
}

Exit run(const Arguments& arguments, World& world) {
  const auto typed = *arguments.operand();
  const auto plans = read_plan_pair(typed, world);
  const auto key = read_key(arguments, world);
  const auto project = find_project(arguments, world);
  check_same(compile_anew(project, world), plans, project);

  trust::Attestation attestation;
  attestation.plan = plans.forward.hash;
  attestation.source_digest = plans.forward.plan.source_digest;
  attestation.compiler_version = version;
  attestation.by = arguments.value("--by").value_or(std::string(usual_name));
  const auto envelope = trust::enclose(trust::Attestation::payload_type, plan::canonical(attestation), key);

  auto proof = read_proof(typed, world);
  proof.plan = plans.forward.hash;
  const bool is_new =
      std::find(proof.attestations.begin(), proof.attestations.end(), envelope) == proof.attestations.end();
  if (is_new) proof.attestations.push_back(envelope);
  const auto name = proof_name(typed);
  if (is_new) write_file(world.directory / name, trust::write_proof(proof), name);
  if (as_json(arguments)) {
    world.out << grammar::escaped_json(plan::canonical(
                     Attested{plans.forward.hash, attestation.by, key.public_key().text(), name, is_new}))
              << "\n";
    return Exit::done;
  }
  world.out << fmt::format("{} attests {}\n  the sources compile to exactly this plan, way back and catalog\n",
                           grammar::escaped(attestation.by), title_of(plans.forward.plan));
  world.out << fmt::format("\n{} {}\n  the key is  {}\n", is_new ? "wrote" : "unchanged", grammar::escaped(name),
                           key.public_key().text());
  return Exit::done;
}

}  // namespace

Command attest_command() {
  return {"attest",
          "compile the sources, and sign that they give exactly this plan",
          {{"PLAN", true, false, Completes::plan}},
          {{"--key", "FILE", "the machine's private key, Ed25519 as PEM", {}, false, Completes::file, true},
           {"--by", "NAME", "the machine's name as the approvers list it; without it ci"},
           project_option(),
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
