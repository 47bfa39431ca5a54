// Which questions have the same answer behind steps that write rows: by what those say, and the triggers they fire.
#include "runtime/executor/foresight.hpp"

#include <doctest/doctest.h>

#include "tests/support/postgres_world.hpp"

using namespace dmc;

namespace {

model::Table table(const std::string& name) {
  model::Table table;
  table.name = name;
  return table;
}

plan::Step fill(const std::string& name, const std::string& statement) {
  plan::Backfill action;
  action.table = name;
  action.change_first = statement;
  plan::Step step;
  step.object = "table " + name;
  step.action = action;
  return step;
}

struct Asked {
  executor::Live live;
  plan::Step step = fill("t", "update t set at = now() where id <= $1 and (at is null)");

  Asked() {
    for (const char* name : {"t", "u", "log"}) live.database.tables.push_back(table(name));
  }
  void fires(const std::string& body, const std::string& language = "plpgsql") {
    model::Trigger trigger;
    trigger.name = "touch";
    trigger.table = "t";
    trigger.execute = "touch()";
    live.database.triggers.push_back(trigger);
    model::Object function;
    function.type = "function";
    function.name = "function touch()";
    function.create.text = "create function touch() returns trigger language " + language + " as $f$" + body + "$f$";
    live.database.objects.push_back(function);
  }
  bool stays(const std::string& query) const {
    const auto dialects = tests::mirrored_postgres();
    executor::Foresight foresight(live, dialects.find("postgres")->description());
    foresight.pass(step);
    plan::QueryCheck check;
    check.query = query;
    return foresight.stays(check);
  }
};

constexpr const char* of_t = "select 1 from t where a is null limit 1";
constexpr const char* of_u = "select 1 from u where a is null limit 1";
constexpr const char* of_log = "select 1 from log where a is null limit 1";

}  // namespace

TEST_CASE("a backfill changes what is asked of the columns it says, and of no others") {
  const Asked asked;
  CHECK(asked.stays(of_t));
  CHECK_FALSE(asked.stays("select 1 from t where at is null limit 1"));
  CHECK(asked.stays("select 1 from u where at is null limit 1"));
}

TEST_CASE("rows that go take those with them that reference them, and columns that follow a key change") {
  Asked asked;
  asked.step = fill("t", "delete from t where id <= $1");
  CHECK_FALSE(asked.stays(of_t));
  CHECK(asked.stays(of_u));
  asked.live.references.emplace_back("u", "t");
  CHECK_FALSE(asked.stays(of_u));
  Asked followed;
  model::ForeignKey key;
  key.table = "t";
  followed.live.database.tables[1].foreign_keys = {key};
  CHECK(followed.stays(of_u));
  followed.live.database.tables[1].foreign_keys[0].on_update = "cascade";
  CHECK_FALSE(followed.stays(of_u));
}

TEST_CASE("a trigger reaches what its function says, and anything where that cannot be known") {
  Asked plain;
  plain.fires(" begin new.at = now(); return new; end ");
  CHECK(plain.stays(of_t));
  CHECK(plain.stays(of_u));
  Asked same_row;
  same_row.fires(" begin new.a = coalesce(new.a, 0); return new; end ");
  CHECK_FALSE(same_row.stays(of_t));
  CHECK(same_row.stays(of_u));
  Asked other_table;
  other_table.fires(" begin insert into log values (new.id); return new; end ");
  CHECK_FALSE(other_table.stays(of_log));
  CHECK(other_table.stays(of_u));
  Asked made_up;
  made_up.fires(" begin execute format('update %I set a = 1', tg_argv[0]); return new; end ");
  CHECK_FALSE(made_up.stays(of_u));
  Asked whole_row;
  whole_row.fires(" begin new := jsonb_populate_record(new, '{}'); return new; end ");
  CHECK_FALSE(whole_row.stays(of_t));
  Asked foreign;
  foreign.fires(" plpy.run('x') ", "plpython3u");
  CHECK_FALSE(foreign.stays(of_u));
  Asked calls;
  calls.fires(" begin perform tidy(); return new; end ");
  CHECK(calls.stays(of_u));
  model::Object tidy;
  tidy.type = "function";
  tidy.name = "function tidy()";
  tidy.create.text = "create function tidy() returns void language sql as $$ update u set a = 1 $$";
  calls.live.database.objects.push_back(tidy);
  CHECK_FALSE(calls.stays(of_u));
  Asked unknown;
  unknown.fires("");
  unknown.live.database.objects.clear();
  CHECK_FALSE(unknown.stays(of_u));
}
