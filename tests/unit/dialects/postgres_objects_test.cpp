// Tables, views, triggers and whole objects on PostgreSQL.
#include <doctest/doctest.h>

#include "compiler/dialects/postgres/rename_value.hpp"
#include "tests/unit/dialects/postgres_story.hpp"
#include "tests/unit/dialects/step_words.hpp"

using namespace dmc;
using namespace dmc::tests;

namespace {

model::Table users() {
  auto made = table("users",
                    {column("id", "bigint", true), column("email", "text"), column("age", "integer", true, "0")}, "id");
  made.uniques.push_back(key("users_email_key", {"email"}));
  made.checks.push_back({"users_age_check", model::Sql{"age >= 0"}, {}});
  made.indexes.push_back(index("users_age_idx", {"age"}));
  made.comment = "who it's";
  return made;
}

model::Table orders() {
  auto made = table("orders",
                    {column("id", "integer", true), column("user_id", "bigint", true),
                     column("state", "order_state", true, "'new'::order_state"),
                     column("at", "timestamp with time zone", true, "now()")},
                    "id");
  made.columns[0].identity = model::Identity::by_default;
  made.columns[0].identity_options = "start 10 increment 5";
  made.columns[2].comment = "where it stands";
  model::ForeignKey foreign;
  foreign.name = "orders_user_id_fkey";
  foreign.columns = {"user_id"};
  foreign.table = "users";
  foreign.referenced = {"id"};
  foreign.on_delete = "cascade";
  made.foreign_keys.push_back(foreign);
  auto open = index("orders_open_idx", {"user_id"});
  open.where = model::Sql{"state = 'new'::order_state"};
  made.indexes.push_back(open);
  return made;
}

model::Object state() {
  return object("enum", "enum order_state", "create type order_state as enum ('new', 'paid')", "drop type order_state");
}

model::Database shop() {
  auto made = database({users(), orders()});
  made.objects = {state(), object("function", "function touch()",
                                  "create function touch() returns trigger language plpgsql as $$ begin return new; "
                                  "end $$",
                                  "drop function touch()")};
  made.views = {view("adults", "select id, email from users where age > 17"),
                view("named_adults", "select id from adults where email is not null")};
  model::Trigger trigger;
  trigger.name = "users_touch";
  trigger.table = "users";
  trigger.of_table = true;
  trigger.timing = "before";
  trigger.events = {"update"};
  trigger.execute = "touch()";
  made.triggers.push_back(trigger);
  return made;
}

constexpr const char* rows =
    "insert into users (id, email, age) select n, 'u' || n || '@x', n from generate_series(1, 20) n;"
    "insert into orders (user_id) select id from users; grant select on adults to public;";

}  // namespace

TEST_CASE("PostgreSQL: tables") {
  auto before = shop();
  before.tables = {users()};
  before.views.clear();
  before.triggers.clear();
  tell({"create_table", before, change::CreateTable{orders()}, "table orders"});
  tell({"drop_table", shop(), change::DropTable{orders(), model::Backup::without}, "table orders", rows, {}, false});
  tell({"drop_table_with_backup", shop(), change::DropTable{orders(), model::Backup::with}, "table orders", rows});
  auto people = users();
  people.name = "people";
  auto renamed = shop();
  renamed.views.clear();
  tell({"rename_table",
        renamed,
        change::RenameTable{users(), people},
        "table people",
        {},
        "alter table users rename to people"});

  auto payments = table("payment", {column("id", "bigint", true), column("at", "date", true)});
  payments.primary_key = key("payment_pkey", {"id", "at"});
  payments.partitioned = model::Partitioning{"range", model::Sql{"at"}, {}};
  payments.partitioned->partitions = {{"", "payment_2026", model::Sql{"from ('2026-01-01') to ('2027-01-01')"}, {}},
                                      {"", "payment_rest", model::Sql{"default"}, {}}};
  payments.indexes.push_back(index("payment_at_idx", {"at"}));
  payments.settings = {{"row_security", "forced"}};
  tell(
      {"create_partitioned",
       database(),
       change::CreateTable{payments},
       "table payment",
       {},
       "create table payment (id bigint not null, at date not null, constraint payment_pkey primary key (id, at)) "
       "partition by range (at); create table payment_2026 partition of payment for values from ('2026-01-01') to "
       "('2027-01-01'); create table payment_rest partition of payment default; create index payment_at_idx on payment "
       "(at); alter table payment enable row level security; alter table payment force row level security"});
  auto settings = table("s", {column("id", "integer", true), column("doc", "text")}, "id");
  settings.columns[0].identity = model::Identity::serial;
  settings.columns[1].storage = "external";
  settings.columns[1].statistics = 500;
  settings.settings = {{"fillfactor", "80"}, {"replica_identity", "full"}, {"unlogged", "true"}};
  model::Exclusion exclusion;
  exclusion.name = "s_excl";
  exclusion.method = "gist";
  exclusion.elements = {element("id")};
  exclusion.elements[0].column.reset();
  exclusion.elements[0].expression = model::Sql{"int4range(id, id + 1)"};
  exclusion.elements[0].with_operator = "&&";
  settings.exclusions.push_back(exclusion);
  tell({"create_with_settings",
        database(),
        change::CreateTable{settings},
        "table s",
        {},
        "create unlogged table s (id serial primary key, doc text, constraint s_excl exclude using gist (int4range(id, "
        "id + 1) with &&)) with (fillfactor = 80); alter table s alter doc set storage external, alter doc set "
        "statistics 500, replica identity full"});
}

TEST_CASE("PostgreSQL: views") {
  const auto before = shop();
  auto adults = before.views[0];
  auto more = adults;
  more.query.text = "select id, email, age from users where age > 18";
  tell({"view_appends", before, change::ReplaceView{adults, more}, "view adults", rows,
        "create or replace view adults as select id, email, age from users where age > 18"});
  auto fewer = adults;
  fewer.query.text = "select id, upper(email) as email from users where age > 18";
  tell({"view_anew", before, change::ReplaceView{adults, fewer}, "view adults", rows,
        "create or replace view adults as select id, upper(email) as email from users where age > 18"});
  auto returned = before;
  returned.objects.push_back(
      object("function", "function grown_up(integer)",
             "create function grown_up(years integer) returns setof adults language sql as $$ select * from adults $$",
             "drop function grown_up(integer)"));
  returned.views.push_back(view("elders", "select id from grown_up(70)"));
  tell({"view_that_a_function_returns", returned, change::ReplaceView{adults, fewer}, "view adults",
        std::string(rows) + "revoke execute on function grown_up from public;"
                            "comment on function grown_up is 'those of age'"});
  auto counted = before;
  counted.objects.push_back(object("function", "function how_many(integer)",
                                   "create function how_many(years integer) returns bigint language sql begin atomic "
                                   "select count(*) from adults where id > years; end",
                                   "drop function how_many(integer)"));
  counted.objects.back().after = {"adults"};
  counted.oldest_version = "14";  // the first to have such bodies
  tell({"view_that_a_function_counts", counted, change::ReplaceView{adults, fewer}, "view adults",
        std::string(rows) + "revoke execute on function how_many from public;"});
  auto commented = adults;
  commented.comment = "grown up";
  commented.settings = {{"security_barrier", "true"}};
  tell({"view_settings", before, change::ReplaceView{adults, commented}, "view adults", rows,
        "alter view adults set (security_barrier = true); comment on view adults is 'grown up'"});
  tell({"create_view", before, change::CreateView{view("kids", "select id from users where age < 18")}, "view kids",
        rows, "create view kids as select id from users where age < 18"});
  auto totals = view("totals", "select user_id, count(*) as n from orders group by user_id");
  totals.materialized = true;
  totals.indexes.push_back(index("totals_user_id_idx", {"user_id"}, true));
  tell({"create_materialized_view", before, change::CreateView{totals}, "view totals", rows,
        "create materialized view totals as select user_id, count(*) as n from orders group by user_id; create unique "
        "index totals_user_id_idx on totals (user_id)"});
  auto with = before;
  with.views.push_back(totals);
  with.views.push_back(view("big_totals", "select user_id from totals where n > 1"));
  auto other = totals;
  other.query.text = "select user_id, count(*) as n, max(at) as last from orders group by user_id";
  other.comment = "how many";
  tell({"materialized_view_anew", with, change::ReplaceView{totals, other}, "view totals",
        std::string(rows) + "refresh materialized view totals",
        "drop view big_totals; drop materialized view totals; create materialized view totals as select user_id, "
        "count(*) as n, max(at) as last from orders group by user_id; create unique index totals_user_id_idx on totals "
        "(user_id); comment on materialized view totals is 'how many'; create view big_totals as select user_id from "
        "totals where n > 1"});
  tell({"drop_view", before, change::DropView{before.views[1]}, "view named_adults", rows, "drop view named_adults"});
}

TEST_CASE("PostgreSQL: triggers and functions") {
  const auto before = shop();
  auto always = before.triggers[0];
  always.enabled = "always";
  always.when = model::Sql{"old.age is distinct from new.age"};
  tell({"replace_trigger", before, change::ReplaceTrigger{before.triggers[0], always}, "trigger users.users_touch",
        rows,
        "drop trigger users_touch on users; create trigger users_touch before update on users for each row when "
        "(old.age "
        "is distinct from new.age) execute function touch(); alter table users enable always trigger users_touch"});
  auto off = before.triggers[0];
  off.enabled = "disabled";
  tell({"disable_trigger", before, change::ReplaceTrigger{before.triggers[0], off}, "trigger users.users_touch", rows,
        "alter table users disable trigger users_touch"});
  // What goes with a thing comes back with it.
  auto dressed = before;
  dressed.objects.push_back(object("comment", "comment on function touch()", "comment on function touch() is 'sets it'",
                                   "comment on function touch() is null"));
  dressed.objects.push_back(object("comment", "comment on trigger users_touch on users",
                                   "comment on trigger users_touch on users is 'each time'",
                                   "comment on trigger users_touch on users is null"));
  dressed.objects.push_back(object("grant", "grant on function touch() to pg_monitor",
                                   "grant execute on function touch() to pg_monitor",
                                   "revoke execute on function touch() from pg_monitor"));
  dressed.objects.push_back(object("revoke", "revoke on function touch() from public",
                                   "revoke execute on function touch() from public",
                                   "grant execute on function touch() to public"));
  tell({"replace_commented_trigger", dressed, change::ReplaceTrigger{before.triggers[0], always},
        "trigger users.users_touch", rows});
  auto free = dressed;
  free.triggers.clear();
  std::erase_if(free.objects, [](const auto& each) { return each.name.find("trigger") != std::string::npos; });
  tell({"drop_function", free, change::DropObject{free.objects[1]}, "function touch()", rows});
  auto guarded = dressed;
  guarded.objects.push_back(object("comment", "comment on policy own on orders",
                                   "comment on policy own on orders is 'mine'",
                                   "comment on policy own on orders is null"));
  guarded.objects.push_back(object("row policy", "row policy own on orders",
                                   "create policy own on orders using (user_id = 1)", "drop policy own on orders"));
  guarded.objects.push_back(object("grant", "grant on table orders to public", "grant select on table orders to public",
                                   "revoke select on table orders from public"));
  tell(
      {"drop_guarded_table", guarded, change::DropTable{guarded.tables[1], model::Backup::with}, "table orders", rows});
  auto touch = before.objects[1];
  auto other = touch;
  other.create.text =
      "create function touch() returns trigger language plpgsql as $$ begin new.age := 3; return new; end $$";
  tell({"replace_function", before, change::ReplaceObject{touch, other}, "function touch()", rows,
        "create or replace function touch() returns trigger language plpgsql as $$ begin new.age := 3; return new; end "
        "$$"});
  auto with = before;
  with.objects.push_back(
      object("function", "function twice(integer)",
             "create function twice(n integer) returns integer language sql immutable as $$ select n "
             "* 2 $$",
             "drop function twice(integer)"));
  with.views.push_back(view("doubled", "select id, twice(age) as age from users"));
  auto twice = with.objects[2];
  twice.create.text =
      "create function twice(m integer) returns bigint language sql immutable as $$ select m::bigint * 2 $$";
  tell(
      {"function_anew", with, change::ReplaceObject{with.objects[2], twice}, "function twice(integer)",
       std::string(rows) + "revoke execute on function twice from public; grant select on doubled to public;",
       "drop view doubled; drop function twice; create function twice(m integer) returns bigint language sql immutable "
       "as $$ select m::bigint * 2 $$; create view doubled as select id, twice(age) as age from users; revoke execute "
       "on function twice from public; grant select on doubled to public"});
}

TEST_CASE("PostgreSQL: types, sequences and other objects") {
  const auto before = shop();
  auto more = state();
  more.create.text = "create type order_state as enum ('draft', 'new', 'paid', 'sent', 'lost')";
  tell({"enum_values", before, change::ReplaceObject{state(), more}, "enum order_state", rows,
        "alter type order_state add value 'draft' before 'new'; alter type order_state add value 'sent'; alter type "
        "order_state add value 'lost'"});
  // What says the value says it under its new name, as the server shows it.
  auto called = before;
  dialects::postgres::rename_value(called, "enum order_state", "new", "fresh");
  change::RenameValue rename{state(), called.objects.front(), "new", "fresh", {}};
  for (const auto& table : called.tables) rename.objects.push_back({"table " + table.path(), table});
  for (const auto& one : called.objects) rename.objects.push_back({one.label(), one});
  tell({"enum_value_renamed", before, rename, "enum order_state", rows,
        "alter type order_state rename value 'new' to 'fresh'"});

  auto fewer = state();
  fewer.create.text = "create type order_state as enum ('new', 'gone')";
  tell({"enum_anew", before, change::ReplaceObject{state(), fewer}, "enum order_state", rows});

  auto with = before;
  with.objects.push_back(object("domain", "domain percent",
                                "create domain percent as integer constraint percent_check check (value >= 0)",
                                "drop domain percent"));
  with.tables[0].columns.push_back(column("share", "percent"));
  auto percent = with.objects[2];
  percent.create.text =
      "create domain percent as integer default 7 constraint percent_max check (value <= 100) constraint percent_check "
      "check (value >= 0)";
  tell({"domain", with, change::ReplaceObject{with.objects[2], percent}, "domain percent",
        std::string(rows) + "update users set share = 5",
        "alter domain percent set default 7; alter domain percent add constraint percent_max check (value <= 100)"});

  const auto point = object("type", "type point3", "create type point3 as (x integer, y integer)", "drop type point3");
  auto wider = point;
  wider.create.text = "create type point3 as (x bigint, y integer, z integer)";
  auto points = database();
  points.objects = {point};
  tell({"composite",
        points,
        change::ReplaceObject{point, wider},
        "type point3",
        {},
        "alter type point3 alter attribute x type bigint, add attribute z integer"});

  const auto sequence =
      object("sequence", "sequence s", "create sequence s as integer start 10 cache 5", "drop sequence s");
  auto other = sequence;
  other.create.text = "create sequence s increment -2 minvalue -100 maxvalue -1 cycle";
  auto sequences = database();
  sequences.objects = {sequence};
  tell({"sequence",
        sequences,
        change::ReplaceObject{sequence, other},
        "sequence s",
        {},
        "drop sequence s; create sequence s increment -2 minvalue -100 maxvalue -1 cycle"});
  tell({"drop_sequence", sequences, change::DropObject{sequence}, "sequence s"});

  auto policies = before;
  const auto policy = object("row policy", "row policy own on orders",
                             "create policy own on orders using (user_id = 1)", "drop policy own on orders");
  policies.objects.push_back(policy);
  auto wide = policy;
  wide.create.text = "create policy own on orders for select using (user_id > 1)";
  tell({"policy", policies, change::ReplaceObject{policy, wide}, "row policy own on orders", rows});
  const auto grant =
      object("grant", "grant on table orders to public", "grant insert, select on table orders to public",
             "revoke insert, select on table orders from public");
  tell({"grant", before, change::CreateObject{grant}, "grant on table orders to public", rows});
  // A privilege that stays loses the option alone.
  auto both = before;
  const auto option = object("grant", "grant on table orders to pg_monitor with grant option",
                             "grant select on table orders to pg_monitor with grant option",
                             "revoke select on table orders from pg_monitor");
  both.objects.push_back(object("grant", "grant on table orders to pg_monitor",
                                "grant select on table orders to pg_monitor",
                                "revoke select on table orders from pg_monitor"));
  both.objects.push_back(option);
  tell({"grant_loses_its_option", both, change::DropObject{option}, option.name, rows,
        "revoke grant option for select on orders from pg_monitor"});
  // What default privileges give to a new table is not what was declared for this one.
  auto defaults = before;
  defaults.objects.push_back(
      object("default privileges", "default privileges for postgres in schema public on tables to pg_monitor",
             "alter default privileges for role postgres in schema public grant insert, select on tables to pg_monitor",
             "alter default privileges for role postgres in schema public revoke insert, select on tables from "
             "pg_monitor"));
  const auto less = object("grant", "grant on table orders to pg_monitor", "grant select on table orders to pg_monitor",
                           "revoke select on table orders from pg_monitor");
  tell({"grant_less_than_by_default", defaults, change::CreateObject{less}, less.name,
        std::string(rows) + "revoke all on orders from pg_monitor", "grant select on orders to pg_monitor"});
  auto as_much = less;
  as_much.create.text = "grant insert, select, update on table orders to pg_monitor";
  as_much.drop.text = "revoke insert, select, update on table orders from pg_monitor";
  CHECK(shown(steps_of({"", defaults, change::CreateObject{as_much}, less.name})).find("revoke all") ==
        std::string::npos);
  // What a partition has otherwise than its parent, and what is said of things elsewhere.
  const auto mandatory =
      object("column not null", "column not null users.email", "alter table only users alter column email set not null",
             "alter table only users alter column email drop not null");
  tell({"column_not_null", before, change::CreateObject{mandatory}, "column not null users.email", rows});
  const auto comment =
      object("comment", "comment on column orders.state", "comment on column orders.state is 'how far'",
             "comment on column orders.state is 'where it stands'");
  tell({"comment", before, change::CreateObject{comment}, "comment on column orders.state", rows});
  const auto statistics =
      object("statistics", "statistics pair", "create statistics pair (dependencies) on user_id, state from orders",
             "drop statistics pair");
  tell({"statistics", before, change::CreateObject{statistics}, "statistics pair", rows});
  const auto publication =
      object("publication", "publication sales", "create publication sales for table orders", "drop publication sales");
  tell({"publication", before, change::CreateObject{publication}, "publication sales", rows});
  const auto extension = object("extension", "extension citext", "create extension citext", "drop extension citext");
  tell({"extension", before, change::CreateObject{extension}, "extension citext", rows});
}
