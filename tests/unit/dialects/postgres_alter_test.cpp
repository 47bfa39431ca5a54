// Tables altered on PostgreSQL, each delta by its recipe.
#include <algorithm>

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

/// Wide enough for every recipe: no column is of one use only.
model::Table people() {
  auto made = table("t",
                    {column("id", "integer", true), column("email", "character varying(20)"), column("age", "integer"),
                     column("team_id", "integer"), column("note", "text", false, "'x'::text"),
                     column("score", "numeric(8,2)", true, "0")},
                    "id");
  made.uniques.push_back(key("t_email_key", {"email"}));
  made.checks.push_back({"t_age_check", model::Sql{"age >= 0"}, {}});
  made.indexes.push_back(index("t_age_idx", {"age"}));
  made.indexes.push_back(index("t_team_id_idx", {"team_id"}));
  made.indexes[1].comment = "by team";
  return made;
}

model::Table teams() { return table("team", {column("id", "integer", true), column("name", "text")}, "id"); }

constexpr const char* rows =
    "insert into team select n, 'team ' || n from generate_series(1, 5) n;"
    "insert into t (id, email, age, team_id, score) select n, 'u' || n || '@x', n, n % 5 + 1, n * 1.5 from "
    "generate_series(1, 20) n;";

PgStory altered(std::string name, const model::Table& after, std::string sql, const std::string& version = "12") {
  PgStory story{std::move(name),
                database({people(), teams()}, version),
                change::AlterTable{people(), after, {}, {}, false},
                "table t",
                rows,
                std::move(sql)};
  return story;
}

change::AlterTable& alter_of(PgStory& story) { return std::get<change::AlterTable>(story.kind); }

}  // namespace

TEST_CASE("PostgreSQL: columns come") {
  auto after = people();
  after.columns.push_back(column("city", "text"));
  after.columns.push_back(column("born", "timestamp with time zone", true, "now()"));
  after.columns.back().comment = "when";
  tell(altered("add_columns", after,
               "alter table t add column city text, add column born timestamptz not null default now(); comment on "
               "column t.born is 'when'"));
  after = people();
  after.columns.push_back(column("token", "uuid", true, "gen_random_uuid()"));
  after.columns.push_back(column("seen", "timestamp with time zone", false, "clock_timestamp()"));
  tell(altered("add_volatile", after,
               "alter table t add column token uuid not null default gen_random_uuid(), add column seen timestamptz "
               "default clock_timestamp()",
               "13"));
  after = people();
  after.columns.push_back(column("n", "bigint", true));
  after.columns.back().identity = model::Identity::always;
  after.columns.back().identity_options = "start 5";
  after.columns.push_back(column("s", "integer", true));
  after.columns.back().identity = model::Identity::serial;
  tell(altered("add_counted", after,
               "alter table t add column n bigint generated always as identity (start 5), add column s serial"));
  after = people();
  after.columns.push_back(column("doubled", "integer"));
  after.columns.back().generated = model::Generated{model::Sql{"age * 2"}, true};
  tell(
      altered("add_generated", after, "alter table t add column doubled integer generated always as (age * 2) stored"));
}

TEST_CASE("PostgreSQL: columns go") {
  auto after = people();
  after.columns.erase(after.columns.begin() + 5);
  auto story = altered("drop_column", after, "alter table t drop column score");
  story.same_rows = false;
  alter_of(story).losses = {{"score", model::Backup::without}};
  tell(story);
  alter_of(story).losses = {{"score", model::Backup::with}};
  story.name = "drop_column_with_backup";
  story.same_rows = true;
  tell(story);
}

TEST_CASE("PostgreSQL: a column of a table without a key goes, and its values are given back") {
  const auto before =
      table("t", {column("at", "date"), column("note", "text"), column("who", "json"), column("of", "text", true)}, "");
  auto after = before;
  after.columns.erase(after.columns.begin() + 2, after.columns.end());
  const auto told = [&](const std::string& name, const model::Table& from, const model::Table& to) {
    PgStory story{name, database({from}, "12"),
                  change::AlterTable{from, to, {}, {{"who", model::Backup::with}, {"of", model::Backup::with}}},
                  "table t",
                  // Alike in what stays, and null where the other is empty.
                  "insert into t values ('2026-01-01', 'a', '[1]', 'x'), ('2026-01-01', 'a', '[2]', 'y'), "
                  "('2026-01-01', 'a', '[2]', 'y'), ('2026-06-01', null, null, 'z'), ('2026-06-01', '', '[3]', 'z'), "
                  "(null, null, '{}', ''), ('2026-07-01', '(,\"', '[4]', 'w')"};
    story.after = "alter table t drop column who, drop column of";
    tell(story);
  };
  told("drop_column_without_a_key", before, after);
  const model::Partitioning parts{"hash",
                                  model::Sql{"at"},
                                  {{"", "t_0", model::Sql{"with (modulus 2, remainder 0)"}, {}},
                                   {"", "t_1", model::Sql{"with (modulus 2, remainder 1)"}, {}}}};
  auto from = before, to = after;
  from.partitioned = to.partitioned = parts;
  told("drop_column_of_partitions", from, to);
}

TEST_CASE("PostgreSQL: columns change") {
  auto after = people();
  after.columns[1].name = "mail";
  after.uniques[0].elements[0].column = "mail";
  after.columns[2].not_null = true;
  after.columns[4].default_value.reset();
  after.columns[4].storage = "external";
  after.columns[4].comment = "free text";
  after.columns[5].default_value = model::Sql{"1"};
  after.columns[5].not_null = false;
  auto story =
      altered("change_columns", after,
              "alter table t rename column email to mail; alter table t alter age set not null, alter note drop "
              "default, alter note set storage external, alter score set default 1, alter score drop not null; "
              "comment on column t.note is 'free text'");
  alter_of(story).moves = {{"email", "mail", std::nullopt, std::nullopt}};
  tell(story);

  after = people();
  after.columns[1].name = "note";
  after.columns[4].name = "email";
  after.uniques[0].elements[0].column = "note";
  story = altered("swap_names", after,
                  "alter table t rename column email to x; alter table t rename column note to email; alter table t "
                  "rename column x to note");
  alter_of(story).moves = {{"email", "note", std::nullopt, std::nullopt},
                           {"note", "email", std::nullopt, std::nullopt}};
  tell(story);

  after = people();
  after.columns[1].type = "text";
  after.columns[5].type = "numeric(12,2)";
  story = altered("retype_free", after,
                  "drop view young; alter table t alter email type text, alter score type numeric(12,2); create view "
                  "young as select id, email from t where age < 30");
  story.before.views = {view("young", "select id, email from t where age < 30")};
  tell(story);

  after = people();
  after.columns[5].name = "points";
  story = altered("rename_mandatory_18", after, "alter table t rename column score to points", "18");
  alter_of(story).moves = {{"score", "points", std::nullopt, std::nullopt}};
  tell(story);

  after = people();
  after.columns[2].not_null = true;
  tell(altered("not_null", after, "alter table t alter age set not null"));
  tell(altered("not_null_18", after, "alter table t alter age set not null", "18"));
  after.columns[2].identity = model::Identity::by_default;
  tell(altered("add_identity", after,
               "alter table t alter age set not null; alter table t alter age add generated by default as identity; "));
}

TEST_CASE("PostgreSQL: a key that eight tables reference gets another type, and waits no longer for all than for one") {
  auto after = people();
  after.columns[0].type = "bigint";
  auto story = altered("retype_referenced_key", after, "");
  alter_of(story).moves = {{"id", "id", std::nullopt, std::nullopt}};
  for (int i = 1; i <= 8; ++i) {
    const auto name = "child_" + std::to_string(i);
    auto child = table(name, {column("id", "integer", true), column("t_id", "integer")}, "id");
    model::ForeignKey key;
    key.name = name + "_t_id_fkey";
    key.columns = {"t_id"};
    key.table = "t";
    key.referenced = {"id"};
    child.foreign_keys.push_back(key);
    story.before.tables.push_back(child);
  }
  story.before.sort();
  const auto pairs = steps_of(story);
  const auto swap = std::ranges::find_if(pairs, [](const auto& pair) { return !pair.disturbs.empty(); });
  REQUIRE(swap != pairs.end());
  CHECK(swap->disturbs.size() == 8);
  CHECK(swap->forward.timeouts.lock_ms == 500 / 9);
  CHECK(swap->reverse->timeouts.lock_ms == 500 / 9);
  tell(story);
}

namespace {

void references_of_partitions(const std::string& name, const std::string& major) {
  auto after = people();
  after.columns[0].type = "bigint";
  auto story = altered(name, after, "", major);
  alter_of(story).moves = {{"id", "id", std::nullopt, std::nullopt}};
  auto child = table("child", {column("id", "integer", true), column("t_id", "integer")}, "id");
  child.foreign_keys.push_back(model::ForeignKey());
  auto& key = child.foreign_keys.back();
  key.name = "child_t_id_fkey";
  key.columns = {"t_id"};
  key.table = "t";
  key.referenced = {"id"};
  child.partitioned = model::Partitioning{
      "range",
      model::Sql{"id"},
      {{"", "child_1", model::Sql{"from (1) to (100)"}, {}}, {"", "child_rest", model::Sql{"default"}, {}}}};
  story.before.tables.push_back(child);
  story.before.sort();
  tell(story);
}

}  // namespace

TEST_CASE("PostgreSQL: a key that a partitioned table references gets another type") {
  references_of_partitions("retype_key_of_partitions_12", "12");
  references_of_partitions("retype_key_of_partitions", "18");
}

TEST_CASE("PostgreSQL: rows move to another type") {
  auto after = people();
  after.columns[0].type = "bigint";
  after.columns[2].type = "bigint";
  auto story = altered("retype_key", after, "");
  story.before.tables[0].columns[0].identity = model::Identity::serial;
  std::get<change::AlterTable>(story.kind).before = story.before.tables[0];
  alter_of(story).after.columns[0].identity = model::Identity::serial;
  story.before.views = {view("old_ones", "select id, age from t where age > 50")};
  alter_of(story).moves = {{"id", "id", std::nullopt, std::nullopt}, {"age", "age", std::nullopt, std::nullopt}};
  tell(story);

  after = people();
  after.columns[3].type = "text";
  story = altered("retype_using", after, "");
  alter_of(story).moves = {
      {"team_id", "team_id", model::Sql{"'team ' || team_id"}, model::Sql{"substr(team_id, 6)::integer"}}};
  tell(story);
}

TEST_CASE("PostgreSQL: constraints") {
  auto after = people();
  after.checks.push_back({"t_score_check", model::Sql{"score < 1000"}, {}});
  after.checks[0].expression.text = "age >= 0 and age < 200";
  after.foreign_keys.push_back(reference("t_team_id_fkey", "team_id", "team"));
  tell(altered("add_constraints", after,
               "alter table t add constraint t_score_check check (score < 1000), drop constraint t_age_check, add "
               "constraint t_age_check check (age >= 0 and age < 200), add constraint t_team_id_fkey foreign key "
               "(team_id) references team (id)"));
  auto with = people();
  with.foreign_keys.push_back(reference("t_team_id_fkey", "team_id", "team"));
  auto without = people();
  without.checks.clear();
  without.uniques.clear();
  auto story = altered("drop_constraints", without,
                       "alter table t drop constraint t_team_id_fkey, drop constraint t_age_check, drop constraint "
                       "t_email_key");
  story.before.tables[0] = with;
  alter_of(story).before = with;
  tell(story);
  auto deferred = with;
  deferred.foreign_keys[0].deferrable = true;
  deferred.foreign_keys[0].initially_deferred = true;
  deferred.uniques[0].elements.push_back(element("age"));
  deferred.primary_key = key("t_pkey", {"id", "score"});
  story = altered("change_keys", deferred,
                  "alter table t alter constraint t_team_id_fkey deferrable initially deferred; alter table t drop "
                  "constraint t_email_key, add constraint t_email_key unique (email, age), drop constraint t_pkey, add "
                  "constraint t_pkey primary key (id, score)");
  story.before.tables[0] = with;
  alter_of(story).before = with;
  tell(story);
  auto keyless = people();
  keyless.primary_key.reset();
  keyless.uniques.clear();
  story = altered("add_keys", people(), "alter table t add primary key (id); alter table t add unique (email)");
  story.before.tables[0] = keyless;
  alter_of(story).before = keyless;
  tell(story);
  after = people();
  model::Exclusion exclusion;
  exclusion.name = "t_excl";
  exclusion.method = "gist";
  exclusion.elements = {element("")};
  exclusion.elements[0].column.reset();
  exclusion.elements[0].expression = model::Sql{"int4range(age, age + 1)"};
  exclusion.elements[0].with_operator = "&&";
  after.exclusions.push_back(exclusion);
  tell(altered("add_exclusion", after,
               "alter table t add constraint t_excl exclude using gist (int4range(age, age + 1) with &&)"));
}

TEST_CASE("PostgreSQL: indexes and settings") {
  auto after = people();
  after.indexes.clear();
  after.indexes.push_back(index("t_age_idx", {"age", "id"}));
  after.indexes[0].comment = "wider";
  auto lower = index("t_lower_idx", {"id"}, true);
  lower.elements.push_back({});
  lower.elements[1].expression = model::Sql{"lower(email)"};
  lower.elements[1].descending = true;
  lower.where = model::Sql{"age > 3"};
  after.indexes.push_back(lower);
  tell(
      altered("change_indexes", after,
              "drop index t_age_idx; drop index t_team_id_idx; create index t_age_idx on t (age, id); comment on index "
              "t_age_idx is 'wider'; create unique index t_lower_idx on t (id, lower(email) desc) where age > 3"));
  after = people();
  after.settings = {
      {"cluster_on", "t_pkey"}, {"fillfactor", "70"}, {"replica_identity", "full"}, {"row_security", "on"}};
  after.comment = "people";
  after.indexes[0].name = "t_by_age";
  after.checks[0].name = "t_old_enough";
  tell(altered("settings", after,
               "alter table t cluster on t_pkey; alter table t set (fillfactor = 70), replica identity full, enable "
               "row level security; comment on table t "
               "is 'people'; alter index t_age_idx rename to t_by_age; alter table t rename constraint t_age_check to "
               "t_old_enough"));
}

TEST_CASE("PostgreSQL: partitions") {
  auto events =
      table("event", {column("id", "bigint", true), column("at", "date", true), column("team_id", "integer")});
  events.primary_key = key("event_pkey", {"id", "at"});
  events.partitioned = model::Partitioning{"range", model::Sql{"at"}, {}};
  events.partitioned->partitions = {{"", "event_2026", model::Sql{"from ('2026-01-01') to ('2027-01-01')"}, {}},
                                    {"", "event_2027", model::Sql{"from ('2027-01-01') to ('2028-01-01')"}, {}}};
  const std::string filled =
      "insert into team select n, 'team ' || n from generate_series(1, 5) n; insert into event select n, "
      "'2026-12-20'::date "
      "+ n, n % 5 + 1 from generate_series(1, 30) n;";
  const auto told = [&](std::string name, const model::Table& after, std::string sql, std::string version = "12") {
    return PgStory{std::move(name),
                   database({events, teams()}, version),
                   change::AlterTable{events, after, {}, {}, false},
                   "table event",
                   filled,
                   std::move(sql)};
  };
  auto after = events;
  after.indexes.push_back(index("event_team_id_idx", {"team_id"}));
  after.indexes[0].comment = "by team";
  tell(told("partitioned_index", after,
            "create index event_team_id_idx on event (team_id); comment on index event_team_id_idx is 'by team'"));
  after = events;
  after.uniques.push_back(key("event_id_at_team_id_key", {"id", "at", "team_id"}));
  tell(told("partitioned_key", after,
            "alter table event add constraint event_id_at_team_id_key unique (id, at, team_id)"));
  after = events;
  after.foreign_keys.push_back(reference("event_team_id_fkey", "team_id", "team"));
  tell(told("partitioned_foreign_key", after,
            "alter table event add constraint event_team_id_fkey foreign key (team_id) references team (id)"));
  after = events;
  after.partitioned->partitions.push_back({"", "event_2028", model::Sql{"from ('2028-01-01') to ('2029-01-01')"}, {}});
  tell(told("add_partition", after,
            "create table event_2028 partition of event for values from ('2028-01-01') to ('2029-01-01')"));
  after = events;
  after.partitioned->partitions.pop_back();
  auto story = told("drop_partition", after, "drop table event_2027", "14");
  alter_of(story).losses = {{"event_2027", model::Backup::with}};
  tell(story);
}

TEST_CASE("PostgreSQL: partitions of a table that foreign keys tie to others and to itself") {
  auto events = table("event", {column("id", "bigint", true), column("at", "date", true), column("team_id", "integer"),
                                column("cause", "bigint"), column("caused", "date")});
  events.primary_key = key("event_pkey", {"id", "at"});
  events.foreign_keys = {reference("event_team_id_fkey", "team_id", "team"),
                         reference("event_cause_caused_fkey", "cause", "event")};
  events.foreign_keys[1].columns = {"cause", "caused"};
  events.foreign_keys[1].referenced = {"id", "at"};
  events.partitioned = model::Partitioning{"range", model::Sql{"at"}, {}};
  events.partitioned->partitions = {{"", "event_2026", model::Sql{"from ('2026-01-01') to ('2027-01-01')"}, {}},
                                    {"", "event_2027", model::Sql{"from ('2027-01-01') to ('2028-01-01')"}, {}}};
  auto visits = table("visit", {column("event", "bigint"), column("on", "date")});
  visits.foreign_keys = {reference("visit_event_on_fkey", "event", "event")};
  visits.foreign_keys[0].columns = {"event", "on"};
  visits.foreign_keys[0].referenced = {"id", "at"};
  const auto told = [&](std::string name, const model::Table& after, std::string sql) {
    return PgStory{std::move(name),
                   database({events, teams(), visits}, "14"),
                   change::AlterTable{events, after, {}, {}, false},
                   "table event",
                   "insert into team select n, 'team ' || n from generate_series(1, 5) n; insert into event select n, "
                   "'2026-12-20'::date + n, n % 5 + 1 from generate_series(1, 30) n; update event set cause = 1, "
                   "caused = '2026-12-21'; insert into visit values (1, '2026-12-21');",
                   std::move(sql)};
  };
  auto after = events;
  after.partitioned->partitions.push_back({"", "event_2028", model::Sql{"from ('2028-01-01') to ('2029-01-01')"}, {}});
  tell(told("add_partition_tied", after,
            "create table event_2028 partition of event for values from ('2028-01-01') to ('2029-01-01')"));
  after = events;
  after.partitioned->partitions.pop_back();
  auto story =
      told("drop_partition_tied", after, "alter table event detach partition event_2027; drop table event_2027");
  alter_of(story).losses = {{"event_2027", model::Backup::with}};
  tell(story);
}
