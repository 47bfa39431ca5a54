// PLN-3, PLN-4: a run that was told what to expect does that or nothing; a target of a cluster is reached as one.
#include "runtime/executor/expectation.hpp"

#include <doctest/doctest.h>

#include "tests/support/runner_world.hpp"

using namespace dmc;
using namespace dmc::tests;
using executor::Verdict;

namespace {

const std::vector<std::string> people{"create table people (id integer primary key, first text)"};

executor::PlanPair one_column() {
  PlanMaker maker(people);
  maker.add(sql_step("add a", {"alter table people add column a"}, {"alter table people drop column a"}));
  return maker.make();
}

struct OneTarget {
  RunnerWorld world;
  executor::PlanPair plans = one_column();
  OneTarget() { world.begin_with(people, plans); }

  std::string digest(bool undo = false) {
    executor::Options options;
    options.dry_run = true;
    return (undo ? world.undo(plans, options) : world.run(plans, options)).digest;
  }
  executor::RunResult expecting(const std::string& digest) {
    executor::Options options;
    options.expect = digest;
    return world.run(plans, options);
  }
  executor::RunResult with_index(std::int64_t sequence, bool undo = false, const std::string& hash = "sha256:1a") {
    executor::Options options;
    options.index = ledger::SealedIndex{sequence, hash};
    return undo ? world.undo(plans, options) : world.run(plans, options);
  }
  executor::RunResult as(const std::string& cluster, const std::string& shard) {
    session::Stop quiet;
    auto surroundings = world.environment(*world.real, quiet);
    auto target = world.target();
    target.cluster = cluster;
    target.shard = shard;
    return executor::run(plans, {target}, {}, surroundings);
  }
  std::string columns() { return world.one("select count(*) from pragma_table_info('people')"); }
};

}  // namespace

TEST_CASE("PLN-3 a dry run gives the same digest until something moves") {
  OneTarget one;
  const auto before = one.digest();
  CHECK(before.size() == 71);
  CHECK(one.digest() == before);
  CHECK(one.digest(true) != before);
  const auto refused = one.expecting("sha256:0123456789abcdef");
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.text.starts_with("this is not what was expected [E0515]; nothing was changed"));
  CHECK(refused.digest == before);
  CHECK(one.columns() == "2");
  const auto done = one.expecting(before);
  CHECK_MESSAGE(done.exit_code == 0, text(done));
  CHECK(one.columns() == "3");
  CHECK(one.digest() != before);
  CHECK(one.expecting(before).exit_code == executor::exit_code::refused);
}

TEST_CASE("PLN-3 the digest is of the database, not of the way to it") {
  OneTarget one;
  const auto before = one.digest();
  one.world.one("select 1");
  execute_script(one.world.file(), "update _dmc_target set target_id = 'another'");
  CHECK(one.digest() != before);
}

TEST_CASE("a digest is meant by its whole, its digits, or at least twelve of them") {
  const std::string digest = "sha256:0123456789abcdef";
  for (const char* word : {"sha256:0123456789abcdef", "0123456789abcdef", "0123456789ab", "sha256:0123456789ab"})
    CHECK_MESSAGE(executor::means_digest(word, digest), word);
  for (const char* word : {"", "sha256:", "0123456789a", "sha256:0123456789a", "123456789abc", "0123456789abcdef0"})
    CHECK_MESSAGE(!executor::means_digest(word, digest), word);
  CHECK(!executor::means_digest("", ""));
}

TEST_CASE("PLN-4 a target that has seen a newer index runs no plan of an older one, and takes none back") {
  OneTarget one;
  CHECK(one.with_index(7).exit_code == 0);
  const auto older = one.with_index(6, true);
  CHECK(older.exit_code == executor::exit_code::refused);
  CHECK(older.targets.at(0).verdict == Verdict::older_index);
  CHECK(one.columns() == "3");
  CHECK(one.with_index(8, true).exit_code == 0);
  CHECK(one.with_index(7).targets.at(0).verdict == Verdict::older_index);
  CHECK(one.columns() == "2");
  CHECK(one.with_index(8).exit_code == 0);
}

TEST_CASE("PLN-4 a target that has seen an index runs no plan of another one with the same number") {
  OneTarget one;
  CHECK(one.with_index(7, false, "sha256:1a").exit_code == 0);
  const auto other = one.with_index(7, true, "sha256:2b");
  CHECK(other.exit_code == executor::exit_code::refused);
  CHECK(other.targets.at(0).verdict == Verdict::other_index);
  CHECK(other.targets.at(0).text.find("[E0523]") != std::string::npos);
  CHECK(one.columns() == "3");
  CHECK(one.with_index(7, true, "sha256:1a").exit_code == 0);
  CHECK(one.with_index(8, false, "sha256:2b").exit_code == 0);
  // What a ledger of format 1 had seen was a number only.
  execute_script(one.world.file(), "alter table _dmc_target drop column index_hash");
  execute_script(one.world.file(), "update _dmc_target set ledger_format = 1");
  CHECK(one.with_index(7, true).targets.at(0).verdict == Verdict::older_index);
  CHECK(one.with_index(8, true, "sha256:3c").exit_code == 0);
  CHECK(one.world.one("select ledger_format || ' ' || index_seq || ' ' || index_hash from _dmc_target") ==
        "2 8 sha256:3c");
  CHECK(one.with_index(8, false, "sha256:2b").targets.at(0).verdict == Verdict::other_index);
}

TEST_CASE("PLN-4 a target of a cluster is not changed without the cluster's inventory") {
  OneTarget one;
  execute_script(one.world.file(), "update _dmc_target set cluster = 'prod', shard = 'eu1'");
  const auto refused = one.world.run(one.plans);
  CHECK(refused.exit_code == executor::exit_code::refused);
  CHECK(refused.targets.at(0).verdict == Verdict::of_cluster);
  CHECK(refused.targets.at(0).next.command.find("--cluster clusters/prod.mig") != std::string::npos);
  CHECK(one.world.undo(one.plans).targets.at(0).verdict == Verdict::of_cluster);
  CHECK(one.columns() == "2");
  CHECK(one.as("staging", "eu1").targets.at(0).verdict == Verdict::foreign);
  CHECK(one.as("prod", "eu1").exit_code == 0);
}

TEST_CASE("PLN-4 an adopted target joins the cluster that it is first run in, and belongs to no other from then on") {
  OneTarget one;
  CHECK(one.world.one("select cluster || '/' || shard from _dmc_target") == "/");
  CHECK(one.as("prod", "eu1").exit_code == 0);
  CHECK(one.world.one("select cluster || '/' || shard from _dmc_target") == "prod/eu1");
  CHECK(one.world.one("select evidence from _dmc_history where move = 'begin'") == "joins cluster prod as eu1");
  CHECK(one.as("prod", "us1").targets.at(0).verdict == Verdict::foreign);
  CHECK(one.world.undo(one.plans).targets.at(0).verdict == Verdict::of_cluster);
}

TEST_CASE("PLN-4 a target that was bound anew joins its cluster also where it has nothing to do") {
  OneTarget one;
  CHECK(one.as("prod", "eu1").exit_code == 0);
  session::Stop quiet;
  auto surroundings = one.world.environment(*one.world.real, quiet);
  REQUIRE(executor::rebind(one.world.target(), "restored elsewhere", surroundings).exit_code == 0);
  REQUIRE(one.world.one("select cluster || '/' || shard from _dmc_target") == "/");
  const auto joined = one.as("prod", "eu1");
  CHECK_MESSAGE(joined.exit_code == 0, text(joined));
  CHECK(joined.targets.at(0).outcome == "nothing to do");
  CHECK(joined.targets.at(0).text.ends_with("from now on it is shard 'eu1' of cluster 'prod'"));
  CHECK(one.world.one("select cluster || '/' || shard from _dmc_target") == "prod/eu1");
  CHECK(one.world.one("select evidence from _dmc_history order by seq desc limit 1") == "joins cluster prod as eu1");
  CHECK(one.world.undo(one.plans).targets.at(0).verdict == Verdict::of_cluster);
}
