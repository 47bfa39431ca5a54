// `keeping both` on PostgreSQL: both names and both types are written and read while they live side by side.
#include <doctest/doctest.h>

#include "tests/unit/dialects/postgres_story.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

model::Column kept(std::string name, std::string type, std::string with) {
  auto made = column(std::move(name), std::move(type));
  made.kept = model::KeptEqual{"3 d t." + made.name, std::move(with), std::nullopt, std::nullopt};
  return made;
}

model::Table people() {
  auto made = table("t",
                    {column("id", "integer", true), column("mail", "citext", true), column("age", "integer", true, "1"),
                     column("team_id", "integer"), column("data", "json")},
                    "id");
  made.uniques.push_back(key("t_mail_key", {"mail"}));
  made.checks.push_back({"t_age_check", model::Sql{"age >= 0"}, {}});
  made.indexes.push_back(index("t_age_idx", {"age"}));
  model::ForeignKey reference;
  reference.name = "t_team_id_fkey";
  reference.columns = {"team_id"};
  reference.table = "team";
  reference.referenced = {"id"};
  made.foreign_keys.push_back(reference);
  return made;
}

model::Table renamed() {
  auto made = people();
  made.columns[1].name = "Mail Address";
  made.uniques[0] = key("t_Mail Address_key", {"Mail Address"});
  made.columns.push_back(kept("mail", "citext", "Mail Address"));
  return made;
}

model::Database around(model::Table table) {
  auto made = database({std::move(table), tests::table("team", {column("id", "integer", true)}, "id")}, "12");
  made.objects.push_back(object("extension", "extension citext", "create extension citext", "drop extension citext"));
  return made;
}

constexpr const char* rows =
    "insert into team select generate_series(1, 3); insert into t (id, mail, age, team_id, data) select n, 'U' || n, "
    "n, n % 3 + 1, '{}' from generate_series(1, 10) n";
constexpr const char* rows_of_both =
    "insert into team select generate_series(1, 3); insert into t (id, mail, age, team_id, data) select n, 'U' || n, "
    "n, n % 3 + 1, '{}' from generate_series(1, 10) n";

/// Raises where the answer is not `wanted`.
std::string check(const std::string& query, const std::string& wanted) {
  return "do $$ declare got text; begin got := (" + query + ")::text; if got is distinct from '" + wanted +
         "' then raise exception 'got %', got; end if; end $$;";
}

}  // namespace

TEST_CASE("PostgreSQL: a column under two names") {
  PgStory story{"keep_column", around(people()), change::AlterTable{people(), renamed(), {}, {}}, "table t", rows};
  std::get<change::AlterTable>(story.kind).moves = {{"mail", "Mail Address", std::nullopt, std::nullopt}};
  story.writes =
      "insert into public.t (id, mail) values (11, 'old'); insert into public.t (id, \"Mail Address\") values (12, "
      "'new');"
      "update public.t set mail = 'u1' where id = 1; update public.t set \"Mail Address\" = 'u2' where id = 2;"
      "update public.t set mail = 'x', \"Mail Address\" = 'y' where id = 3; update public.t set age = 5 where id = 4;"
      "insert into public.t (id, mail) values (13, 'old') on conflict (mail) do update set mail = 'older';" +
      check(
          "select string_agg(\"Mail Address\" || '=' || mail, ' ' order by id) from public.t where id in (1, 2, 3, "
          "4, 11, 12)",
          "u1=u1 u2=u2 y=y U4=U4 older=older new=new") +
      "do $$ begin insert into public.t (id, mail) values (14, 'NEW'); raise exception 'a mail came in twice'; "
      "exception "
      "when unique_violation then null; end $$;"
      "do $$ begin insert into public.t (id) values (15); raise exception 'none came in'; exception when "
      "not_null_violation then null; end $$;";
  story.written = check("select string_agg(mail, ' ' order by id) from public.t where id in (1, 2, 3, 4, 11, 12)",
                        "u1 u2 y U4 older new");
  tell(story);
}

TEST_CASE("PostgreSQL: the old name of a column goes") {
  auto after = renamed();
  after.columns.pop_back();
  PgStory story{"keep_column_no_longer", around(renamed()), change::AlterTable{renamed(), after, {}, {}}, "table t",
                rows_of_both};
  auto& alter = std::get<change::AlterTable>(story.kind);
  alter.losses = {{"mail", model::Backup::without}};
  story.writes = "update public.t set \"Mail Address\" = 'u2' where id = 2;";
  story.written =
      "update public.t set mail = 'u1' where id = 1;" +
      check("select string_agg(\"Mail Address\" || '=' || mail, ' ' order by id) from public.t where id < 4",
            "u1=u1 u2=u2 U3=U3");
  tell(story);
  story.name = "keep_column_no_longer_with_backup";
  alter.losses[0].backup = model::Backup::with;
  tell(story);
}

TEST_CASE("PostgreSQL: a column with two types") {
  auto after = people();
  after.columns[2].type = "text";
  after.columns[2].default_value = model::Sql{"'1'::text"};
  after.checks[0].expression.text = "age::integer >= 0";
  auto before = people();
  before.checks[0].expression.text = "age::integer >= 0";
  before.columns[2].default_value.reset();
  after.columns[2].default_value.reset();
  auto old = column("age_old", "integer");
  old.kept = model::KeptEqual{"3 d t.age", "age", model::Sql{"cast(\"age\" as integer)"},
                              model::Sql{"cast(\"age_old\" as text)"}};
  after.columns.push_back(old);
  PgStory story{"keep_type", around(before), change::AlterTable{before, after, {}, {}}, "table t", rows};
  std::get<change::AlterTable>(story.kind).moves = {
      {"age", "age", model::Sql{"age::text"}, model::Sql{"age::integer"}}};
  story.writes =
      "insert into public.t (id, mail, age_old) values (11, 'a', 7); insert into public.t (id, mail, age) values (12, "
      "'b', '8'); update public.t set age_old = 21 where id = 1; update public.t set age = '22' where id = 2;" +
      check("select string_agg(age || '=' || age_old, ' ' order by id) from public.t where id in (1, 2, 3, 11, 12)",
            "21=21 22=22 3=3 7=7 8=8");
  story.written =
      check("select string_agg(age::text, ' ' order by id) from public.t where id in (1, 2, 3, 11, 12)", "21 22 3 7 8");
  tell(story);

  auto gone = after;
  gone.columns.pop_back();
  story = {"keep_type_no_longer", around(after), change::AlterTable{after, gone, {}, {}}, "table t", rows};
  auto& alter = std::get<change::AlterTable>(story.kind);
  alter.losses = {{"age_old", model::Backup::without}};
  story.writes = "update public.t set age = '22' where id = 2;";
  story.written =
      "update public.t set age_old = 21 where id = 1;" +
      check("select string_agg(age || '=' || age_old, ' ' order by id) from public.t where id < 4", "21=21 22=22 3=3");
  tell(story);
}

TEST_CASE("PostgreSQL: a table with a column under two names goes") {
  PgStory story{"keep_column_drop_table", around(renamed()), change::DropTable{renamed(), model::Backup::with},
                "table t", rows_of_both};
  tell(story);
}

TEST_CASE("PostgreSQL: a table under two names") {
  auto before = people();
  before.columns[0].identity = model::Identity::by_default;
  before.columns[3].identity = model::Identity::serial;
  before.columns[3].not_null = true;
  auto after = before;
  after.schema = "staff";
  after.name = "person";
  after.primary_key->name = "person_pkey";
  after.uniques[0].name = "person_mail_key";
  auto old = view("t", "select id, mail, age, team_id, data from staff.person");
  old.old_name_of = "staff.person";
  auto database = around(before);
  database.objects.push_back(object("schema", "schema staff", "create schema staff", "drop schema staff"));
  database.views.push_back(view("adults", "select id, mail from t where age >= 5"));
  database.objects.push_back(object("grant", "grant on table t to pg_monitor",
                                    "grant insert, select, update on table t to pg_monitor",
                                    "revoke insert, select, update on table t from pg_monitor"));
  PgStory story{"keep_table", database, change::RenameTable{before, after, old}, "table t", rows};
  story.writes =
      "set role pg_monitor; insert into public.t (id, mail, age, team_id) values (11, 'a', 7, 1) on conflict (mail) do "
      "nothing; "
      "update public.t set age = 70 where id = 1; reset role;"
      "delete from public.t where id = 2; insert into public.t (id, mail) values (99, 'b');" +
      check("select string_agg(id || '=' || age, ' ' order by id) from staff.person where id in (1, 2, 3, 11, 99)",
            "1=70 3=3 11=7 99=1") +
      check("select count(*) from public.adults", "8");
  story.written = check("select string_agg(id || '=' || age, ' ' order by id) from public.t where id in (1, 2, 3, 11)",
                        "1=70 3=3 11=7");
  tell(story);

  auto kept = database;
  kept.tables = {after, database.tables[1]};
  kept.views[0].query.text = "select id, mail from staff.person where age >= 5";
  kept.views.push_back(old);
  kept.objects.back().name = "grant on table staff.person to pg_monitor";
  kept.objects.back().create.text = "grant insert, select, update on table staff.person to pg_monitor";
  kept.objects.push_back(object("grant", "grant on table t to pg_monitor",
                                "grant insert, select, update on table t to pg_monitor",
                                "revoke insert, select, update on table t from pg_monitor"));
  story = {"keep_table_no_longer", kept, change::DropView{old}, "view t"};
  tell(story);
}
