// What a database holds besides tables.
#include "built.hpp"

namespace dmc::ast::test {

TEST_CASE("a database has an engine and the oldest version") {
  const Built built("database shop on postgres 14 { } database \"My shop\" on clickhouse 23.8.1 { } database bare { }");
  const auto& shop = built.item<Database>(0);
  CHECK(shop.name.text == "shop");
  CHECK(shop.engine->text == "postgres");
  CHECK(shop.version->parts == std::vector<std::uint32_t>{14});
  CHECK(built.sources.text(shop.head) == "database shop on postgres 14");
  CHECK(built.item<Database>(1).name.quoted);
  CHECK(built.item<Database>(1).version->parts == std::vector<std::uint32_t>{23, 8, 1});
  CHECK(built.item<Database>(1).version->text == "23.8.1");
  CHECK_FALSE(built.item<Database>(2).engine.has_value());
}

TEST_CASE("a project names its edition") {
  const Built built("project shop { edition 1; }");
  CHECK(built.item<Project>().name.text == "shop");
  CHECK(built.item<Project>().edition->value == 1);
}

TEST_CASE("views") {
  const InDatabase<View> view("view s.v (a, b) as (select 1, 2) with local check option after x, y.z { comment 'c'; }");
  CHECK(words(view->name) == "s v");
  CHECK(words(view->columns) == "a b");
  CHECK(view->query.text == "select 1, 2");
  CHECK(view->check_option == CheckOption::local);
  REQUIRE(view->after.size() == 2);
  CHECK(words(view->after[1]) == "y z");
  CHECK(view->comment->text.value == "c");
  CHECK(InDatabase<View>("view v as (select 1);")->check_option == CheckOption::unstated);
  CHECK(InDatabase<View>("view v as (select 1) with check option;")->check_option == CheckOption::unspecified);
  CHECK(InDatabase<View>("view v as $$ select 1 $$ with cascaded check option;")->check_option ==
        CheckOption::cascaded);
}

TEST_CASE("materialized views") {
  const InDatabase<MaterializedView> view(
      "materialized view v (a) on cluster 'c' to s.t engine = SummingMergeTree(n) primary key (a) order by (a, b) "
      "partition by "
      "(p) ttl (d) settings x = 1 as (select a from t) after u { unique index i (a); index (a); comment 'c'; }");
  CHECK(words(view->name) == "v");
  CHECK(words(view->columns) == "a");
  CHECK(view->on_cluster->value == "c");
  CHECK(words(*view->to) == "s t");
  CHECK(words(view->engine->engine.arguments) == "[n]");
  CHECK(view->primary_key->text == "a");
  CHECK(view->order_by->text == "a, b");
  CHECK(view->partition_by->text == "p");
  CHECK(view->ttl->expression.text == "d");
  CHECK(view->settings.size() == 1);
  CHECK(view->query.text == "select a from t");
  CHECK(view->indexes.size() == 2);
  CHECK(view->comment->text.value == "c");
  CHECK(words(view->after.at(0)) == "u");
}

TEST_CASE("sequences, enums, domains, extensions") {
  const InDatabase<Sequence> sequence("sequence s as bigint start 5 no maxvalue owned by users.id;");
  CHECK(sequence->type->name == "bigint");
  REQUIRE(sequence->options.size() == 3);
  CHECK(words(std::get<Path>(sequence->options[2].value)) == "users id");

  const InDatabase<Enum> values("enum order_state { new, 'in progress', \"Done\" }");
  CHECK(words(values->values) == "new \"in progress\" \"Done\"");
  CHECK(values.sources.text(values->head) == "enum order_state");

  const InDatabase<Domain> domain(
      "domain percent numeric(5, 2) not null default 0 check (value < 101) constraint c check (true);");
  CHECK(domain->type.name == "numeric");
  REQUIRE(domain->options.size() == 4);
  CHECK(std::get<Check>(domain->options[3]).name->text == "c");

  const InDatabase<Extension> extension("extension postgis version '3.4' schema gis;");
  CHECK(extension->name.text == "postgis");
  CHECK(extension->version->value == "3.4");
  CHECK(extension->schema->text == "gis");
}

TEST_CASE("a schema holds items of its own") {
  const InDatabase<Schema> schema(
      "schema audit { table a { x int; } view b as (select 1); schema inner { table c { x int; } } }");
  CHECK(schema->name.text == "audit");
  REQUIRE(schema->items.size() == 3);
  CHECK(words(std::get<Table>(schema->items[0].value).name) == "a");
  CHECK(std::get<Schema>(schema->items[2].value).items.size() == 1);
}

TEST_CASE("row policies") {
  const InDatabase<RowPolicy> policy(
      "row policy own on s.orders as restrictive for update to app, \"Web\" using (a = b) with check (c);");
  CHECK(policy->name.text == "own");
  CHECK(words(policy->table) == "s orders");
  CHECK(policy->kind == RowPolicyKind::restrictive);
  CHECK(policy->command == RowCommand::update);
  CHECK(words(policy->roles) == "app \"Web\"");
  CHECK(policy->using_expression->text == "a = b");
  CHECK(policy->with_check->text == "c");
  const InDatabase<RowPolicy> least("row policy p on t;");
  CHECK(least->kind == RowPolicyKind::unstated);
  CHECK(least->command == RowCommand::unstated);
  CHECK(least->roles.empty());
}

TEST_CASE("grants") {
  const InDatabase<Grant> grant(
      "grant select (a, b), insert, all privileges on orders, s.items to app, web with grant option;");
  REQUIRE(grant->privileges.size() == 3);
  CHECK(grant->privileges[0].words == "select");
  CHECK(words(grant->privileges[0].columns) == "a b");
  CHECK(grant->privileges[2].words == "all privileges");
  CHECK(grant->object_kind == "");
  CHECK(words(grant->objects.at(1)) == "s items");
  CHECK(words(grant->roles) == "app web");
  CHECK(grant->with_grant_option);
  CHECK(grant.sources.text(grant->head) == "grant select (a, b), insert, all privileges on orders, s.items");
  CHECK(InDatabase<Grant>("grant usage on schema audit to app;")->object_kind == "schema");
  CHECK(InDatabase<Grant>("grant select on all tables  in schema audit to app;")->object_kind ==
        "all tables in schema");
  const InDatabase<Grant> execute("grant execute on function tax(numeric) to app;");
  CHECK(execute->objects.at(0).arguments.size() == 1);
}

TEST_CASE("objects declared whole") {
  const InDatabase<Object> object(
      "object 'statistics' s.users_stats create (create statistics x) replace (r) drop $$drop statistics x$$ after a, "
      "b;");
  CHECK(object->kind.value == "statistics");
  CHECK(words(object->name) == "s users_stats");
  CHECK(object->create.text == "create statistics x");
  CHECK(object->replace->text == "r");
  CHECK(object->drop.text == "drop statistics x");
  CHECK(object->after.size() == 2);
}

TEST_CASE("functions") {
  const InDatabase<Routine> function(
      "function s.tax(inout total numeric default f(1, 2), rate int) returns setof audit.row language plpgsql "
      "immutable security "
      "definer cost 10 rows 0.5 set search_path = public, 'x' as $$ begin end $$ parallel safe after u;");
  CHECK(function->kind == RoutineKind::function);
  CHECK(words(function->name) == "s tax");
  CHECK(words(function->parameters) == "[inout total numeric default f(1, 2)][rate int]");
  CHECK(function->returns->set);
  CHECK(function->returns->type->name == "row");
  CHECK(function->returns->text == "setof audit.row");
  REQUIRE(function->options.size() == 7);
  CHECK(function->options[0].words == "language");
  CHECK(std::get<Name>(function->options[0].value).text == "plpgsql");
  CHECK(function->options[2].words == "security definer");
  CHECK(std::get<Integer>(function->options[3].value).value == 10);
  CHECK(std::get<Decimal>(function->options[4].value).text == "0.5");
  const auto& setting = std::get<RoutineSetting>(function->options[5].value);
  CHECK(words(setting.name) == "search_path");
  REQUIRE(setting.values.size() == 2);
  CHECK(std::get<Word>(setting.values[0]).text == "public");
  CHECK(std::get<Text>(setting.values[1]).value == "x");
  CHECK(function->options[6].words == "parallel safe");
  CHECK(std::get<Sql>(function->body).text == " begin end ");
  CHECK(words(function->after.at(0)) == "u");
  CHECK(function.sources.text(function->head) == "function s.tax");
}

TEST_CASE("routines of other shapes") {
  const InDatabase<Routine> table("function f() returns table (a int, b text) language sql as 'select 1, ''x''';");
  CHECK(words(table->returns->table_columns) == "[a int][b text]");
  CHECK_FALSE(table->returns->type.has_value());
  CHECK(table->returns->text == "table (a int, b text)");
  CHECK(std::get<Text>(table->body).value == "select 1, 'x'");
  const InDatabase<Routine> library("function g() returns int language c strict as 'lib', 'g_entry';");
  CHECK(std::get<LibraryBody>(library->body).library.value == "lib");
  CHECK(std::get<LibraryBody>(library->body).symbol.value == "g_entry");
  const InDatabase<Routine> procedure("procedure p() language sql as (select 1);");
  CHECK(procedure->kind == RoutineKind::procedure);
  CHECK_FALSE(procedure->returns.has_value());
}

TEST_CASE("triggers") {
  const InDatabase<Trigger> trigger(
      "trigger tr after insert or update of (a, b) or delete on s.users referencing old table as gone new table as "
      "come "
      "for each row when (new.a > 0) deferrable initially deferred execute audit.touch('x', 2) enabled replica after "
      "u;");
  CHECK(trigger->name.text == "tr");
  CHECK(trigger->timing == TriggerTiming::after);
  REQUIRE(trigger->events.size() == 3);
  CHECK(trigger->events[1].kind == TriggerEventKind::update);
  CHECK(words(trigger->events[1].columns) == "a b");
  CHECK(trigger->events[2].kind == TriggerEventKind::remove);
  CHECK(words(trigger->table) == "s users");
  REQUIRE(trigger->transitions.size() == 2);
  CHECK(trigger->transitions[0].old_rows);
  CHECK(trigger->transitions[0].name.text == "gone");
  CHECK_FALSE(trigger->transitions[1].old_rows);
  CHECK(trigger->level == TriggerLevel::row);
  CHECK(trigger->when->text == "new.a > 0");
  CHECK(trigger->deferral == Deferral::initially_deferred);
  CHECK(words(std::get<TriggerCall>(trigger->action).function) == "audit touch");
  CHECK(words(std::get<TriggerCall>(trigger->action).arguments) == "['x'][2]");
  CHECK(trigger->firing == Firing::replica);
  CHECK(trigger->after.size() == 1);
}

TEST_CASE("a trigger may hold its statements") {
  const InDatabase<Trigger> trigger("trigger tr instead of update of a on v as $$ update t set a = new.a; $$;");
  CHECK(trigger->timing == TriggerTiming::instead_of);
  CHECK(words(trigger->events.at(0).columns) == "a");
  CHECK(trigger->level == TriggerLevel::unstated);
  CHECK(std::get<Sql>(trigger->action).text == " update t set a = new.a; ");
  CHECK(InDatabase<Trigger>("trigger t before truncate on t for each statement execute f();")->timing ==
        TriggerTiming::before);
}

TEST_CASE("a database has comments, settings and uses of its own") {
  const Built built("database d on sqlite 3 { comment 'c'; settings journal_mode = wal; use std.audit_log(users); }");
  const auto& items = built.item<Database>().items;
  REQUIRE(items.size() == 3);
  CHECK(std::get<Comment>(items[0].value).text.value == "c");
  CHECK(std::get<Settings>(items[1].value).settings.size() == 1);
  CHECK(words(std::get<Use>(items[2].value).pattern) == "std audit_log");
}

}  // namespace dmc::ast::test
