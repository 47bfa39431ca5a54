// Wires a run to the people who watch it.
#include "runtime/cli/running.hpp"

#include <functional>
#include <optional>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/executor/expectation.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/report/progress.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

/// In the project that the plan lies in, or beside the plan; the folder keeps itself out of version control.
fs::path usual_journal(const World& world, const executor::PlanPair& plans) {
  std::error_code problem;
  auto plan_folder = (world.directory / plans.path).lexically_normal().parent_path();
  if (!fs::is_directory(plan_folder, problem)) plan_folder = world.directory;  // the plan came out of a ledger
  const auto project = find_project_if_there(plan_folder);
  const auto folder = (project ? project->root() : plan_folder) / ".dmc";
  if (!fs::exists(folder / ".gitignore", problem)) write_file(folder / ".gitignore", "*\n", ".dmc/.gitignore");
  return folder / fmt::format("{:04}.journal.jsonl", plans.forward.plan.number);
}

/// The journal is expendable: one that a person asked for by name must be written, the usual one need not be.
std::unique_ptr<journal::Journal> open_journal(const Arguments& arguments, World& world,
                                               const executor::PlanPair& plans) {
  const auto named = arguments.value("--journal");
  try {
    const auto path = named ? world.directory / *named : usual_journal(world, plans);
    return journal::open_journal(path.string(), world.clock);
  } catch (const journal::JournalError& error) {
    if (named)
      throw Refusal(Exit::refused, fmt::format("'--journal {}': {}", *named, error.what()),
                    {"nothing was changed; name another file, or leave the option away"});
    world.err << fmt::format("note: this run keeps no journal, and needs none: {}\n", grammar::escaped(error.what()));
  } catch (const Refusal& refusal) {
    world.err << fmt::format("note: this run keeps no journal, and needs none: {}\n", grammar::escaped(refusal.what()));
  }
  return nullptr;
}

report::Write write_to(World& world) {
  return [&world](std::string_view text) { world.err << text << std::flush; };
}

}  // namespace

executor::PlanPair remembered_plan(const std::string& verb, const std::vector<executor::TargetAddress>& targets,
                                   executor::Environment& surroundings) {
  std::optional<executor::PlanPair> found;
  for (const auto& target : targets) {
    auto remembered = executor::remembered(target, surroundings);
    const auto refuse = [&](Exit exit, const std::string& reason) {
      return Refusal(
          exit,
          fmt::format("{} at {}: {}", target.database, grammar::escaped(target.url.shown()), grammar::escaped(reason)),
          {executor::command_line("status", "", {target}) + "    says where it stands"});
    };
    if (!remembered.plans) throw refuse(static_cast<Exit>(remembered.exit_code), remembered.text);
    if (verb == "run" && !remembered.moving)
      throw refuse(Exit::usage, "no plan is under way there that could go on; name one: dmc run PLAN --on …");
    if (found && found->forward.hash != remembered.plans->forward.hash)
      throw Refusal(Exit::usage,
                    fmt::format("these databases ran different plans last: {} them one by one",
                                verb == "run" ? "go on with" : "take back"),
                    {executor::command_line(verb, "", {targets.front()})});
    found = std::move(remembered.plans);
  }
  return std::move(*found);
}

std::optional<std::string> expected_digest(const Arguments& arguments, const executor::PlanPair& plans) {
  auto expected = arguments.value("--expect");
  if (expected && executor::means_digest(*expected, plans.forward.hash)) return std::nullopt;
  return expected;
}

Running::Running(const Arguments& arguments, World& world, const executor::PlanPair& plans, bool dry_run)
    : world_(world), json_(as_json(arguments)) {
  const bool quiet = arguments.given("--no-progress");
  progress_ = world.terminal.live && !quiet
                  ? report::live_progress(write_to(world), world.clock, static_cast<int>(world.terminal.width))
                  : report::plain_progress(write_to(world), world.clock, !quiet);
  std::vector<std::reference_wrapper<journal::Sink>> sinks{*progress_};
  if (!dry_run) journal_ = open_journal(arguments, world, plans);
  if (journal_) {
    if (journal_->was_torn())
      world.err << "note: the last run broke off while it wrote its journal; the database's own ledger decides\n";
    sinks.emplace_back(*journal_);
  }
  sink_ = std::make_unique<journal::Sinks>(std::move(sinks));
}

Exit Running::report(executor::RunResult result) const {
  // Whoever watched every step go by needs no list of them behind it, unless one did not end well.
  for (auto& target : result.targets)
    if (world_.terminal.shows && !json_ && !result.dry_run && target.exit_code == 0) target.steps.clear();
  world_.out << report::render(result, json_ ? report::Format::json : report::Format::text);
  if (journal_ && !journal_->broken().empty())
    world_.err << fmt::format("note: the journal {} is not complete ({}); the run itself is\n", journal_->path(),
                              journal_->broken());
  return static_cast<Exit>(result.exit_code);
}

}  // namespace dmc::cli
