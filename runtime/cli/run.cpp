// dmc run: carries a plan to its targets, or goes on with one.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/catch_up.hpp"
#include "runtime/cli/cluster_run.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/demands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/losses.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/question.hpp"
#include "runtime/cli/running.hpp"
#include "runtime/cli/secrets.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/executor/next.hpp"

namespace dmc::cli {
namespace {

/// Of a plan that touches nothing there is no dry run: only its hash can be expected.
void check_expected(const Arguments& arguments, const executor::PlanPair& plans) {
  if (const auto expected = expected_digest(arguments, plans))
    throw Refusal(
        Exit::refused, fmt::format("{} is not what was expected [E0515]", grammar::escaped(plans.path)),
        {fmt::format("expected   {}", grammar::escaped(*expected)), fmt::format("the file   {}", plans.forward.hash)});
}

/// A plan was read and approved before; a person at a terminal is asked once more before something cannot come back.
std::function<bool(const executor::RunResult&)> question(const plan::Plan& plan, const Arguments& arguments,
                                                         World& world) {
  const auto lost = losses(plan);
  if (arguments.given("--yes") || !world.terminal.asks || lost.empty()) return {};
  return [&world, lost](const executor::RunResult& result) {
    world.err << "\n" << result.title << "\n";
    // Of many the table of verdicts has just been shown.
    constexpr std::size_t told_again = 20;
    if (result.targets.size() > told_again) world.err << fmt::format("  on {} databases\n", result.targets.size());
    for (const auto& target : result.targets)
      if (result.targets.size() <= told_again)
        world.err << fmt::format("  {} at {}: {}\n", target.database, target.url, target.verdict_text);
    world.err << "\nWhat does not come back by undo:\n";
    for (const auto& line : lost) world.err << "  " << line << "\n";
    return ask(world, "\nRun it?");
  };
}

/// The texts of gates as the plan has them: a person types a gate as it was shown, hostile characters as escapes.
std::vector<std::string> gates_of(const plan::Plan& plan, const std::vector<std::string>& typed) {
  std::vector<std::string> texts, shown, passed;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action)) {
      texts.push_back(gate->text);
      shown.push_back(grammar::escaped(gate->text));
    }
  for (const auto& text : typed) {
    std::size_t at = 0;
    while (at < texts.size() && text != texts[at] && text != shown[at]) ++at;
    if (at == texts.size()) {
      std::vector<std::string> next;
      for (const auto& gate : shown) next.push_back("--through " + executor::shell_word(gate));
      throw Refusal(Exit::usage, fmt::format("the plan has no gate '{}'", grammar::escaped(text)), std::move(next));
    }
    passed.push_back(texts[at]);
  }
  return passed;
}

/// `named`: the plan that was typed, and not one before it; gates and digests were typed for that one.
executor::Options options_of(const executor::PlanPair& plans, bool named, const Arguments& arguments, World& world,
                             const inventory::Cluster* cluster = nullptr) {
  const auto& plan = plans.forward.plan;
  executor::Options options;
  options.secrets = secrets_of(plan, cluster ? cluster->secrets : arguments.values("--secret"), cluster, world);
  if (named) options.expect = expected_digest(arguments, plans);
  options.dry_run = arguments.given("--dry-run");
  options.show_data = arguments.given("--show-data");
  options.take_over = arguments.given("--take-over");
  options.said_done = arguments.values("--done");
  options.said_absent = arguments.values("--absent");
  options.rescope = arguments.value("--rescope");
  options.catch_up = arguments.given("--catch-up");
  if (named) options.by_hand = arguments.value("--by-hand");
  if (options.by_hand && options.by_hand->find_first_not_of(" \t\r\n") == std::string::npos)
    throw Refusal(Exit::usage, "'--by-hand' needs a reason: it goes into the history, for whoever asks later",
                  {"dmc run PLAN --on NAME=URL --by-hand 'ticket 4711: index built at night'"});
  options.ancestors = ancestors_of(plans, world);
  if (named) options.through = gates_of(plan, arguments.values("--through"));
  if (!options.dry_run) options.confirm = question(plan, arguments, world);
  return options;
}

/// What a dry run saw is no longer so once earlier plans have run.
void check_catch_up(const executor::Options& options) {
  if (options.catch_up && options.expect)
    throw Refusal(Exit::refused,
                  fmt::format("'--expect {}' is not the hash of this plan, and where earlier plans run first it cannot "
                              "be the digest of a dry run [E0515]; nothing was changed",
                              grammar::escaped(*options.expect)),
                  {"catch up first, then look again with --dry-run; or expect the plan itself, by its hash"});
}

/// The plans between a target's version and the base of this one; a result when one of them did not come to its end.
template <class Run>
std::optional<executor::RunResult> caught_up(const executor::PlanPair& plans, const executor::Options& options,
                                             World& world, Run run, const OnTargets& carry, const OnTargets& settle) {
  if (!options.catch_up || options.dry_run) return std::nullopt;
  auto looking = options;
  looking.dry_run = true;
  looking.confirm = {};
  return catch_up(
      plans, world, [&] { return run(looking); }, carry, settle);
}

Exit run_on_cluster(const inventory::Cluster& cluster, const Arguments& arguments, World& world) {
  if (!arguments.operand())
    throw Refusal(Exit::usage, "a cluster runs a plan that is named", {"dmc run PLAN --cluster FILE"});
  const auto plans = read_plan_pair(*arguments.operand(), world);
  const auto options_for = [&](const executor::PlanPair& plan, bool named) {
    auto options = options_of(plan, named, arguments, world, &cluster);
    options.place = {"--cluster", *arguments.value("--cluster")};
    options.scope = scope_of(cluster, databases_of(plan.forward.plan));
    return options;
  };
  const auto options = options_for(plans, true);
  check_catch_up(options);
  if (options.catch_up && !options.dry_run) {
    // What stands against the plan itself is said before an earlier one runs.
    const auto sealing = check_sealed(cluster, plans, world);
    check_demands(cluster, plans, {sealing.authors, std::nullopt, false, {}}, world);
    const Running running(arguments, world, plans, false);
    journal::Sinks nobody({});
    auto quiet = environment(world, nobody);
    auto stuck = caught_up(
        plans, options, world, [&](const auto& looking) { return run_on_fleet(cluster, plans, looking, false, quiet); },
        [&](const executor::PlanPair& earlier, const std::vector<std::string>& urls) {
          return carry_as_demanded(only(cluster, urls), earlier, options_for(earlier, false), false, world,
                                   running.sink());
        },
        [&](const executor::PlanPair& earlier, const std::vector<std::string>& urls) {
          std::vector<executor::TargetAddress> all;
          for (const auto& wave : waves_of(only(cluster, urls), databases_of(earlier.forward.plan)))
            all.insert(all.end(), wave.begin(), wave.end());
          return executor::settle(earlier, all, options_for(earlier, false), quiet);
        });
    if (stuck) return running.report(std::move(*stuck));
  }
  return carry_on_cluster(cluster, plans, options, false, arguments, world);
}

Exit run(const Arguments& arguments, World& world) {
  if (const auto cluster = given_cluster(arguments, world)) return run_on_cluster(*cluster, arguments, world);
  journal::Sinks nobody({});
  auto asking = environment(world, nobody);
  std::optional<executor::PlanPair> read;
  if (arguments.operand()) read = read_plan_pair(*arguments.operand(), world);
  const bool nothing = read && read->forward.plan.databases.empty();
  if (nothing) check_expected(arguments, *read);
  if (nothing) {
    world.out << fmt::format("{} touches no database: nothing to do\n", title_of(read->forward.plan));
    return Exit::done;
  }
  const auto targets = read ? read_targets(run_command(), arguments, databases_of(read->forward.plan),
                                           first_engine_of(read->forward.plan))
                            : read_targets(run_command(), arguments, world);
  const auto plans = read ? std::move(*read) : remembered_plan("run", targets, asking);
  check_targets(targets, databases_of(plans.forward.plan));
  const auto options = options_of(plans, true, arguments, world);
  check_catch_up(options);
  const Running running(arguments, world, plans, options.dry_run);
  auto surroundings = environment(world, running.sink());
  const auto at = [&](const std::vector<std::string>& urls) {
    auto some = targets;
    std::erase_if(some, [&](const auto& target) {
      return std::find(urls.begin(), urls.end(), target.url.shown()) == urls.end();
    });
    return some;
  };
  auto stuck = caught_up(
      plans, options, world, [&](const auto& looking) { return executor::run(plans, targets, looking, asking); },
      [&](const executor::PlanPair& earlier, const std::vector<std::string>& urls) {
        return executor::run(earlier, at(urls), options_of(earlier, false, arguments, world), surroundings);
      },
      [&](const executor::PlanPair& earlier, const std::vector<std::string>& urls) {
        return executor::settle(earlier, at(urls), options_of(earlier, false, arguments, world), surroundings);
      });
  if (stuck) return running.report(std::move(*stuck));
  return running.report(executor::run(plans, targets, options, surroundings));
}

}  // namespace

Command run_command() {
  return {"run",
          "execute a plan and verify it; running it again resumes",
          {{"PLAN", false, false, Completes::plan}},
          {on_option(),
           cluster_option(),
           {"--dry-run", "", "say what would happen to each target; change nothing"},
           {"--expect", "DIGEST", "run only this plan, or only what a dry run showed"},
           {"--through", "GATE", "pass the gate of this text", {}, true},
           {"--catch-up", "", "run the plans before it first, where a target is behind"},
           {"--by-hand", "TEXT", "why it is recorded as done where somebody did it by hand"},
           {"--rescope", "TEXT", "why it goes on with other targets than it was begun with"},
           secret_option(),
           {"--yes", "", "do not ask before something that cannot come back"},
           {"--done", "STEP", "of a step in doubt: it took effect, whole", {}, true},
           {"--absent", "STEP", "of a step in doubt: nothing of it is there", {}, true},
           {"--take-over", "", "end what a runner that is gone left at work on the server"},
           {"--show-data", "", "let errors show values of rows"},
           {"--journal", "FILE", "where the journal of the run is written", {}, false, Completes::file},
           {"--no-progress", "", "no progress line"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
