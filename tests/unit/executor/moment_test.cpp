// Whoever looks at a target while a runner is at work on it (a dry run, drift, verify: none of them takes the lock)
// says nothing bad of it that was never so.
#include <functional>

#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, name text)"};

executor::PlanPair two_columns() {
  PlanMaker maker(base);
  maker.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"}));
  maker.add(sql_step("add b", {"alter table people add column b"}, {"alter table people drop column b"}));
  return maker.make();
}

/// Looks at the target with `look`, once for each of its events, at which the whole plan is carried out by another
/// runner; `look` answers an exit code and what was said.
void look_while_it_is_moved(
    const std::function<std::pair<std::int64_t, std::string>(RunnerWorld&, session::Connector&)>& look) {
  const auto plans = two_columns();
  long events = 1, moved = 0;
  for (long at = 1; at <= events; ++at) {
    RunnerWorld world;
    world.begin_with(base, plans);
    FaultPoint point{
        .kind = FaultKind::meanwhile, .at = at, .events = 0, .tripped = false, .where = {}, .meanwhile = {}};
    point.meanwhile = [&](bool) {
      ++moved;
      CHECK_MESSAGE(world.run(plans).exit_code == 0, point.where);
    };
    FaultConnector connector(*world.real, point);
    const auto [code, said] = look(world, connector);
    CHECK_MESSAGE(code == 0, "moved at " << point.where << "\n" << said);
    events = std::max(events, point.events);
  }
  CHECK(moved > 5);
}

}  // namespace

TEST_CASE("a dry run, while another runner carries the plan out") {
  look_while_it_is_moved([](RunnerWorld& world, session::Connector& connector) {
    executor::Options options;
    options.dry_run = true;
    const auto result = world.run(two_columns(), options, &connector);
    return std::pair<std::int64_t, std::string>(result.exit_code, text(result));
  });
}

TEST_CASE("drift and verify, while another runner carries the plan out") {
  look_while_it_is_moved([](RunnerWorld& world, session::Connector& connector) {
    session::Stop quiet;
    auto environment = world.environment(connector, quiet);
    const auto found = executor::drift({world.target()}, environment).targets.front();
    return std::pair<std::int64_t, std::string>(found.exit_code, found.text);
  });
  look_while_it_is_moved([](RunnerWorld& world, session::Connector& connector) {
    session::Stop quiet;
    auto environment = world.environment(connector, quiet);
    const auto found = executor::verify({world.target()}, environment).targets.front();
    std::string said = found.text;
    for (const auto& check : found.checks) said += "\n" + check.means + ": " + check.answer + " " + check.text;
    return std::pair<std::int64_t, std::string>(found.exit_code, said);
  });
}
