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
#include "runtime/cli/words.hpp"
#include "runtime/session/scratch.hpp"
#include "runtime/session/url.hpp"

namespace dmc::cli {
namespace {

/// How a file compares with what the sources compile to.
enum class Standing { missing, differs, same, left_over };

struct Target {
  std::string name;
  const std::string* bytes = nullptr;  ///< what it should hold; none: it should not be there
  Standing standing = Standing::missing;
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
  std::vector<Target> targets{{catalog_name(number), &compiled.catalog_bytes}};
  for (std::size_t i = 0; i < compiled.stages.size(); ++i)
    targets.push_back({stage_catalog_name(number, compiled.stages[i].stage), &compiled.stage_bytes[i]});
  targets.push_back({plan_name(number), &compiled.plan_bytes});
  targets.push_back({undo_plan_name(number), &compiled.reverse_bytes});
  for (auto& target : targets) {
    const auto there = project.file_if_there(target.name);
    target.standing = !there ? Standing::missing : *there == *target.bytes ? Standing::same : Standing::differs;
  }
  // An earlier compile of this version had more gates.
  for (const auto& file : project.stages())
    if (file.number == number && file.stage > static_cast<std::int64_t>(compiled.stages.size()))
      targets.push_back({stage_catalog_name(number, file.stage), nullptr, Standing::left_over});
  return targets;
}

bool all_same(const std::vector<Target>& targets) {
  return std::all_of(targets.begin(), targets.end(),
                     [](const Target& target) { return target.standing == Standing::same; });
}

/// What became of the file; what is to become of it when nothing is written.
std::string_view words_of(Standing standing, bool only_check) {
  switch (standing) {
    case Standing::missing:
      return only_check ? "missing" : "written";
    case Standing::differs:
      return only_check ? "differs" : "written anew";
    case Standing::same:
      return only_check ? "up to date" : "unchanged";
    case Standing::left_over:
      return only_check ? "left over" : "removed";
  }
  return {};
}

/// A version that was compiled before and comes out otherwise may have run somewhere; empty when there is none.
std::string rewritten_note(const std::vector<Target>& targets, std::int64_t number) {
  if (targets.empty() || targets.front().standing != Standing::differs) return {};
  return fmt::format(
      "note: {} and its plan were written before and are written anew;\n"
      "      where that plan has run already, take change {} instead (dmc seal {} freezes a version)\n",
      targets.front().name, number + 1, number);
}

std::string_view check_words(Standing standing) {
  return standing == Standing::missing ? "is missing" : standing == Standing::differs ? "differs" : "is left over";
}

std::string check_text(const std::vector<Target>& targets, const std::string& folder) {
  if (all_same(targets)) {
    std::string out;
    for (const auto& target : targets) out += fmt::format("{}{}{}", out.empty() ? "" : ", ", folder, target.name);
    return out + ": exactly what the sources compile to\n";
  }
  std::string out = "the committed files are not what the sources compile to:\n";
  for (const auto& target : targets)
    if (target.standing != Standing::same)
      out += fmt::format("  {}{} {}\n", folder, target.name, check_words(target.standing));
  return out + "write them anew and commit them:  dmc compile\n";
}

std::string written_text(const std::vector<Target>& targets, const Compiled& compiled, Paint paint,
                         const std::string& folder) {
  std::string out = "\n";
  for (const auto& target : targets)
    out += fmt::format("  {:<10} {}{}\n",
                       target.standing == Standing::missing   ? "wrote"
                       : target.standing == Standing::differs ? "wrote anew"
                       : target.standing == Standing::same    ? "unchanged"
                                                              : "removed",
                       folder, target.name);
  if (const auto note = rewritten_note(targets, compiled.plan.number); !note.empty()) out += "\n" + note;
  const auto plan = folder + plan_name(compiled.plan.number);
  out += "\n" + paint.bold("Next") + "\n";
  std::vector<std::pair<std::string, std::string>> next{
      {"dmc show " + plan, "read it whole: every statement, lock and check"}};
  if (!compiled.plan.databases.empty())
    next.emplace_back("dmc rehearse " + plan, "try it out, there and back, on a throw-away database");
  out += next_commands(next);
  if (compiled.plan.databases.empty()) return out;
  out += fmt::format("  dmc run {}", plan);
  for (const auto& database : compiled.plan.databases)
    out += fmt::format(" --on {}={}", database.name, session::url_to_fill_in(database.engine));
  out += "\n";
  const auto& databases = compiled.plan.databases;
  if (compiled.plan.steps.empty() &&
      std::ranges::any_of(databases, [](const auto& input) { return !input.adopted.empty(); }))
    out += "      of others that hold the same: what was adopted is managed already\n";
  return out;
}

/// Of each file that is not what the sources compile to.
std::vector<FileFinding> stale_files(const std::vector<Target>& targets) {
  std::vector<FileFinding> files;
  for (const auto& target : targets)
    if (target.standing != Standing::same)
      files.push_back({target.name, fmt::format("it is not what the sources compile to ({}): run `dmc compile`, and "
                                                "commit it",
                                                words_of(target.standing, true))});
  return files;
}

/// The same above the page of the plan; empty when there is none.
std::string stale_markdown(const std::vector<Target>& targets) {
  if (all_same(targets)) return {};
  std::string out = "> [!WARNING]\n> The committed files are not what the sources compile to, which stands below:\n>\n";
  for (const auto& target : targets)
    if (target.standing != Standing::same)
      out += fmt::format("> - `{}` {}\n", target.name, check_words(target.standing));
  return out + ">\n> Write them anew and commit them: `dmc compile`\n\n";
}

std::string outcome_json(const Compiled& compiled, const std::vector<Target>& targets, std::vector<Finding> findings,
                         bool only_check) {
  Outcome outcome{std::move(findings), std::nullopt, "", "", 0, {}, {}};
  if (!targets.empty()) {
    outcome.number = compiled.plan.number;
    outcome.title = compiled.plan.title;
    outcome.plan = plan::digest(compiled.plan_bytes);
    outcome.steps = static_cast<std::int64_t>(compiled.plan.steps.size());
    outcome.losses = losses(compiled.plan);
  }
  for (const auto& target : targets)
    outcome.files.push_back({target.name, std::string(words_of(target.standing, only_check))});
  return grammar::escaped_json(plan::canonical(outcome)) + "\n";
}

/// `targets` is empty when the sources were refused.
std::string outcome_text(const Compiled& compiled, const std::vector<Target>& targets,
                         const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, bool only_check,
                         Paint paint, const std::string& folder) {
  std::string out = findings_text(diagnostics, sources, paint, folder);
  const auto count = findings_count(diagnostics);
  if (targets.empty()) return out + count + "; nothing was written\n";
  if (!count.empty()) out += count + "\n\n";
  return out + (only_check ? check_text(targets, folder)
                           : explain::brief(compiled.plan) + written_text(targets, compiled, paint, folder));
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
    for (const auto& target : targets) {
      if (target.standing == Standing::left_over)
        project.remove(target.name);
      else if (target.standing != Standing::same)
        project.write(target.name, *target.bytes);
    }
  switch (findings_format(arguments)) {
    case FindingsFormat::json:
      world.out << outcome_json(compiled, targets, findings_of(diagnostics, sources), only_check);
      break;
    case FindingsFormat::markdown: {
      const auto above = findings_markdown(diagnostics, sources) + (only_check ? stale_markdown(targets) : "");
      const auto left = explain::longest_page - std::min(explain::longest_page, above.size());
      world.out << above << (refused ? "" : explain::markdown(compiled.plan, left));
      break;
    }
    case FindingsFormat::sarif:
    case FindingsFormat::github:
    case FindingsFormat::gitlab:
      world.out << findings(findings_format(arguments), diagnostics, sources, world.terminal.paint,
                            project.in_repository(), only_check ? stale_files(targets) : std::vector<FileFinding>{});
      break;
    case FindingsFormat::text:
      world.out << outcome_text(compiled, targets, diagnostics, sources, only_check, world.terminal.paint,
                                project.from(world.directory));
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
