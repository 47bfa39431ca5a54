// Changes to plans, on the fake engine: what a step requires, which effects it has, where stages end, how all of it
// goes back.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/planner/planner.hpp"
#include "tests/support/change_story.hpp"

namespace {

using namespace dmc;
using tests::ChangeStory;

struct Plans {
  ChangeStory story;
  planner::Lowering lowering;
  planner::Planned planned;

  Plans(std::string_view before, std::string_view after) : story(before, after) {
    REQUIRE_MESSAGE(!story.diagnostics.has_errors(), story.findings());
    lowering = planner::lower(story.base, story.project.databases, story.changes(), story.project.policy,
                              story.dialects, story.diagnostics);
    REQUIRE_MESSAGE(!story.diagnostics.has_errors(), story.findings());
    planned = planner::make_plan(lowering, story.changes(), story.intent(), story.dialects);
  }
  const std::vector<plan::Step>& steps() const { return planned.plan.steps; }
  const std::vector<plan::Step>& back() const { return planned.reverse.steps; }
  /// The place of a required step, by its id.
  std::size_t place(const std::string& id) const {
    return static_cast<std::size_t>(std::ranges::find(steps(), id, &plan::Step::id) - steps().begin());
  }
  std::vector<std::size_t> required(std::size_t step) const {
    std::vector<std::size_t> places;
    for (const auto& id : steps().at(step).requires_steps) places.push_back(place(id));
    std::ranges::sort(places);
    return places;
  }
};

using Places = std::vector<std::size_t>;

std::map<std::string, std::string> states_of(const model::Database& database) {
  std::map<std::string, std::string> states;
  for (const auto& state : model::states_of(database)) states.emplace(state.object, state.state);
  return states;
}

/// What the effects of the steps make of the states.
void play(std::map<std::string, std::string>& states, const std::vector<plan::Step>& steps,
          const std::string& database) {
  for (const auto& step : steps)
    for (const auto& effect : step.effects) {
      if (step.database != database) continue;
      if (effect.state)
        states[effect.object] = *effect.state;
      else
        states.erase(effect.object);
    }
}

constexpr std::string_view people = R"(
database shop on fake {
  table people { id int primary key; name text; boss int references people (id); }
  table pets { id int primary key; owner int references people (id); }
  view named as (select name from people);
  trigger t after insert on people for each row as $$ select 1; $$;
}
)";

constexpr std::string_view users = R"(
database shop on fake {
  table users { id int primary key; full_name text not null; boss int references users (id); age int; }
  view named as (select full_name from users);
  view aged as (select age from users);
}
change 2 'everything' {
  rename table people to users;
  rename column users.name to full_name;
  gate 'the application says users';
  drop trigger t;
  drop table pets with backup;
}
)";

}  // namespace

TEST_CASE("every step of one database requires the one before it") {
  const Plans plans(people, users);
  REQUIRE(plans.steps().size() == 8);
  for (std::size_t at = 0; at < plans.steps().size(); ++at)
    CHECK(plans.required(at) == (at == 0 ? Places{} : Places{at - 1}));
}

TEST_CASE("ids say what the step is, what its database was and what came before") {
  const Plans plans(people, users);
  const auto from = plans.planned.plan.databases.front().from;
  std::set<std::string> ids;
  for (const auto& step : plans.steps()) {
    CHECK(step.id == plan::step_id(step, from));
    CHECK(ids.insert(step.id).second);
  }
  for (const auto& step : plans.back())
    CHECK(step.id == plan::step_id(step, plans.planned.reverse.databases.front().from));
}

TEST_CASE("steps carry the words they came from, their database, their object and the policy's patience") {
  ChangeStory story(people, R"(
policy { lock timeout 3s retry 7 backoff 100ms to 4s; statement timeout 20m; }
)" + std::string(users));
  REQUIRE_MESSAGE(!story.diagnostics.has_errors(), story.findings());
  const auto lowering = planner::lower(story.base, story.project.databases, story.changes(), story.project.policy,
                                       story.dialects, story.diagnostics);
  const auto planned = planner::make_plan(lowering, story.changes(), story.intent(), story.dialects);
  for (const auto* plan : {&planned.plan, &planned.reverse})
    for (const auto& step : plan->steps) {
      CHECK(step.database == "shop");
      CHECK(!step.object.empty());
      CHECK(!step.source.empty());
      CHECK(step.timeouts == plan::Timeouts{3000, 1200000, 7, 100, 4000});
    }
  CHECK(planned.plan.steps.front().source.ends_with("rename table people to users"));
  CHECK(planned.plan.steps.front().source.starts_with("change 2, line "));
}

TEST_CASE("effects lead from the state before to the state after, and back") {
  const Plans plans(people, users);
  const auto& base = plans.story.base.front();
  const auto& desired = plans.story.project.databases.front();
  auto states = states_of(base);
  play(states, plans.steps(), "shop");
  CHECK(states == states_of(desired));
  play(states, plans.back(), "shop");
  CHECK(states == states_of(base));
  const auto& input = plans.planned.plan.databases.front();
  CHECK(input.from == model::state_hash(base));
  CHECK(input.to == model::state_hash(desired));
}

TEST_CASE("a rename has the effect on everything that follows it") {
  const Plans plans(people, users);
  std::vector<std::string> objects;
  for (const auto& effect : plans.steps().front().effects)
    objects.push_back(effect.object + (effect.state ? "" : " gone"));
  CHECK(objects ==
        std::vector<std::string>{"table people gone", "table pets", "table users", "trigger t", "view named"});
  CHECK(plans.planned.plan.renames ==
        std::vector<plan::Renamed>{{"shop", "people", "users"}, {"shop", "users.name", "users.full_name"}});
  CHECK(plans.planned.reverse.renames ==
        std::vector<plan::Renamed>{{"shop", "users.full_name", "users.name"}, {"shop", "users", "people"}});
}

TEST_CASE("the effect stands on the pair that takes it") {
  const Plans plans(people, users);
  const auto hidden = std::ranges::find(plans.steps(), "hide table pets", &plan::Step::summary);
  REQUIRE(hidden != plans.steps().end());
  CHECK(hidden->effects == std::vector<plan::Effect>{{"table pets", std::nullopt}});
  CHECK((hidden + 1)->effects.empty());
}

TEST_CASE("a gate ends a stage, and each stage has the hash of its end") {
  const Plans plans(people, users);
  std::vector<std::int64_t> stages;
  for (const auto& step : plans.steps()) stages.push_back(step.stage);
  CHECK(stages == std::vector<std::int64_t>{1, 1, 1, 1, 2, 2, 2, 2});
  const auto& input = plans.planned.plan.databases.front();
  REQUIRE(input.stages.size() == 2);
  CHECK(input.stages.back() == input.to);

  auto states = states_of(plans.story.base.front());
  const std::vector<plan::Step> first(plans.steps().begin(), plans.steps().begin() + 4);
  play(states, first, "shop");
  std::vector<model::ObjectState> list;
  for (const auto& [object, state] : states) list.push_back({object, state});
  CHECK(input.stages.front() == model::state_hash("fake", list));

  const auto& back = plans.planned.reverse.databases.front();
  CHECK(back.stages == std::vector<std::string>{input.stages.front(), input.from});
  CHECK(plans.back().front().stage == 1);
  CHECK(plans.back().back().stage == 2);
}

TEST_CASE("the way back undoes each step, last first") {
  const Plans plans(people, users);
  const auto& reverse = plans.planned.reverse;
  CHECK(!reverse.forward);
  CHECK(reverse.databases.front().from == plans.planned.plan.databases.front().to);
  CHECK(reverse.databases.front().to == plans.planned.plan.databases.front().from);
  std::size_t last = plans.steps().size();
  for (std::size_t at = 0; at < plans.back().size(); ++at) {
    const auto& step = plans.back()[at];
    REQUIRE(step.undoes);
    const auto undone = plans.place(*step.undoes);
    CHECK(undone < last);
    CHECK(step.summary == "undo: " + plans.steps()[undone].summary);
    last = undone;
    CHECK(step.requires_steps ==
          (at == 0 ? std::vector<std::string>{} : std::vector<std::string>{plans.back()[at - 1].id}));
  }
  CHECK(reverse.complete);
}

TEST_CASE("what cannot be taken back is a gap that the way back tells of") {
  const Plans plans("database shop on fake { table users { id int primary key; } }", R"(
database shop on fake { table users { id int primary key; age int; } }
change 2 'run' { run 'ages' on shop for column users.age { do (alter table users add age int); undo nothing; } }
)");
  CHECK(plans.back().empty());
  CHECK(!plans.planned.reverse.complete);
  CHECK(plans.planned.reverse.reasons == std::vector<std::string>{"run 'ages' for table users: what it did"});
}

TEST_CASE("a statement on another database waits for all that came before, and what comes behind waits for it") {
  const Plans plans(R"(
database events on fake { table hits { id int primary key; old int; } }
database shop on fake { table users { id int primary key; old int; } }
)",
                    R"(
database events on fake { table hits { id int primary key; n int; } }
database shop on fake { table users { id int primary key; n int; } }
change 2 'both' {
  verify 'there are users' on shop (select count(*) from users) > 0;
  drop column events.hits.old with backup;
  drop column shop.users.old with backup;
}
)");
  std::vector<std::string> databases;
  for (const auto& step : plans.steps()) databases.push_back(step.database);
  REQUIRE(databases == std::vector<std::string>{"events", "shop", "shop", "events", "shop"});
  CHECK(plans.required(0) == Places{});
  CHECK(plans.required(1) == Places{});
  CHECK(plans.required(2) == Places{0, 1});
  CHECK(plans.required(3) == Places{0, 2});
  CHECK(plans.required(4) == Places{2});
}

TEST_CASE("a gate of no database is one of each") {
  const Plans plans(R"(
database events on fake { table hits { id int primary key; old int; } }
database shop on fake { table users { id int primary key; old int; } }
database quiet on fake { table q { id int primary key; } }
)",
                    R"(
database events on fake { table hits { id int primary key; } }
database shop on fake { table users { id int primary key; } }
database quiet on fake { table q { id int primary key; } }
change 2 'both' {
  gate 'ready';
  drop column events.hits.old with backup;
  drop column shop.users.old with backup;
}
)");
  std::vector<std::string> told;
  for (const auto& step : plans.steps())
    told.push_back(step.database + " " + std::to_string(step.stage) + " " + plan::kind_of(step));
  CHECK(told == std::vector<std::string>{"events 1 gate@1", "shop 1 gate@1", "events 2 run_sql@1", "shop 2 run_sql@1"});
  std::vector<std::string> names;
  for (const auto& input : plans.planned.plan.databases) names.push_back(input.name);
  CHECK(names == std::vector<std::string>{"events", "shop"});
}

TEST_CASE("nothing to do is a plan of nothing") {
  const Plans plans("database shop on fake { table users { id int primary key; } }",
                    "database shop on fake { table users { id int primary key; } }\nchange 2 'nothing';");
  CHECK(plans.steps().empty());
  CHECK(plans.planned.plan.databases.empty());
  CHECK(plans.back().empty());
}

TEST_CASE("what is adopted or forgotten is told, and moves the state without a step that changes anything") {
  const Plans plans("database shop on fake { table users { id int primary key; } }", R"(
database shop on fake { table pets { id int primary key; } }
change 2 'adopt' { adopt table pets; forget table users; }
)");
  const auto& input = plans.planned.plan.databases.front();
  CHECK(input.adopted == std::vector<std::string>{"table pets"});
  CHECK(input.forgotten == std::vector<std::string>{"table users"});
  CHECK(input.to == model::state_hash(plans.story.project.databases.front()));
  CHECK(plans.planned.reverse.databases.front().adopted == std::vector<std::string>{"table users"});
}

TEST_CASE("an outcome that is not the desired one is refused with what differs") {
  ChangeStory story("database shop on fake { table a { id int primary key; } table b { id int primary key; } }", R"(
database shop on fake { table a { id int primary key; n int; } table c { id int primary key; } table d { id int primary key; } }
change 2 'x' { drop table b with backup; }
)");
  REQUIRE_MESSAGE(!story.diagnostics.has_errors(), story.findings());
  auto changes = story.changes();
  std::erase_if(changes, [](const auto& change) { return change.object != "table d"; });
  planner::lower(story.base, story.project.databases, changes, story.project.policy, story.dialects, story.diagnostics);
  CHECK(story.findings() == R"(error[E0299]: the steps found for 'shop' would not lead to what is declared
 --> schema/shop.mig:2:1
  |
2 | database shop on fake { table a { id int primary key; n int; } table c { id int primary key; } table d { id int…
  | ^^^^^^^^^^^^^^^^^^^^^ this is a mistake of dmc, not of yours: nothing was written
  |
  = table a would differ
  = table b would still be there
  = table c would be missing
  = please report it with the sources; splitting the change in two often gets around it
)");
}
