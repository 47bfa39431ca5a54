// An object between two steps of one change is as neither catalog says, and that is no drift; everything else is.
#include "runtime/executor/half_way.hpp"

#include <doctest/doctest.h>

using namespace dmc;
using Objects = std::vector<std::string>;

namespace {

/// A step of the change `orders: retype customer_id`, with or without an effect on its table.
plan::Step step(const std::string& id, const Objects& moves, const std::string& object = "table orders") {
  plan::Step made;
  made.id = id;
  made.database = "shop";
  made.object = object;
  made.source = "change 2, line 4: retype column orders.customer_id";
  for (const auto& each : moves) made.effects.push_back({each, "sha256:2"});
  return made;
}

/// A trigger is made, rows are filled, and the columns change places: only then is the table as catalog 2 has it.
plan::Plan retype() {
  plan::Plan made;
  made.steps = {step("trigger", {}), step("fill", {}), step("swap", {"table orders", "view paid"}),
                step("index", {}, "table lines"), step("next", {"table lines"}, "table lines")};
  made.steps[3].source = made.steps[4].source = "schema/shop.mig:9: table lines";
  return made;
}

/// What still counts as drift of these objects, when these steps are there.
Objects left(const plan::Plan& forward, const std::map<std::string, ledger::State>& states,
             const Objects& differ = {"table lines", "table orders", "view paid"}) {
  executor::Comparison compared;
  for (const auto& object : differ) compared.differences.push_back({object, "changed", {}});
  std::map<std::string, ledger::StepRow> rows;
  for (const auto& [id, state] : states) {
    rows[id].step = id;
    rows[id].state = state;
  }
  executor::forgive_half_way(compared, forward, rows);
  Objects objects;
  for (const auto& difference : compared.differences) objects.push_back(difference.object);
  return objects;
}

const Objects everything{"table lines", "table orders", "view paid"};

}  // namespace

using enum ledger::State;

TEST_CASE("before the first step and behind the last one, every difference is one") {
  CHECK(left(retype(), {}) == everything);
  CHECK(left(retype(), {{"trigger", absent}, {"fill", absent}, {"swap", absent}}) == everything);
  CHECK(left(retype(), {{"trigger", done}, {"fill", done}, {"swap", done}}) == everything);
}

TEST_CASE("between the first step and the one that moves the model on, what that one moves is half-way") {
  CHECK(left(retype(), {{"trigger", done}}) == Objects{"table lines"});
  CHECK(left(retype(), {{"trigger", done}, {"fill", done}, {"swap", absent}}) == Objects{"table lines"});
  CHECK(left(retype(), {{"index", done}}) == Objects{"table orders", "view paid"});
  CHECK(left(retype(), {{"trigger", done}, {"index", done}}).empty());
}

TEST_CASE("a step that may have acted is there, whatever became of it") {
  for (const auto state : {intended, done, found, undoing, in_doubt}) {
    CHECK(left(retype(), {{"trigger", state}}) == Objects{"table lines"});
    CHECK(left(retype(), {{"trigger", done}, {"swap", state}}) == everything);
  }
}

TEST_CASE("a step that moves the model on itself leaves nothing half-way") {
  auto plan = retype();
  plan.steps[0].effects.push_back({"table orders", "sha256:1"});
  CHECK(left(plan, {{"trigger", done}}) == everything);
}

TEST_CASE("the mover is of the same change, stage and database, of the same object, and comes later") {
  for (const auto& otherwise : std::vector<void (*)(plan::Step&)>{
           [](plan::Step& mover) { mover.source = "change 2, line 5: add column orders.note"; },
           [](plan::Step& mover) { mover.stage = 2; }, [](plan::Step& mover) { mover.database = "events"; },
           [](plan::Step& mover) { mover.effects.erase(mover.effects.begin()); }}) {
    auto plan = retype();
    otherwise(plan.steps[2]);
    CHECK(left(plan, {{"trigger", done}, {"fill", done}}) == everything);
  }
  auto plan = retype();
  std::swap(plan.steps[0], plan.steps[2]);
  CHECK(left(plan, {{"trigger", done}, {"fill", done}}) == everything);
}

TEST_CASE("a change of which a part was taken back is taken back to its beginning before it goes forward again") {
  const auto rest = [](const std::map<std::string, ledger::State>& states, long tried = 1) {
    const auto plan = retype();
    std::map<std::string, ledger::StepRow> rows;
    for (const auto& step : plan.steps) {
      rows[step.id].state = states.contains(step.id) ? states.at(step.id) : absent;
      rows[step.id].attempt = tried;
    }
    Objects ids;
    for (const auto* step : executor::rest_of_the_way_back(plan, "shop", rows)) ids.push_back(step->id);
    return ids;
  };
  CHECK(rest({{"trigger", done}, {"fill", found}}) == Objects{"fill", "trigger"});
  CHECK(rest({{"trigger", done}}) == Objects{"trigger"});
  CHECK(rest({{"trigger", done}, {"fill", done}, {"swap", done}, {"index", done}}) == Objects{"index"});
  // Between two changes, at the base, at the end, and where the steps behind were never begun.
  CHECK(rest({{"trigger", done}, {"fill", done}, {"swap", done}}).empty());
  CHECK(rest({}).empty());
  CHECK(rest({{"trigger", done}, {"fill", done}, {"swap", done}, {"index", done}, {"next", done}}).empty());
  CHECK(rest({{"trigger", done}}, 0).empty());
}

TEST_CASE("where nothing differs, nothing is forgiven") { CHECK(left(retype(), {{"trigger", done}}, {}).empty()); }
