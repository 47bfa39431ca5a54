// dmc compile: writes catalog N, plan N and its way back, or checks that the committed ones are what the sources say.
#include "compiler/compile.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "compiler/explain/explain.hpp"
#include "compiler/plan/digest.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/losses.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::cli {
namespace {

/// One file of the outcome: what it should hold and how it compares with what is there.
struct Target {
  std::string name;
  const std::string* bytes = nullptr;
  std::string state;  ///< "missing", "different", "same"
};

struct WrittenFile {
  std::string name;
  std::string state;
  static void fields(auto& self, auto&& visit) {
    visit("name", self.name);
    visit("state", self.state);
  }
};

struct Outcome {
  std::vector<Finding> findings;
  std::optional<std::int64_t> number;
  std::string title;
  std::string plan;  ///< hash
  std::int64_t steps = 0;
  std::vector<std::string> losses;
  std::vector<WrittenFile> files;
  static void fields(auto& self, auto&& visit) {
    visit("findings", self.findings);
    visit("number", self.number);
    visit("title", self.title);
    visit("plan", self.plan);
    visit("steps", self.steps);
    visit("losses", self.losses);
    visit("files", self.files);
  }
};

std::vector<Target> targets_of(const Compiled& compiled, const Project& project) {
  const auto number = compiled.plan.number;
  std::vector<Target> targets{{catalog_name(number), &compiled.catalog_bytes, ""},
                              {plan_name(number), &compiled.plan_bytes, ""},
                              {undo_plan_name(number), &compiled.reverse_bytes, ""}};
  for (auto& target : targets) {
    const auto there = project.file_if_there(target.name);
    target.state = !there ? "missing" : *there == *target.bytes ? "same" : "different";
  }
  return targets;
}

bool all_same(const std::vector<Target>& targets) {
  return std::all_of(targets.begin(), targets.end(), [](const Target& target) { return target.state == "same"; });
}

std::string check_text(const std::vector<Target>& targets) {
  if (all_same(targets)) {
    std::string out;
    for (const auto& target : targets) out += fmt::format("{}{}", out.empty() ? "" : ", ", target.name);
    return out + ": exactly what the sources compile to\n";
  }
  std::string out = "the committed files are not what the sources compile to:\n";
  for (const auto& target : targets)
    if (target.state != "same") out += fmt::format("  {} is {}\n", target.name, target.state);
  return out + "write them anew and commit them:  dmc compile\n";
}

std::string written_text(const std::vector<Target>& targets, const Compiled& compiled, Paint paint) {
  std::string out = "\n";
  for (const auto& target : targets)
    out += fmt::format("  {:<10} {}\n", target.state == "same" ? "unchanged" : "wrote", target.name);
  const auto plan = plan_name(compiled.plan.number);
  out += "\n" + paint.bold("Next") + "\n";
  out += fmt::format("  dmc show {}    read it whole: every statement, lock and check\n", plan);
  if (compiled.plan.databases.empty()) return out;
  out += fmt::format("  dmc run {}", plan);
  for (const auto& database : compiled.plan.databases)
    out += fmt::format(" --on {}={}:PATH", database.name, database.engine);
  return out + "\n";
}

std::string outcome_json(const Compiled& compiled, const std::vector<Target>& targets, std::vector<Finding> findings) {
  Outcome outcome{std::move(findings), std::nullopt, "", "", 0, {}, {}};
  if (!targets.empty()) {
    outcome.number = compiled.plan.number;
    outcome.title = compiled.plan.title;
    outcome.plan = plan::digest(compiled.plan_bytes);
    outcome.steps = static_cast<std::int64_t>(compiled.plan.steps.size());
    outcome.losses = losses(compiled.plan);
  }
  for (const auto& target : targets) outcome.files.push_back({target.name, target.state});
  return grammar::escaped_json(plan::canonical(outcome)) + "\n";
}

/// `targets` is empty when the sources were refused.
std::string outcome_text(const Compiled& compiled, const std::vector<Target>& targets,
                         const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, bool only_check,
                         Paint paint) {
  std::string out = findings_text(diagnostics, sources, paint);
  const auto count = findings_count(diagnostics);
  if (targets.empty()) return out + count + "; nothing was written\n";
  if (!count.empty()) out += count + "\n\n";
  return out +
         (only_check ? check_text(targets) : explain::brief(compiled.plan) + written_text(targets, compiled, paint));
}

Exit run(const Arguments& arguments, World& world) {
  const auto project = find_project(arguments, world);
  const bool only_check = arguments.given("--check");
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  auto input = project.compile_input();
  input.trial = session::try_in_scratch;
  const auto compiled = dmc::compile(input, world.dialects, sources, diagnostics);
  const bool refused = diagnostics.has_errors();
  const auto targets = refused ? std::vector<Target>{} : targets_of(compiled, project);
  if (!only_check)
    for (const auto& target : targets)
      if (target.state != "same") project.write(target.name, *target.bytes);
  switch (findings_format(arguments)) {
    case FindingsFormat::json:
      world.out << outcome_json(compiled, targets, findings_of(diagnostics, sources));
      break;
    case FindingsFormat::sarif:
      world.out << findings_sarif(diagnostics, sources, version);
      break;
    case FindingsFormat::markdown:
      world.out << findings_markdown(diagnostics, sources) << (refused ? "" : explain::markdown(compiled.plan));
      break;
    case FindingsFormat::text:
      world.out << outcome_text(compiled, targets, diagnostics, sources, only_check, world.terminal.paint);
      break;
  }
  return refused || (only_check && !all_same(targets)) ? Exit::refused : Exit::done;
}

}  // namespace

Command compile_command() {
  return {"compile",
          "write the catalog, the plan and the way back of the newest change",
          {},
          {{"--check", "", "write nothing; fail unless the committed files are what the sources compile to"},
           findings_option(),
           project_option()},
          run};
}

}  // namespace dmc::cli
