// From the bytes of a plan file to what may run. Bytes that are refused are read once more as JSON, mended where only
// hashes stand in the way, and read again: so the checks behind the hashes are reached too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

#include "compiler/explain/explain.hpp"
#include "compiler/plan/canonical.hpp"
#include "compiler/plan/digest.hpp"
#include "compiler/plan/plan.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

namespace {

void demand_accepted(const plan::PlanFile& file, const std::string& bytes) {
  fuzz::demand(file.bytes == bytes, "the bytes of a plan are kept");
  fuzz::demand(file.hash == plan::digest(bytes), "a plan has the hash of its bytes");
  fuzz::demand(plan::write_plan(file.plan) == bytes, "an accepted plan is written as it was read", bytes);
  for (const auto& step : file.plan.steps) fuzz::demand(plan::kind_of(step).find('@') != std::string::npos, "a kind");
  fuzz::demand_printable(explain::text(file.plan));
  fuzz::demand_printable(explain::brief(file.plan));
  for (const auto most : {explain::longest_page, explain::shortest_page}) {
    const auto page = explain::markdown(file.plan, most);
    fuzz::demand_printable(page);
    fuzz::demand(page.size() <= most, "the page of a plan fits into a comment");
  }
  fuzz::demand_printable(explain::mermaid(file.plan));
}

void mend(std::string& digest) {
  if (!plan::is_digest(digest)) digest = plan::digest(digest);
}

void mend(plan::Plan& plan) {
  plan.format = {};
  if (plan.reverse) mend(*plan.reverse);
  mend(plan.source_digest);
  mend(plan.policy_digest);
  for (auto& database : plan.databases) {
    mend(database.from);
    mend(database.to);
    for (auto& stage : database.stages) mend(stage);
    if (database.stages.empty()) database.stages.emplace_back();
    database.stages.back() = database.to;
  }
  std::ranges::sort(plan.databases, {}, &plan::DatabaseInput::name);
  std::map<std::string, std::string> renamed;
  for (auto& step : plan.steps) {
    for (auto& required : step.requires_steps)
      if (const auto now = renamed.find(required); now != renamed.end()) required = now->second;
    const auto database = std::ranges::find(plan.databases, step.database, &plan::DatabaseInput::name);
    if (database == plan.databases.end()) continue;
    const auto id = plan::step_id(step, database->from);
    renamed[step.id] = id;
    step.id = id;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  plan::JsonError error;
  if (const auto file = plan::read_plan(bytes, error)) {
    demand_accepted(*file, bytes);
    return 0;
  }
  fuzz::demand_refusal(error);
  plan::JsonError reason;
  const auto json = plan::read_json(bytes, reason);
  plan::Plan plan;
  if (!json || !plan::read(*json, plan, reason)) {
    fuzz::demand_refusal(reason);
    return 0;
  }
  plan::Plan again;
  const auto canonical = plan::write_plan(plan);
  fuzz::demand(plan::read_canonical(canonical, again) && again == plan, "what is written is read as it was", canonical);
  mend(plan);
  const auto mended = plan::write_plan(plan);
  if (const auto file = plan::read_plan(mended, error))
    demand_accepted(*file, mended);
  else
    fuzz::demand(error.code == "E0311" && !error.message.empty(), "mended, only its parts can contradict one another",
                 error.code + " " + error.where + " " + mended);
  return 0;
}
