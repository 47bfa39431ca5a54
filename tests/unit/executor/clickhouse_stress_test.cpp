// Two runners on a real ClickHouse server, and one of them in trouble; and a mutant in which nobody's session is ended.
#include "runtime/executor/holder.hpp"
#include "tests/support/clickhouse_world.hpp"
#include "tests/support/trouble.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

using Kind = ClickhouseServer::Kind;

/// SQLite's words, for the plan maker.
const std::vector<std::string> base{"create table log (n integer not null, x text not null)",
                                    "create table people (id integer not null)"};

MadeStep outside(MadeStep made, const std::string& none, const std::string& once, const std::string& means) {
  const auto before = check("there is no " + means, none, "0");
  const auto after = check("there is one " + means, once, "1");
  made.forward.pre = made.reverse->post = {before};
  made.forward.post = made.reverse->pre = {after};
  for (auto* step : {&made.forward, &*made.reverse}) {
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = plan::ExactlyOnce::post;
  }
  return made;
}

/// Twice would be seen.
MadeStep log_step(const std::string& line) {
  const auto lines = "select toInt64(sum(n)) from log where x = '" + line + "'";
  auto made = sql_step("log " + line, {"insert into log values ('" + line + "', 1)"},
                       {"insert into log values ('" + line + "', -1)"});
  made.scratch = std::vector<std::string>{};
  return outside(std::move(made), lines, lines, "line " + line);
}

MadeStep table_step(const std::string& name) {
  const auto tables =
      "select toInt64(count()) from system.tables where database = currentDatabase() and name = '" + name + "'";
  auto made = sql_step("table " + name, {"create table " + name + " (id Int32) engine = MergeTree order by id"},
                       {"drop table " + name});
  made.scratch = std::vector<std::string>{"create table " + name + " (id integer not null)"};
  return outside(std::move(made), tables, tables, "table " + name);
}

struct Stressed : ClickhouseWorld {
  using ClickhouseWorld::ClickhouseWorld;
  static constexpr bool frozen_holds = false;
  static constexpr std::string_view once_only = "sent: insert into log values ('a";

  /// Three to six steps; one of them always is not to be repeated.
  static executor::PlanPair drawn_plans(Draw& draw) {
    PlanMaker maker(base);
    maker.on("clickhouse");
    const long steps = 3 + draw.below(4), unrepeatable = draw.below(steps);
    for (long i = 0; i < steps; ++i) {
      const auto number = std::to_string(i);
      switch (i == unrepeatable ? 3 : draw.below(4)) {
        case 0:
          maker.add(table_step("t" + number));
          break;
        case 1:
          maker.add(
              verify_step("nobody is left out " + number, "select toInt64(count()) from people where id < 0", "0"));
          break;
        default:
          maker.add(log_step("a" + number));
      }
    }
    return maker.make();
  }

  void begin(const executor::PlanPair& plans) {
    begin_with({"create table log (x String, n Int32) engine = MergeTree order by x",
                "create table people (id Int32) engine = MergeTree order by id",
                "insert into people select toInt32(number) from numbers(5)"},
               plans);
  }

  /// Rows, tables and columns, and where the ledger stands; without what differs from run to run.
  std::string picture() {
    std::string all;
    for (const std::string sql : {"select x, toInt64(sum(n)) as s from log group by x having s != 0 order by x",
                                  "select id from people order by id",
                                  "select table, name from system.columns where database = currentDatabase() and not "
                                  "startsWith(table, '_dmc_') order by table, name"}) {
      for (const auto& row : rows(sql)) all += row + " ";
      all += "\n";
    }
    with_ledger([&](ledger::Ledger& ledger) {
      const auto target = ledger.target();
      all += target.at_hash + " " + target.at_name + (target.moving ? " moving\n" : " at rest\n");
      for (const auto& row : ledger.steps(target.generation))
        all += row.step + " " + std::to_string(static_cast<int>(row.state)) + "\n";
      for (const auto& object : ledger.objects()) all += object.object + " " + object.state + "\n";
    });
    return all;
  }

  /// Every row of the ledger that counts.
  std::string ledger() const {
    std::string all;
    for (const std::string sql :
         {"select table, default_expression from system.columns where database = currentDatabase() and "
          "startsWith(table, '_dmc_slot_') order by table, name",
          "select key, version, unit, body from _dmc_record where unit in (select key from _dmc_record where kind = "
          "'unit') order by kind, key, version"})
      for (const auto& row : rows(sql)) all += row + "\n";
    return all;
  }

  void cut_off() {
    std::string handle;
    with_ledger([&](ledger::Ledger& ledger) { handle = executor::session_of(ledger.target()); });
    real->open(url, session::Missing::refuse, session::Access::write)->place().end(handle);
  }

 private:
  template <class Act>
  void with_ledger(Act act) {
    const auto session = real->open(url, session::Missing::refuse, session::Access::write);
    act(*ledger::keeper_of("clickhouse")->open(*session));
  }
};

}  // namespace

TEST_CASE(
    "SRV LCK-1: runners on ClickHouse are killed, frozen, cut off and taken over at any event of any plan; nothing "
    "is done twice") {
  for (const auto kind : {Kind::debian, Kind::chdb}) {
    auto* server = clickhouse_or_skip(kind, "clickhouse stress");
    if (server) stress<Stressed>(*server, kind == Kind::debian ? 3 : 1);
  }
}

TEST_CASE("SRV: the same on ClickHouse without the end of sessions is seen to be bad") {
  auto* server = clickhouse_or_skip(Kind::debian, "clickhouse stress, without the fence");
  if (!server) return;
  const long plans = std::max(2L, from_environment("STRESS_PLANS", 3) / 10);
  CHECK(bad_without_fence<Stressed>(*server, plans) == plans);
}
