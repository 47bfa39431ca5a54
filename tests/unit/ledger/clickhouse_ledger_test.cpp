// The ledger of slots on real ClickHouse servers.
#include <algorithm>
#include <thread>

#include "runtime/ledger/ledger.hpp"
#include "tests/support/clickhouse_opened.hpp"

using namespace dmc;
using namespace dmc::ledger;
using namespace dmc::session::on_clickhouse;

namespace {

plan::Step step(const std::string& id) {
  plan::Step step;
  step.id = id;
  return step;
}

/// One runner: its session, and the ledger through it.
struct Runner {
  explicit Runner(Opened& opened) : session(opened.open()), ledger(keeper_of("clickhouse")->open(*session)) {}
  Ledger* operator->() { return ledger.get(); }
  template <class Act>
  void in_unit(Act act) {
    Unit unit(*ledger);
    act();
    unit.commit();
  }
  std::unique_ptr<session::Session> session;
  std::unique_ptr<Ledger> ledger;
};

NewTarget shop() {
  NewTarget target;
  target.identity.project = "tests";
  target.identity.database = "shop";
  target.at_hash = "sha256:a";
  target.at_name = "1";
  target.normaliser = "clickhouse 18.16";
  return target;
}

Move moved(const std::string& what) {
  Move move;
  move.move = what;
  move.to_hash = "sha256:a";
  move.evidence = "it's \\ \"so\" é";
  return move;
}

/// A target with a plan of two steps under way.
Grip begun(Runner& runner, const std::string& plan_bytes = "{}") {
  runner.in_unit([&] {
    runner->create(shop());
    runner->remember(moved("adopt"));
  });
  const auto epoch = runner->take_over(R"({"session":"dmc-0@default"})", 0);
  Grip grip{epoch, 0};
  runner.in_unit([&] {
    runner->begin(epoch, "sha256:a", "sha256:p", "sha256:b", "scope");
    grip.generation = runner->target().generation;
    runner->insert_steps(grip, {step("one"), step("two")});
    runner->put_plan("sha256:p", plan_bytes);
    runner->remember(moved("begin"));
  });
  return grip;
}

std::vector<State> states(Ledger& ledger, std::int64_t generation) {
  std::vector<State> states;
  for (const auto& row : ledger.steps(generation)) states.push_back(row.state);
  return states;
}

}  // namespace

TEST_CASE("ClickHouse: a ledger keeps marker, history, steps and plans, for whoever reads it") {
  on_both("clickhouse ledger", [](Opened& opened) {
    Runner runner(opened);
    CHECK(!runner->exists());
    // Longer than a server reads of a statement, with everything that a literal has to hide.
    std::string bytes = "{\"text\":\"it's \\\\ \\n ? $1 é\",\"long\":\"";
    bytes.append(1'500'000, 'x').append("\"}");
    const auto grip = begun(runner, bytes);
    CHECK(grip.generation == 1);
    runner.in_unit([&] {
      runner->fence(grip);
      runner->move_step(grip, "one", State::absent, State::intended, true);
    });
    Facts facts;
    facts.forward.before = {"7"};
    runner.in_unit([&] {
      runner->move_step(grip, "one", State::intended, State::done, false);
      runner->set_facts(grip, "one", State::done, facts, runner->next_seq());
      runner->put_object("table a", "sha256:1", "n", 1);
      runner->put_object("table b", "sha256:2", "n", 1);
    });
    runner.in_unit([&] { runner->drop_object("table b"); });
    for (const bool same : {true, false}) {
      Runner other(opened);
      auto& ledger = same ? *runner.ledger : *other.ledger;
      CHECK(ledger.exists());
      const auto target = ledger.target();
      CHECK(target.moving.value().plan == "sha256:p");
      CHECK(target.epoch == 1);
      CHECK(ledger.plan("sha256:p") == bytes);
      CHECK(states(ledger, 1) == std::vector{State::done, State::absent});
      CHECK(ledger.step(1, "one")->facts.forward.before == std::vector<std::string>{"7"});
      CHECK(ledger.objects().size() == 1);
      CHECK(ledger.moves().size() == 2);
      CHECK(ledger.moves().back().first.evidence == "it's \\ \"so\" é");
      CHECK(!ledger.broken_chain());
      CHECK(ledger.next_seq() == ledger.step(1, "one")->seq.value() + 1);
    }
  });
}

TEST_CASE("ClickHouse: what no slot names does not count, and of two that claim one wins") {
  on_both("clickhouse slots", [](Opened& opened) {
    Runner first(opened);
    const auto grip = begun(first);
    Runner second(opened), third(opened);
    // Both looked at the same slot.
    const auto before = second->target().epoch;
    {
      Unit unit(*second.ledger);
      CHECK(second->take_over_within("{}", before) == before + 1);
      second->put_gate({before + 1, 1}, {"gate", "second", {}});
      Unit other(*third.ledger);
      third->take_over_within("{}", before);
      third->put_gate({before + 1, 1}, {"gate", "third", {}});
      other.commit();
      CHECK_THROWS_AS(unit.commit(), Fenced);
    }
    for (auto* runner : {&second, &third}) {
      CHECK((*runner)->gates(1).size() == 1);
      CHECK((*runner)->gates(1).at(0).evidence == "third");
      CHECK((*runner)->target().epoch == before + 1);
    }
    CHECK_THROWS_AS(first->fence(grip), Fenced);
    CHECK_THROWS_AS(second->take_over("{}", before), Fenced);
  });
}

TEST_CASE("ClickHouse: old slots become records, and a late claim of their numbers means nothing") {
  on_both("clickhouse old slots", [](Opened& opened) {
    Runner runner(opened), late(opened);
    begun(runner);
    const auto before = late->target().epoch;
    {
      Unit unit(*late.ledger);
      late->take_over_within("{}", before);
      for (int i = 0; i < 40; ++i)
        runner.in_unit([&] {
          runner->take_over_within(R"({"session":"dmc-0@default"})", runner->target().epoch);
          runner->remember(moved("rebind"));
        });
      CHECK_THROWS_AS(unit.commit(), Fenced);
    }
    Runner reader(opened);
    for (auto* one : {&runner, &reader, &late}) {
      CHECK((*one)->target().epoch == before + 40);
      CHECK((*one)->moves().size() == 42);
      CHECK(!(*one)->broken_chain());
      CHECK(states(*one->ledger, 1) == std::vector{State::absent, State::absent});
    }
    const auto tables = [&] {
      return reader.session
          ->query("select count() from system.tables where database = currentDatabase() and name like '_dmc_slot_%'")
          .rows;
    };
    CHECK(std::get<std::int64_t>(tables().at(0).at(0)) <= 17);
    // The late claim made its table; it goes with the next ones.
    for (int i = 0; i < 20; ++i) runner->take_over("{}", runner->target().epoch);
    CHECK(std::get<std::int64_t>(tables().at(0).at(0)) <= 16);
    CHECK(reader->moves().size() == 42);
  });
}

TEST_CASE("ClickHouse: a claim whose records were not named behind it counts") {
  on_both("clickhouse cut claim", [](Opened& opened) {
    Runner runner(opened);
    begun(runner);
    runner.session->execute("create table copy engine = MergeTree order by key as select * from _dmc_record", {});
    runner.session->execute("drop table _dmc_record", {});
    runner.session->execute(
        "create table _dmc_record (kind String, key String, version Int64, unit String, body "
        "Nullable(String)) engine = MergeTree order by (kind, key, version)",
        {});
    runner.session->execute("insert into _dmc_record select * from copy where kind != 'unit'", {});
    Runner reader(opened);
    CHECK(states(*reader.ledger, 1) == std::vector{State::absent, State::absent});
    CHECK(reader->plan("sha256:p") == "{}");
  });
}

TEST_CASE("ClickHouse: of those who claim a slot at once one wins") {
  on_both("clickhouse contenders", [](Opened& opened) {
    Runner runner(opened);
    runner.in_unit([&] { runner->create(shop()); });
    constexpr int contenders = 8, rounds = 12;
    for (int round = 0; round < rounds; ++round) {
      std::vector<std::unique_ptr<Runner>> all;
      for (int i = 0; i < contenders; ++i) all.push_back(std::make_unique<Runner>(opened));
      std::atomic<int> won = 0, lost = 0;
      std::vector<std::thread> threads;
      for (auto& one : all)
        threads.emplace_back([&] {
          try {
            (*one)->take_over("{}", round);
            ++won;
          } catch (const Fenced&) {
            ++lost;
          }
        });
      for (auto& thread : threads) thread.join();
      CHECK(won == 1);
      CHECK(lost == contenders - 1);
    }
    CHECK(runner->target().epoch == rounds);
  });
}
