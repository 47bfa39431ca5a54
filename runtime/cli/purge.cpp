// dmc purge: drops what earlier changes keep for their way back.
#include <charconv>
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/fleet.hpp"
#include "runtime/cli/question.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/journal/event.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

std::optional<std::int64_t> older_than_ms(const Arguments& arguments) {
  const auto text = arguments.value("--older-than");
  if (!text) return std::nullopt;
  constexpr std::int64_t day_ms = 86'400'000, most = 36'500;
  std::int64_t days = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
  if (error != std::errc() || end != text->data() + text->size() || days < 0 || days > most)
    throw Refusal(Exit::usage, fmt::format("--older-than wants a number of days, and '{}' is none", *text),
                  {"--older-than 30"});
  return days * day_ms;
}

/// Everything that would go is told before; there is no way back.
std::function<bool(const executor::PurgeResult&)> question(const Arguments& arguments, World& world) {
  if (arguments.given("--yes") || !world.terminal.asks) return {};
  return [&world](const executor::PurgeResult& result) {
    world.err << report::render(result, report::Format::text);
    return ask(world, "\nDrop what would go? Nothing brings it back.");
  };
}

Exit run(const Arguments& arguments, World& world) {
  executor::Purging options;
  options.older_than_ms = older_than_ms(arguments);
  options.give_up_undo = arguments.given("--give-up-undo");
  options.dry_run = arguments.given("--dry-run");
  if (!options.dry_run) options.confirm = question(arguments, world);
  std::vector<executor::TargetAddress> targets;
  if (const auto cluster = given_cluster(arguments, world)) {
    for (auto& wave : waves_of(*cluster, {})) targets.insert(targets.end(), wave.begin(), wave.end());
  } else {
    targets = read_targets(purge_command(), arguments, world);
  }
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  const auto result = executor::purge(targets, options, surroundings);
  world.out << report::render(result, as_json(arguments) ? report::Format::json : report::Format::text);
  return static_cast<Exit>(result.exit_code);
}

}  // namespace

Command purge_command() {
  return {"purge",
          "drop what earlier changes keep for their way back",
          {},
          {on_option(),
           cluster_option(),
           {"--older-than", "DAYS", "only what was left so long ago"},
           {"--give-up-undo", "", "also what the last change can be taken back with; it cannot be then"},
           {"--dry-run", "", "say what would go; change nothing"},
           {"--yes", "", "do not ask before something goes"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
