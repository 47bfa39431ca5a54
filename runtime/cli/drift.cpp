// dmc drift: what is otherwise than the ledger recorded.
#include <ostream>

#include <fmt/format.h>

#include "runtime/cli/artifact.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/questions.hpp"
#include "runtime/cli/refusal.hpp"
#include "runtime/report/report.hpp"

namespace dmc::cli {
namespace {

Exit run(const Arguments& arguments, World& world) {
  const auto file = arguments.value("--catalog");
  if (!file) return answer(drift_command(), arguments, world, executor::drift);
  const auto artifact = read_artifact(*file, world);
  std::vector<model::Database> declared;
  if (const auto* catalog = std::get_if<catalog::CatalogFile>(&artifact.file)) declared = catalog->catalog.models();
  if (const auto* stage = std::get_if<catalog::StageCatalogFile>(&artifact.file)) declared = stage->catalog.models();
  if (declared.empty())
    throw Refusal(Exit::usage, fmt::format("{} is no catalog: it is the {}", grammar::escaped(*file), artifact.kind()),
                  {"dmc drift --catalog catalog/NNNN.json …"});
  return answer(drift_command(), arguments, world, [&](const auto& targets, auto& surroundings, std::size_t parallel) {
    return executor::conformance(declared, targets, surroundings, parallel);
  });
}

}  // namespace

Command drift_command() {
  auto options = question_options();
  options.push_back(
      {"--catalog", "FILE", "compare with what this catalog declares instead", {}, false, Completes::file});
  return {"drift", "what changed in each target behind dmc's back", {}, std::move(options), run};
}

}  // namespace dmc::cli
