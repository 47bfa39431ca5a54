// Two runners on a real PostgreSQL server, and one of them in trouble; and a mutant without the fence, which must be
// seen to go wrong. STRESS_PLANS says how many plans, STRESS_SEED which.
#include "tests/support/trouble.hpp"
#include "tests/unit/executor/postgres_plans.hpp"

using namespace dmc;
using namespace dmc::tests;
using namespace dmc::tests::on_postgres;

namespace {

const std::string log_table = "create table log (x text not null)";

/// Adds a line, outside any transaction unless it is said: twice would be seen.
MadeStep log_step(const std::string& line = "once", bool in_transaction = false) {
  auto made = sql_step("log " + line, {"insert into public.log values ('" + line + "')"},
                       {"delete from public.log where x = '" + line + "'"});
  made.scratch = std::vector<std::string>{};
  if (in_transaction) return made;
  const auto lines = "select count(*) from public.log where x = '" + line + "'";
  const auto none = check("no line " + line + " is logged", lines, "0");
  const auto once = check("one line " + line + " is logged", lines, "1");
  made.forward.pre = made.reverse->post = {none};
  made.forward.post = made.reverse->pre = {once};
  for (auto* step : {&made.forward, &*made.reverse}) {
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = plan::ExactlyOnce::post;
  }
  return made;
}

executor::PlanPair logged() { return PlanMaker({log_table}).on("postgres").add(log_step()).make(); }

/// The lines in the log after a runner that was frozen at every event of its run, and one that took over from it.
/// `all`: also inside a transaction, where only a runner that ends the frozen one's session comes past its locks.
std::vector<std::string> most_logged(PostgresWorld& world, session::Connector& connector, bool all) {
  const auto plans = logged();
  std::vector<std::string> bad;
  bool frozen = true;
  for (long at = 1; frozen; at += 3) {  // just before each statement is sent
    frozen = false;
    FaultPoint point = fault(FaultKind::meanwhile, at);
    point.meanwhile = [&](bool in_transaction) {
      frozen = true;
      if (all || !in_transaction) world.run(plans, taking_over(), &connector);
    };
    FaultConnector freezing(connector, point);
    world.run(plans, {}, &freezing);
    const auto lines = world.one("select count(*) from public.log");
    if (lines != "1") bad.push_back(point.where + ": " + lines);
    world.undo(plans, all_lossy(), &connector);
    // Whatever the mutant left behind.
    world.server.script(world.database, {"delete from public.log",
                                         "update dmc.target set moving_plan = null, moving_to = null, "
                                         "moving_forward = null, moving_stage = null, parked = false",
                                         "update dmc.step set state = 'absent'"});
  }
  return bad;
}

struct Stressed : PostgresWorld {
  using PostgresWorld::PostgresWorld;
  static constexpr bool frozen_holds = true;
  static constexpr std::string_view once_only = "sent: insert into public.log values ('a";

  /// Three to six steps of every kind; one of them always outside any transaction, and not to be repeated.
  static executor::PlanPair drawn_plans(Draw& draw) {
    auto tables = base;
    tables.push_back(log_table);
    PlanMaker maker(tables);
    maker.on("postgres");
    const long steps = 3 + draw.below(4), unrepeatable = draw.below(steps);
    for (long i = 0; i < steps; ++i) {
      const auto number = std::to_string(i);
      switch (i == unrepeatable ? 4 : draw.below(5)) {
        case 0:
          maker.add(sql_step("column c" + number, {"alter table people add column c" + number + " text"},
                             {"alter table people drop column c" + number}));
          break;
        case 1:
          maker.add(index_step(false, "people_" + number, draw.below(2) == 0 ? "name" : "n"));
          break;
        case 2:
          maker.add(fill_step());
          break;
        case 3:
          maker.add(log_step("t" + number, true));
          break;
        default:
          maker.add(log_step("a" + number));
      }
    }
    return maker.make();
  }

  void begin(const executor::PlanPair& plans) {
    auto statements = with_rows();
    statements.push_back(log_table);
    begin_with(statements, plans);
  }
  void cut_off() const { server.script("postgres", {drop_sessions(database)}); }

  /// Rows, columns, indexes, and where the ledger stands; without what differs from run to run.
  std::string picture() const {
    auto all = people(*this) + "\n";
    for (const std::string sql :
         {"select x from public.log order by x", "select at_hash, at_name, moving_plan is null, parked from dmc.target",
          "select step, state, kind from dmc.step where generation = (select generation from dmc.target) order by 1",
          "select name from dmc.leftover order by 1", "select path, state from dmc.object order by 1"})
      for (const auto& row : rows(sql)) all += row + "\n";
    return all;
  }

  /// Every row of the ledger.
  std::string ledger() const {
    std::string all;
    for (const std::string table : {"target", "step", "attempt", "history", "object", "leftover", "backup"})
      for (const auto& row : rows("select to_jsonb(t)::text from dmc." + table + " t order by 1")) all += row + "\n";
    return all;
  }
};

}  // namespace

TEST_CASE(
    "SRV LCK-1: frozen at any event around a statement outside a transaction, it acts once; without the fence, twice") {
  WITH_WORLD("postgres mutant", "mutant");
  world.begin_with({log_table}, logged());
  for (const auto& bad : most_logged(world, *world.real, true)) CHECK_MESSAGE(false, bad);
  Unfenced mutant(*world.real);
  CHECK_MESSAGE(!most_logged(world, mutant, false).empty(), "the harness does not notice that the fence is gone");
}

TEST_CASE("SRV: runners are killed, frozen, cut off and taken over at any event of any plan; nothing is done twice") {
  auto* server = postgres_or_skip("postgres stress");
  if (server) stress<Stressed>(*server, 6);
}

TEST_CASE("SRV: the same without the fence is seen to be bad") {
  auto* server = postgres_or_skip("postgres stress, without the fence");
  if (!server) return;
  const long plans = std::max(3L, from_environment("STRESS_PLANS", 6) / 10);
  CHECK(bad_without_fence<Stressed>(*server, plans) == plans);
}
