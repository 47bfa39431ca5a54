// dmc approve: signs that a plan, some of its steps or one of its gates may happen, and keeps that beside the plan.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/losses.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/trust/judgement.hpp"
#include "runtime/trust/time.hpp"

namespace dmc::cli {
namespace {

constexpr std::string_view usual_time = "7d";

std::string time_of(const std::string& text, const std::string& now) {
  if (auto time = trust::time_meant(text, now)) return std::move(*time);
  throw Refusal(Exit::usage, fmt::format("'{}' is not a time", grammar::escaped(text)),
                {"a time is written  2026-12-01T08:00:00Z,  a day  2026-12-01,  how long  7d, 24h or 30m"});
}

/// The steps that were named by the first digits of their ids.
std::vector<plan::Step> steps_of(const std::vector<std::string>& words, const plan::Plan& plan) {
  constexpr std::size_t fewest = 8;
  std::vector<plan::Step> steps;
  for (const auto& word : words) {
    const auto is_meant = [&](const plan::Step& step) {
      const auto digits = step.id.substr(step.id.find(':') + 1);
      return word == step.id || (word.size() >= fewest && digits.starts_with(word));
    };
    const auto step = std::find_if(plan.steps.begin(), plan.steps.end(), is_meant);
    if (step == plan.steps.end())
      throw Refusal(
          Exit::usage, fmt::format("the plan has no step '{}'", grammar::escaped(word)),
          {fmt::format("a step is named by its id, or by at least {} digits of it; dmc show lists them", fewest)});
    steps.push_back(*step);
  }
  return steps;
}

/// What the approval names: steps of the plan, and losses that taking steps back means.
std::vector<std::string> named(const Arguments& arguments, const executor::PlanPair& plans) {
  std::vector<std::string> ids;
  const auto& plan = plans.forward.plan;
  for (const auto& step : steps_of(arguments.values("--step"), plan)) ids.push_back(step.id);
  for (const auto& step : steps_of(arguments.values("--lossy"), plan)) {
    if (step.reverse.grade == plan::ReverseClass::exact)
      throw Refusal(Exit::usage, fmt::format("taking back '{}' loses nothing", grammar::escaped(step.summary)),
                    {"approving the plan approves its way back; leave --lossy out"});
    ids.push_back(trust::loss_id(step, plans.reverse.plan));
  }
  return ids;
}

std::optional<std::string> gate_of(const std::optional<std::string>& text, const plan::Plan& plan) {
  if (!text) return std::nullopt;
  std::vector<std::string> next;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action)) {
      if (gate->text == *text || grammar::escaped(gate->text) == *text) return gate->text;
      next.push_back(fmt::format("--gate '{}'", grammar::escaped(gate->text)));
    }
  if (next.empty()) next.emplace_back("the plan has no gate at all");
  throw Refusal(Exit::usage, fmt::format("the plan has no gate '{}'", grammar::escaped(*text)), std::move(next));
}

template <class T>
std::optional<std::vector<T>> none_if_empty(std::vector<T> list) {
  return list.empty() ? std::nullopt : std::optional(std::move(list));
}

void tell(const trust::Approval& approval, const plan::Plan& plan, const std::vector<std::string>& lost, World& world) {
  world.out << fmt::format("{} approves {}\n", grammar::escaped(approval.person), title_of(plan));
  if (approval.gate) world.out << fmt::format("  gate     {}\n", grammar::escaped(*approval.gate));
  const auto steps = approval.steps ? approval.steps->size() - lost.size() : 0;
  if (steps > 0) world.out << fmt::format("  steps    {}\n", steps);
  for (const auto& line : lost) world.out << fmt::format("  undo     {}\n", line);
  world.out << fmt::format(
      "  where    {}{}\n", approval.cluster.empty() ? "no cluster" : grammar::escaped(approval.cluster),
      approval.targets ? ", " + grammar::escaped(fmt::format("{}", fmt::join(*approval.targets, ", "))) : "");
  world.out << fmt::format("  until    {}\n", approval.not_after);
  for (const auto& line : losses(plan)) world.out << "  loses    " << line << "\n";
}

Exit run(const Arguments& arguments, World& world) {
  const auto typed = *arguments.operand();
  const auto plans = read_plan_pair(typed, world);
  const auto key = read_key(arguments, world);
  const auto now = world.clock.utc();

  trust::Approval approval;
  approval.plan = plans.forward.hash;
  approval.reverse = plans.forward.plan.reverse;
  approval.cluster = arguments.value("--cluster").value_or("");
  approval.targets = none_if_empty(arguments.values("--target"));
  approval.steps = none_if_empty(named(arguments, plans));
  approval.gate = gate_of(arguments.value("--gate"), plans.forward.plan);
  approval.person = arguments.value("--person").value_or(world.user);
  approval.not_before = now;
  approval.not_after = time_of(arguments.value("--until").value_or(std::string(usual_time)), now);
  approval.expect = arguments.value("--expect");
  // A digest that no dry run can print would sign an approval that never counts.
  if (approval.expect && !plan::is_digest(*approval.expect))
    throw Refusal(Exit::usage,
                  fmt::format("'--expect {}' is no digest of a dry run: it is \"sha256:\" and 64 digits",
                              grammar::escaped(*approval.expect)),
                  {"dmc run PLAN --cluster FILE --dry-run    prints it; nothing was signed"});
  if (approval.not_after <= now)
    throw Refusal(Exit::usage,
                  fmt::format("{} is over already: such an approval holds at no time", approval.not_after));

  auto proof = read_proof(typed, world);
  proof.plan = plans.forward.hash;
  proof.approvals.push_back(trust::enclose(trust::Approval::payload_type, plan::canonical(approval), key));
  const auto name = proof_name(typed);
  write_file(world.directory / name, trust::write_proof(proof), name);

  std::vector<std::string> lost;
  for (const auto& step : steps_of(arguments.values("--lossy"), plans.forward.plan))
    lost.push_back(grammar::escaped(step.summary + ": " + step.reverse.loses.value_or("it has no way back")));
  tell(approval, plans.forward.plan, lost, world);
  world.out << fmt::format("\nwrote {}\n  the key is  {}\n", grammar::escaped(name), key.public_key().text());
  return Exit::done;
}

}  // namespace

Command approve_command() {
  return {"approve",
          "sign that a plan, some of its steps, or one of its gates may happen",
          {{"PLAN", true, false, Completes::plan}},
          {{"--key", "FILE", "your private key, Ed25519 as PEM", {}, false, Completes::file, true},
           {"--cluster", "NAME", "for this cluster, as its inventory calls it"},
           {"--target", "SHARD", "for this target only", {}, true},
           {"--step", "ID", "this step only, by at least 8 digits of its id", {}, true},
           {"--lossy", "STEP", "the loss that taking this step back means, by at least 8 digits of its id", {}, true},
           {"--gate", "TEXT", "open the gate of this text, instead of approving steps"},
           {"--until", "TIME", "a time, a day, or how long from now; without it 7d"},
           {"--person", "NAME", "whose approval it is; without it, your user name"},
           {"--expect", "DIGEST", "only while a dry run looks like this"}},
          run};
}

}  // namespace dmc::cli
