// Plans for a PostgreSQL server, and what must be there before and behind them.
#pragma once

#include <string>
#include <vector>

#include "tests/support/postgres_world.hpp"

namespace dmc::tests::on_postgres {

using executor::Options;

#define WITH_WORLD(name, database)                       \
  PostgresServer* server_found = postgres_or_skip(name); \
  if (!server_found) return;                             \
  PostgresWorld world(*server_found, database)

inline const std::vector<std::string> base{
    "create table people (id integer primary key, n integer not null default 0, name text)"};

inline std::vector<std::string> with_rows() {
  auto statements = base;
  statements.push_back("insert into people (id, name) select i, 'p' from generate_series(1, 5) i");
  return statements;
}

inline std::string text(const executor::RunResult& result) { return report::render(result, report::Format::text); }

inline Options all_lossy() {
  Options options;
  options.lossy = {"all"};
  return options;
}

inline Options taking_over() {
  Options options;
  options.take_over = true;
  return options;
}

inline FaultPoint fault(FaultKind kind, long at) {
  FaultPoint point;
  point.kind = kind;
  point.at = at;
  return point;
}

/// An index as PostgreSQL builds it beside the writers: outside any transaction, and what is left of it when it fails
/// is known by its name.
inline MadeStep index_step(bool unique = false, const std::string& name = "people_name",
                           const std::string& column = "name") {
  const std::string kind = unique ? "unique index" : "index";
  auto made =
      sql_step("index " + name, {"create " + kind + " concurrently " + name + " on public.people (" + column + ")"},
               {"drop index concurrently public." + name});
  made.scratch = std::vector<std::string>{"create " + kind + " " + name + " on people (" + column + ")"};
  const std::string valid =
      "select count(*) from pg_index where indexrelid = to_regclass('public." + name + "') and indisvalid";
  for (auto* step : {&made.forward, &*made.reverse}) {
    std::get<plan::RunSql>(step->action).in_transaction = false;
    step->exactly_once_by = plan::ExactlyOnce::post;
    step->timeouts.lock_ms = 0;
    step->timeouts.retries = 2;
  }
  made.forward.pre = made.reverse->post = {
      check("there is no index " + name, "select count(*) from pg_class where relname = '" + name + "'", "0")};
  made.forward.post = made.reverse->pre = {check(name + " is valid", valid, "1")};
  plan::Leftover left;
  left.kind = "index";
  left.name = "public." + name;
  left.release = "crash";
  left.detect = "select 1 from pg_index where indexrelid = to_regclass('public." + name + "') and not indisvalid";
  left.cleanup = {"drop index concurrently public." + name};
  made.forward.leftovers = {left};
  return made;
}

inline MadeStep fill_step() {
  const auto backfill = [](const std::string& set) {
    plan::Backfill fill;
    fill.table = "people";
    fill.key = {"id"};
    fill.bound = "select max(id) from people";
    fill.first = "select id from people where id <= $2 order by id limit 1 offset $1 - 1";
    fill.next = "select id from people where id > $1 and id <= $3 order by id limit 1 offset $2 - 1";
    fill.change_first = "update people set n = " + set + " where id <= $1";
    fill.change_next = "update people set n = " + set + " where id > $1 and id <= $2";
    fill.total = "select count(*) from people";
    fill.pace.batch = 2;
    return fill;
  };
  auto made = backfill_step("people", "id", "n = n", "true");
  made.forward.action = backfill("n + 1");
  made.reverse = made.forward;
  made.reverse->action = backfill("n - 1");
  return made;
}

inline MadeStep column_step() {
  return sql_step("add full_name", {"alter table people add column full_name text"},
                  {"alter table people drop column full_name"});
}

/// Every kind of transaction: DDL, batches forth and back, a statement outside any transaction, a check.
inline executor::PlanPair everything() {
  PlanMaker maker(base);
  maker.on("postgres").add(column_step()).add(fill_step()).add(index_step());
  maker.add(verify_step("nobody is left out", "select count(*) from people where n <> 1", "0"));
  return maker.make();
}

inline std::string people(const PostgresWorld& world) {
  std::string all;
  for (const auto& row : world.rows("select id, n from public.people order by id")) all += row + " ";
  for (const auto& row :
       world.rows("select attname::text from pg_attribute where attrelid = 'public.people'::regclass and attnum > 0 "
                  "and not attisdropped order by attnum"))
    all += row + " ";
  for (const auto& row :
       world.rows("select relname::text, indisvalid from pg_index join pg_class on oid = indexrelid where "
                  "indrelid = 'public.people'::regclass order by 1"))
    all += row + " ";
  return all;
}

inline const std::string as_made = "1|0 2|0 3|0 4|0 5|0 id n name people_pkey|1 ";
inline const std::string as_changed = "1|1 2|1 3|1 4|1 5|1 id n name full_name people_name|1 people_pkey|1 ";

}  // namespace dmc::tests::on_postgres
