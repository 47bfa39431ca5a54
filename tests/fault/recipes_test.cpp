// Every recipe on a real PostgreSQL server, and a mishap at its steps: what is left is told, a run comes to its end
// once the cause is gone, and an undo brings back what pg_dump printed before. DMC_FAULT_EVENTS says at how many events
// of each run, or "all".
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>

#include <doctest/doctest.h>

#include "tests/fault/recipe_world.hpp"
#include "tests/support/postgres_proxy.hpp"

using namespace dmc;
using namespace dmc::tests;
using Way = RecipeWorld::Way;

namespace {

Way other(Way way) { return way == Way::forth ? Way::back : Way::forth; }

/// So many of the events at which something was done, from the first to the last.
std::vector<long> chosen(const Events& events, std::size_t usual) {
  const auto all = events.acting();
  const char* wanted = std::getenv("DMC_FAULT_EVENTS");
  const std::size_t count = !wanted ? usual : std::string_view(wanted) == "all" ? all.size() : std::stoul(wanted);
  std::vector<long> some;
  for (std::size_t i = 0; i < std::min(count, all.size()); ++i)
    some.push_back(all[(2 * i + 1) * all.size() / (2 * std::min(count, all.size()))]);
  return some;
}

/// The command that a person would type next; whoever still holds the target is on his way out.
Answer quietly(RecipeWorld& world, Way way) {
  Answer answer;
  for (int tries = 0; tries < 100; ++tries) {
    answer = world.go(way);
    constexpr int held = 5;
    if (answer.exit != held) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return answer;
}

/// From wherever a mishap left it: every other time to its end and back, every other time straight back.
void recovers(RecipeWorld& world, Way way, long number, const std::string& where) {
  CAPTURE(where);
  for (const auto to : {way, other(way)}) {
    if (to == way && number % 2 == 1) continue;
    const auto answer = quietly(world, to);
    REQUIRE_MESSAGE(answer.exit == 0, answer.text);
    REQUIRE(world.wrong(to) == "");
  }
}

enum class Ways { both, by_turns, by_other_turns };

/// Calls `mishap` for every chosen event of every recipe, and sees to it that the world recovers. By turns: one recipe
/// there, the next one back, unless events are asked for.
template <class Mishap>
void at_every_recipe(const char* name, Ways ways, const Mishap& mishap) {
  constexpr std::size_t usual = 1;
  if (std::getenv("DMC_FAULT_EVENTS")) ways = Ways::both;
  auto* worlds = recipe_worlds(name);
  if (!worlds) return;
  long number = 0, turn = ways == Ways::by_turns ? 0 : 1;
  for (auto& world : *worlds) {
    const auto left_out = turn++ % 2 == 0 ? Way::back : Way::forth;
    CAPTURE(world->recipe.name);
    world->afresh();
    for (const auto way : {Way::forth, Way::back}) {
      CAPTURE((way == Way::forth ? "forth" : "back"));
      if (ways != Ways::both && way == left_out) continue;
      if (way == Way::back) world->begin(Way::back);
      for (const long at : chosen(world->events(way), usual)) {
        const auto where = std::to_string(at) + " " + world->events(way).all.at(static_cast<std::size_t>(at) - 1);
        CAPTURE(where);
        mishap(*world, way, at);
        recovers(*world, way, number++ + turn / 2, where);  // so that each way is left both ways
      }
      if (way == Way::back) world->begin(Way::forth);
    }
  }
  MESSAGE(number << " runs");
}

FaultPoint meanwhile(long at, std::function<void(bool)> what) {
  FaultPoint point;
  point.kind = FaultKind::meanwhile;
  point.at = at;
  point.meanwhile = std::move(what);
  return point;
}

/// A run during which that happens at the event, and which may be the last one.
Answer disturbed(RecipeWorld& world, Way way, long at, const std::function<void()>& what) {
  auto point = meanwhile(at, [&](bool) { what(); });
  const auto real = session::connector();
  FaultConnector connector(*real, point);
  const auto answer = world.go(way, &connector);
  CHECK(!point.where.empty());
  return answer;
}

/// A run whose connection is gone says so, unless nothing was left to be said over it.
void told_of_the_loss(RecipeWorld& world, Way way, const Answer& answer) {
  if (answer.exit == 0) {
    CHECK(world.wrong(way) == "");
    return;
  }
  CHECK_MESSAGE(answer.exit == 3, answer.text);
  CHECK_MESSAGE(answer.text.find("next: ") != std::string::npos, answer.text);
  const auto status = world.dmc({"status", "--on", "shop=" + world.url.engine + ":" + world.url.location});
  constexpr int half_way = 3, under_way = 4;
  CHECK_MESSAGE((status.exit == 0 || status.exit == half_way || status.exit == under_way), status.text);
}

const char* const end_of_session =
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'dmc/%' and datname = "
    "current_database() and pid <> pg_backend_pid()";

}  // namespace

TEST_CASE("every recipe runs, is taken back, and comes back the same") {
  auto* worlds = recipe_worlds("every recipe on PostgreSQL");
  if (!worlds) return;
  for (auto& world : *worlds) {
    CAPTURE(world->recipe.name);
    CHECK(world->wanted(Way::forth) != world->wanted(Way::back));
    CHECK(world->wrong(Way::back) == "");
    world->begin(Way::back);
    CHECK(world->wrong(Way::forth) == "");
    world->begin(Way::forth);
    CHECK(world->wrong(Way::back) == "");
    CHECK(world->events(Way::forth).acting().size() >= 4);
  }
}

TEST_CASE("SRV: dmc is killed at any step of any recipe") {
  at_every_recipe("recipes, killed", Ways::both, [](RecipeWorld& world, Way way, long at) {
    FaultPoint point;
    point.kind = FaultKind::killed;
    point.at = at;
    int status = 0;
    ::waitpid(world.apart(way, point), &status, 0);
    CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  });
}

TEST_CASE("SRV: the session is ended on the server at any step of any recipe") {
  at_every_recipe("recipes, terminated", Ways::by_turns, [](RecipeWorld& world, Way way, long at) {
    const auto answer =
        disturbed(world, way, at, [&] { CHECK(!world.server.rows(world.database, end_of_session).empty()); });
    told_of_the_loss(world, way, answer);
  });
}

TEST_CASE("SRV: the connection is cut at any step of any recipe") {
  at_every_recipe("recipes, cut off", Ways::by_other_turns, [](RecipeWorld& world, Way way, long at) {
    std::atomic<bool> cut = false;
    PostgresProxy proxy(world.server.socket_path(), [&](std::string&) { return !cut; });
    const auto direct = world.url;
    world.url = proxy.at(world.database);
    const auto answer = disturbed(world, way, at, [&] { cut = true; });
    world.url = direct;
    told_of_the_loss(world, way, answer);
  });
}

TEST_CASE("SRV: the server is killed and started again at any step of any recipe") {
  at_every_recipe("recipes, server killed", Ways::by_turns, [](RecipeWorld& world, Way way, long at) {
    const auto answer = disturbed(world, way, at, [&] {
      world.server.kill();
      world.server.start();
    });
    told_of_the_loss(world, way, answer);
  });
}

TEST_CASE("SRV LCK-1: a runner is stopped with SIGSTOP at any step, taken over, and continued: it writes nothing") {
  at_every_recipe("recipes, taken over", Ways::both, [](RecipeWorld& world, Way way, long at) {
    const int first = world.apart(way, meanwhile(at, [](bool) { ::raise(SIGSTOP); }));
    int status = 0;
    ::waitpid(first, &status, WUNTRACED);
    REQUIRE(WIFSTOPPED(status));
    const auto refused = world.go(way);
    CHECK_MESSAGE(refused.exit == 5, refused.text);
    const auto second = world.go(way, nullptr, nullptr, {"--take-over"});
    CHECK_MESSAGE(second.exit == 0, second.text);
    const auto there = world.picture() + world.ledger();
    ::kill(first, SIGCONT);
    ::waitpid(first, &status, 0);
    CHECK((WIFEXITED(status) && WEXITSTATUS(status) != 0));
    CHECK(difference(world.picture() + world.ledger(), there) == "only the order of lines differs");
    CHECK(world.wrong(way) == "");
  });
}
