// Which questions are asked before the first step: those that no step before their own can answer otherwise.
#include "runtime/executor/foresight.hpp"

#include <doctest/doctest.h>

#include "tests/support/postgres_world.hpp"

using namespace dmc;

namespace {

plan::Step writes(const std::string& table) {
  plan::Backfill action;
  action.table = table;
  plan::Step step;
  step.object = "table " + table;
  step.action = action;
  return step;
}

plan::Step alters(const std::string& table, const std::string& statement) {
  plan::Step step;
  step.object = "table " + table;
  plan::RunSql action;
  action.statements = {statement};
  step.action = action;
  step.effects.push_back({"table " + table, "another state"});
  return step;
}

bool stays(const executor::Live& live, const plan::Step& step, const std::string& query) {
  const auto dialects = tests::mirrored_postgres();
  executor::Foresight foresight(live, dialects.find("postgres")->description());
  foresight.pass(step);
  plan::QueryCheck check;
  check.query = query;
  return foresight.stays(check);
}

}  // namespace

TEST_CASE("rows that are written answer questions otherwise, in a schema of their own too") {
  executor::Live live;
  for (const std::string table : {"t", "s.t"}) {
    const auto step = writes(table);
    CHECK_FALSE(stays(live, step, "select 1 from " + table + " where a is null"));
    CHECK(stays(live, step, "select 1 from " + table + "_other where a is null"));
  }
}

TEST_CASE("rows that follow rows of another table change with them, however far") {
  executor::Live live;
  live.references = {{"s.child", "s.parent"}, {"s.grandchild", "s.child"}};
  const auto step = writes("s.parent");
  CHECK_FALSE(stays(live, step, "select 1 from s.child where a is null"));
  CHECK_FALSE(stays(live, step, "select 1 from s.grandchild where a is null"));
  CHECK(stays(live, step, "select 1 from s.stranger where a is null"));
}

TEST_CASE("a rule, a trigger, a child or a function makes an answer uncertain") {
  executor::Live live;
  const auto step = writes("t");
  const std::string question = "select 1 from o where a is null";
  CHECK(stays(live, step, question));
  const auto with = [&](const std::string& type, const std::string& name, const std::string& text) {
    executor::Live more = live;
    model::Object object;
    object.type = type;
    object.name = name;
    object.create.text = text;
    more.database.objects.push_back(object);
    return more;
  };
  CHECK_FALSE(
      stays(with("rule", "rule r on t", "create rule r as on update to t do also update o set a = 1"), step, question));
  CHECK(
      stays(with("rule", "rule r on u", "create rule r as on update to u do also update o set a = 1"), step, question));
  CHECK_FALSE(stays(with("partition trigger", "partition trigger g on t_1",
                         "create trigger g after update on t_1 for "
                         "each row execute function f()"),
                    step, question));
  const auto reader = with("function", "function ok(integer)", "create function ok(integer) returns boolean …");
  CHECK_FALSE(stays(reader, step, "select 1 from o where not ok(id)"));
  CHECK(stays(reader, step, question));
  auto filled = writes("t");
  std::get<plan::Backfill>(filled.action).change_first = "update t set a = w(9) where id <= $1";
  CHECK_FALSE(stays(with("function", "function w(integer)", "create function w(integer) returns integer language sql"),
                    filled, question));
  CHECK(stays(
      with("function", "function w(integer)", "create function w(integer) returns integer immutable language sql"),
      filled, question));
  model::Table child;
  child.name = "o";
  child.settings.push_back({"inherits", "t"});
  live.database.tables = {child};
  CHECK_FALSE(stays(live, step, question));
}

TEST_CASE("of a table that is altered, what the statement says is another answer, and the rest is the same") {
  executor::Live live;
  for (const std::string table : {"t", "s.t"}) {
    live.states = {{"table " + table, "a state"}};
    const auto step = alters(table, "alter table " + table + " add column b int");
    CHECK_FALSE(stays(live, step, "select 1 from " + table + " where b is null"));
    // A schema's name could be a column's too.
    CHECK(stays(live, step, "select 1 from " + table + " where a is null") == (table == "t"));
  }
}
