// Each guard of the protocol taken out once: the harness must notice that it is missing.
#include "tests/support/fake_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::fake;

namespace {

/// Sets a guard aside for as long as it lives.
class Without {
 public:
  explicit Without(Mutant which) { mutant = which; }
  ~Without() {
    mutant = Mutant::none;
    epoch_guard = true;
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
};

/// How often another runner that takes over in the middle makes the world end otherwise than it must.
std::size_t bad_takeovers(bool fence, bool epochs) {
  const auto way = course("run", provable(), true);
  World world;
  world.server.fence = fence;
  epoch_guard = epochs;
  constexpr Kind takeovers[] = {{Mishap::taken_over, 0}, {Mishap::taken_over, 60}, {Mishap::taken_over, -1}};
  const auto tally = suffered(world, way, 1, 1, takeovers);
  MESSAGE(tally.bad.size() << " bad of " << tally.runs);
  return tally.bad.size();
}

}  // namespace

TEST_CASE("mutant: sessions that a takeover does not end") {
  const Without none(Mutant::none);
  CHECK(bad_takeovers(true, true) == 0);
  CHECK(bad_takeovers(false, true) > 0);
}

TEST_CASE("LED-6: rows of another generation never satisfy a step, and without generations they do") {
  // There by one plan, back by another, there again by the first: its rows of the first time still say done.
  PlanMaker one(base), two({base[0], base[1], base[2], "create table extra (n integer)"});
  const auto there = one.on("fake").add(by_post("first")).add(new_table()).make();
  auto drop = new_table(), forget = by_post("first");
  std::swap(drop.forward, *drop.reverse);
  std::swap(forget.forward, *forget.reverse);
  const auto back = two.on("fake").numbered(2).add(drop).add(forget).make();
  const auto both_ways = [&] {
    World world;
    REQUIRE(world.go(there, true).exit_code == 0);
    const auto end = world.server.dump();
    if (world.go(back, true).exit_code != 0) return false;
    return world.go(there, true).exit_code == 0 && world.server.dump() == end;
  };
  CHECK(both_ways());
  const Without generation(Mutant::no_generation);
  CHECK_FALSE(both_ways());
}

TEST_CASE("mutant: a marker that does not say moving") {
  const auto plans = provable();
  World world;
  Mischief first{.what = Mishap::dies, .at = events_of(world, course("run", plans, true)) / 2, .late = -1};
  world.server.back_to_base();
  world.suffer(plans, true, first);
  const Without moving(Mutant::no_moving);
  const auto result = world.go(another(), true);
  // The true diagnosis is gone: it is told as drift, or runs on what is half applied.
  CHECK(result.targets.front().verdict != executor::Verdict::under_way);
}

TEST_CASE("mutant: the guarded update of a step taken out, with nothing else left in its place") {
  std::size_t with_guard = 0, without_guard = 0;
  {
    const Without rest(Mutant::none);
    with_guard = bad_takeovers(false, false);
  }
  {
    const Without guard(Mutant::no_guarded_update);
    without_guard = bad_takeovers(false, false);
  }
  CHECK(without_guard > with_guard);
}

TEST_CASE("mutant: undo without settling first what is intended") {
  const auto there = course("run", provable(), true);
  const auto bad = [&] {
    World world;
    std::size_t bad = 0;
    const long events = events_of(world, there);
    for (long at = 1; at <= events; ++at) {
      world.server.back_to_base();
      Mischief first{.what = Mishap::dies, .at = at, .late = 0};
      world.suffer(there.plans, true, first);
      const auto result = world.go(there.plans, false);
      if (result.exit_code != 0 || world.server.dump() != there.start) ++bad;
    }
    return bad;
  };
  CHECK(bad() == 0);
  const Without settle(Mutant::no_settle);
  CHECK(bad() > 0);
}
