// Every recipe on a real PostgreSQL server, and a mishap at its steps: what is left is told, a run comes to its end
// once the cause is gone, and an undo brings back what pg_dump printed before.
#include <doctest/doctest.h>

#include "tests/fault/recipe_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using Way = RecipeWorld::Way;

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
    MESSAGE(world->recipe.name << ": " << world->events(Way::forth).acting().size() << " statements forth, "
                               << world->events(Way::back).acting().size() << " back");
  }
}
