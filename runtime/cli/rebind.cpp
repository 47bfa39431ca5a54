// dmc rebind: gives a copied database an identity of its own.
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/journal/event.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  const auto targets = read_targets(rebind_command(), arguments, world);
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  executor::RunResult whole;
  whole.title = "rebind";
  for (const auto& target : targets) {
    auto result = executor::rebind(target, arguments.value("--why").value_or(""), surroundings);
    whole.exit_code = executor::worst(whole.exit_code, static_cast<int>(result.exit_code));
    whole.targets.push_back(std::move(result));
  }
  world.out << report::render(whole, as_json(arguments) ? report::Format::json : report::Format::text);
  return static_cast<Exit>(whole.exit_code);
}

}  // namespace

Command rebind_command() {
  return {"rebind",
          "give a copied database an identity of its own",
          {},
          {on_option(),
           {"--why", "TEXT", "why a database that does not look like a copy is one; for its history"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
