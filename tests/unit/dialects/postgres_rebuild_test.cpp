// `rebuild table` on PostgreSQL: everything that holds on to a table comes along, and rows written meanwhile do too.
#include <doctest/doctest.h>

#include "tests/unit/dialects/postgres_story.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

model::ForeignKey reference(std::string name, std::string column, std::string table) {
  model::ForeignKey key;
  key.name = std::move(name);
  key.columns = {std::move(column)};
  key.table = std::move(table);
  key.referenced = {"id"};
  return key;
}

model::Table orders() {
  auto made = table("t",
                    {column("id", "bigint", true), column("at", "date", true), column("state", "text"),
                     column("team_id", "integer"), column("number", "integer", true), column("doubled", "integer")},
                    "id");
  made.columns[0].identity = model::Identity::always;
  made.columns[4].identity = model::Identity::serial;
  made.columns[5].generated = model::Generated{model::Sql{"number * 2"}, true};
  made.columns[2].comment = "how far it is";
  made.checks.push_back({"t_state_check", model::Sql{"state <> ''"}, {}});
  made.foreign_keys.push_back(reference("t_team_id_fkey", "team_id", "team"));
  made.indexes.push_back(index("t_state_idx", {"state"}));
  made.indexes[0].comment = "by state";
  made.comment = "what was ordered";
  made.settings.push_back({"row_security", "forced"});
  return made;
}

model::Partition partition(std::string name, std::string bounds) {
  return {"", std::move(name), model::Sql{std::move(bounds)}, {}};
}

model::Table by_year() {
  auto made = orders();
  made.primary_key = key("t_pkey", {"id", "at"});
  made.partitioned = model::Partitioning{
      "range",
      model::Sql{"at"},
      {partition("t_2025", "from ('2025-01-01') to ('2026-01-01')"), partition("t_rest", "default")}};
  return made;
}

model::Database around(model::Table table) {
  auto made = database({std::move(table), tests::table("team", {column("id", "integer", true)}, "id")}, "13");
  made.objects.push_back(object(
      "function", "function note()",
      "create function note() returns trigger language plpgsql security definer as $$ begin insert into public.log "
      "values (new.id); return new; end $$",
      "drop function note()"));
  made.tables.push_back(tests::table("log", {column("id", "bigint")}));
  model::Trigger trigger;
  trigger.name = "t_note";
  trigger.table = "t";
  trigger.timing = "after";
  trigger.events = {"update"};
  trigger.execute = "note()";
  trigger.of_table = true;
  made.triggers.push_back(trigger);
  made.objects.push_back(
      object("row policy", "row policy own on t", "create policy own on t using (true)", "drop policy own on t"));
  made.objects.push_back(object("comment", "comment on policy own on t", "comment on policy own on t is 'everybody'",
                                "comment on policy own on t is null"));
  made.objects.push_back(object("statistics", "statistics t_pair",
                                "create statistics t_pair (dependencies) on team_id, state from t",
                                "drop statistics t_pair"));
  made.objects.push_back(object("grant", "grant on table t to pg_monitor",
                                "grant insert, select, update, delete on table t to pg_monitor",
                                "revoke insert, select, update, delete on table t from pg_monitor"));
  made.objects.push_back(object("grant", "grant on sequence t_number_seq to pg_monitor",
                                "grant usage on sequence t_number_seq to pg_monitor",
                                "revoke usage on sequence t_number_seq from pg_monitor"));
  made.views.push_back(view("open_ones", "select id, state from t where state = 'open'"));
  made.views.push_back(view("few_open_ones", "select id from open_ones where id < 5"));
  return made;
}

constexpr const char* rows =
    "insert into team select generate_series(1, 3); insert into t (at, state, team_id) select date '2025-12-25' + n, "
    "case when n % 2 = 0 then 'open' else 'done' end, n % 3 + 1 from generate_series(1, 14) n; update t set state = "
    "'open' where id = 3;";

/// Raises where the answer is not `wanted`.
std::string check(const std::string& query, const std::string& wanted) {
  return "do $$ declare got text; begin got := (" + query + ")::text; if got is distinct from '" + wanted +
         "' then raise exception 'got %', got; end if; end $$;";
}

constexpr const char* written =
    "set role pg_monitor; insert into public.t (at, state) values ('2030-01-01', 'far'); update public.t set state = "
    "'moved', at = '2025-12-31' where id = 2; delete from public.t where id = 4; reset role;";

std::string all_there() {
  return check(
             "select string_agg(concat_ws('/', id, at, state, number, doubled), ' ' order by id) from public.t where "
             "id "
             "in (2, 4, 15)",
             "2/2025-12-31/moved/2/4 15/2030-01-01/far/15/30") +
         check("select count(*) from public.log where id = 2", "1") +
         check("select count(*) from public.few_open_ones", "1");
}

}  // namespace

TEST_CASE("PostgreSQL: a table becomes partitioned") {
  PgStory story{"rebuild_partitioned", around(orders()), change::AlterTable{orders(), by_year(), {}, {}, true},
                "table t", rows};
  story.writes = std::string(written) + all_there();
  story.written = all_there();
  tell(story);
}

TEST_CASE("PostgreSQL: a table ceases to be partitioned") {
  auto after = orders();
  after.settings.insert(after.settings.begin(), {"fillfactor", "70"});
  PgStory story{"rebuild_plain", around(by_year()), change::AlterTable{by_year(), after, {}, {}, true}, "table t",
                rows};
  story.writes = std::string(written) + all_there();
  story.written = all_there();
  tell(story);
}

TEST_CASE("PostgreSQL: a table is divided otherwise") {
  auto after = by_year();
  after.partitioned = model::Partitioning{
      "hash",
      model::Sql{"id"},
      {partition("t_even", "with (modulus 2, remainder 0)"), partition("t_odd", "with (modulus 2, remainder 1)")}};
  PgStory story{"rebuild_divided", around(by_year()), change::AlterTable{by_year(), after, {}, {}, true}, "table t",
                rows};
  story.writes = std::string(written) + all_there();
  story.written = all_there();
  tell(story);
}

TEST_CASE("PostgreSQL: a table that others reference lies in another order") {
  auto before = table("t",
                      {column("id", "integer", true), column("note", "text"), column("parent", "integer"),
                       column("a", "integer"), column("data", "json")},
                      "id");
  before.foreign_keys.push_back(reference("t_parent_fkey", "parent", "t"));
  before.foreign_keys[0].on_delete = "cascade";
  before.uniques.push_back(key("t_a_key", {"a"}));
  auto child = table("child", {column("t_id", "integer")});
  child.foreign_keys.push_back(reference("child_t_id_fkey", "t_id", "t"));
  auto after = before;
  std::swap(after.columns[1], after.columns[3]);
  after.columns.push_back(column("born", "date", true, "'2026-01-01'::date"));
  after.columns[4].name = "papers";
  after.settings = {{"cluster_on", "t_pkey"}, {"fillfactor", "80"}};
  after.indexes.push_back(index("t_note_idx", {"note"}));
  PgStory story{"rebuild_order", database({before, child}, "12"),
                change::AlterTable{before, after, {{"data", "papers", std::nullopt, std::nullopt}}, {}, true},
                "table t",
                "insert into t (id, parent, a, data) select n, nullif(n - 1, 0), n, '{\"n\": 1}' from "
                "generate_series(1, 10) n; insert into child select generate_series(1, 5)"};
  story.after =
      "alter table child drop constraint child_t_id_fkey; alter table t rename to old; create table t (id integer "
      "constraint t_id_not_null not null, a integer, parent integer, note text, papers json, born date not null "
      "default '2026-01-01') with "
      "(fillfactor = 80); insert into t select id, a, parent, note, data from old; drop table old; alter table t add "
      "primary key (id), add constraint t_a_key unique (a), add constraint t_parent_fkey foreign key (parent) "
      "references "
      "t (id) on delete cascade; create index t_note_idx on t (note); alter table child add constraint child_t_id_fkey "
      "foreign key (t_id) references t (id); alter table t cluster on t_pkey";
  story.writes =
      "delete from public.t where id = 8; insert into public.t (id, a, note) values (20, 20, 'x'); update public.t set "
      "a = 21 where id = 20; do $$ begin insert into public.child values (99); raise exception 'it came in'; exception "
      "when foreign_key_violation then null; end $$;" +
      check("select count(*) || ' ' || max(a) from public.t", "8 21");
  story.written = check("select count(*) || ' ' || max(a) from public.t", "8 21");
  tell(story);
}

TEST_CASE("PostgreSQL: a table is written anew as it is, and otherwise logged") {
  const auto before = orders();
  PgStory story{"rebuild_as_it_is", around(before), change::AlterTable{before, before, {}, {}, true}, "table t", rows};
  tell(story);
  auto after = before;
  after.settings.push_back({"unlogged", "true"});
  story = {"rebuild_unlogged", around(before), change::AlterTable{before, after, {}, {}, true}, "table t", rows};
  story.after = "alter table t set unlogged";
  tell(story);
}

TEST_CASE("PostgreSQL: the types of a partitioned table come with a copy of it") {
  const auto before = by_year();
  auto after = before;
  after.columns[0].type = "bigint";
  after.columns[2].type = "integer";
  after.columns[4].type = "bigint";
  after.columns[5].type = "bigint";
  auto old = before;
  old.columns[0].type = "integer";
  old.checks.clear();
  after.checks.clear();
  auto all = around(old);
  all.views.clear();
  // Numbers as words, the key and what is computed; one of them by an expression, with its way back.
  PgStory story{"rebuild_types", all,
                change::AlterTable{old,
                                   after,
                                   {{"state", "state", model::Sql{"length(state)"}, model::Sql{"repeat('x', state)"}},
                                    {"id", "id", std::nullopt, std::nullopt}},
                                   {},
                                   true},
                "table t",
                "insert into team select generate_series(1, 3); insert into t (at, state, team_id) select date "
                "'2025-12-25' + n, repeat('x', n), n % 3 + 1 from generate_series(1, 14) n;"};
  story.writes =
      "set role pg_monitor; insert into public.t (at, state) values ('2030-01-01', 20); update public.t set state = 7, "
      "at = '2025-12-31' where id = 2; delete from public.t where id = 4; reset role;" +
      check(
          "select string_agg(concat_ws('/', id, at, state, number, doubled), ' ' order by id) from public.t where id "
          "in (2, 4, 15)",
          "2/2025-12-31/7/2/4 15/2030-01-01/20/15/30");
  story.written = check(
      "select string_agg(concat_ws('/', id, at, length(state::text), number, doubled), ' ' order by id) from "
      "public.t where id in (2, 4, 15)",
      "2/2025-12-31/7/2/4 15/2030-01-01/20/15/30");
  tell(story);
}

TEST_CASE("PostgreSQL: a type comes with a copy where something is computed from the column, or excludes by it") {
  auto before = table(
      "t",
      {column("id", "integer", true), column("room", "integer"), column("size", "text"), column("twice", "integer")},
      "id");
  before.columns[3].generated = model::Generated{model::Sql{"room * 2"}, true};
  model::Exclusion exclusion;
  exclusion.name = "t_room_excl";
  exclusion.method = "btree";
  model::Element element;
  element.column = "room";
  element.with_operator = "=";
  exclusion.elements = {element};
  before.exclusions = {exclusion};
  before.checks.push_back({"t_size_check", model::Sql{"size <> ''"}, {}});
  auto child = table("child", {column("t_id", "integer")});
  child.foreign_keys.push_back(reference("child_t_id_fkey", "t_id", "t"));
  auto after = before;
  after.columns[1].type = "bigint";
  after.columns[3].type = "bigint";
  PgStory story{"rebuild_excluded", database({before, child}, "13"), change::AlterTable{before, after, {}, {}, true},
                "table t",
                "insert into t (id, room, size) select n, n * 10, 'x' from generate_series(1, 10) n; insert into child "
                "select generate_series(1, 5)"};
  story.writes =
      "delete from public.t where id = 8; insert into public.t (id, room) values (20, 200); update public.t "
      "set room = 201 where id = 20; do $$ begin insert into public.t (id, room) values (21, 201); raise "
      "exception 'it came in'; exception when exclusion_violation then null; end $$;" +
      check("select count(*) || ' ' || max(twice) from public.t", "10 402");
  story.written = check("select count(*) || ' ' || max(twice) from public.t", "10 402");
  tell(story);
}
