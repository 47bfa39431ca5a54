#include <filesystem>

#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> base{"create table people (id integer primary key, n int)"};

executor::PlanPair two_steps_and_a_gate() {
  PlanMaker maker(base);
  maker.add(sql_step("add a", {"alter table people add column a text"}, {"alter table people drop column a"}));
  maker.add(gate_step("deployed"));
  maker.add(sql_step("add b", {"alter table people add column b text"}, {"alter table people drop column b"}));
  return maker.make();
}

struct Copies : RunnerWorld {
  executor::RunResult run_at(const executor::PlanPair& plans, const std::string& path, executor::Options options = {}) {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::run(plans, {{"shop", {"sqlite", path}}}, options, surroundings);
  }
  executor::TargetResult rebind(const std::string& path, const std::string& why = {}) {
    session::Stop quiet;
    auto surroundings = environment(*real, quiet);
    return executor::rebind({"shop", {"sqlite", path}}, why, surroundings);
  }
};

}  // namespace

TEST_CASE("MRK-5: a copy is refused while its original is there, half way through a change and at rest") {
  Copies world;
  const auto plans = two_steps_and_a_gate();
  world.begin_with(base, plans);
  const auto copy = world.folder.at("copy.db");
  SUBCASE("at rest") {}
  SUBCASE("half way") { REQUIRE(world.run(plans).exit_code == 4); }
  fs::copy_file(world.file(), copy);
  const auto result = world.run_at(plans, copy);
  CHECK(result.exit_code == executor::exit_code::not_in_base);
  CHECK(result.targets.front().verdict == executor::Verdict::copy);
  CHECK(result.targets.front().text.find("[E0801]") != std::string::npos);
  CHECK(result.targets.front().next.command.starts_with("dmc rebind"));
  // The original is as it was, and goes on.
  CHECK(world.run(plans, {.through = {"deployed"}, .lossy = {}, .confirm = {}}).exit_code == 0);
}

TEST_CASE(
    "MRK-5: half way through a change another place is refused even when the original is gone; at rest it warns") {
  Copies world;
  const auto plans = two_steps_and_a_gate();
  world.begin_with(base, plans);
  const auto moved = world.folder.at("moved.db");
  bool half_way = false;
  SUBCASE("at rest") {}
  SUBCASE("half way") { half_way = true; }
  if (half_way) REQUIRE(world.run(plans).exit_code == 4);
  fs::copy_file(world.file(), moved);
  fs::remove(world.file());
  const auto result = world.run_at(plans, moved);
  CHECK(result.exit_code == (half_way ? executor::exit_code::not_in_base : executor::exit_code::waiting));
  if (!half_way) CHECK(result.targets.front().warnings.size() == 1);
}

TEST_CASE("a renamed database and a backup in the place of the original are no copies") {
  Copies world;
  const auto plans = two_steps_and_a_gate();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 4);
  const auto other = world.folder.at("other.db");
  fs::rename(world.file(), other);
  CHECK(world.run_at(plans, other).exit_code == 4);
  fs::copy_file(other, world.folder.at("backup.db"));
  fs::remove(other);
  fs::rename(world.folder.at("backup.db"), other);
  CHECK(world.run_at(plans, other).exit_code == 4);
}

TEST_CASE("rebind: the copy goes its own way, with the marker and the history of the original") {
  Copies world;
  const auto plans = two_steps_and_a_gate();
  world.begin_with(base, plans);
  REQUIRE(world.run(plans).exit_code == 4);
  const auto copy = world.folder.at("copy.db");
  fs::copy_file(world.file(), copy);
  const auto original = world.one("select target_id from _dmc_target");
  const auto result = world.rebind(copy);
  REQUIRE_MESSAGE(result.exit_code == 0, result.text);
  CHECK(rows_of(copy, "select target_id from _dmc_target").front() != original);
  CHECK(rows_of(copy, "select move from _dmc_history order by seq desc limit 1").front() == "rebind");
  const executor::Options through{.through = {"deployed"}, .lossy = {}, .confirm = {}};
  CHECK(world.run_at(plans, copy, through).exit_code == 0);
  CHECK(rows_of(copy, "select count(*) from pragma_table_info('people') where name = 'b'").front() == "1");
  CHECK(world.states() == "done absent absent");
  CHECK(world.run(plans, through).exit_code == 0);
}

TEST_CASE("rebind refuses what is no copy of such a database") {
  Copies world;
  const auto plans = two_steps_and_a_gate();
  world.begin_with(base, plans);
  const auto original = world.one("select target_id from _dmc_target");
  CHECK(world.rebind(world.file()).text.find("[E0802]") != std::string::npos);
  CHECK(world.one("select target_id from _dmc_target") == original);
  CHECK(world.rebind(world.file(), "restored on another machine").exit_code == 0);
  CHECK(world.one("select evidence from _dmc_history order by seq desc limit 1")
            .ends_with("; restored on another machine"));
  CHECK(world.rebind(world.folder.at("nothing.db")).exit_code == executor::exit_code::not_in_base);
  execute_script(world.folder.at("plain.db"), "create table a (n)");
  CHECK(world.rebind(world.folder.at("plain.db")).verdict == executor::Verdict::no_ledger);
}
