// Tables: columns, options, constraints, indexes and the clauses of an engine.
#include "built.hpp"

namespace dmc::ast::test {

TEST_CASE("columns and clauses keep their order, uses their place between the columns") {
  const InTable table("use first(); a int; index (a); b int; use second(); check (a > b); c int; use third();");
  REQUIRE(table.body().columns.size() == 3);
  CHECK(words({table.column(0).name, table.column(1).name, table.column(2).name}) == "a b c");
  REQUIRE(table.body().uses.size() == 3);
  CHECK(table.body().uses[0].position == 0);
  CHECK(table.body().uses[1].position == 2);
  CHECK(table.body().uses[2].position == 3);
  REQUIRE(table.body().clauses.size() == 2);
  CHECK(table.clause<Index>(0).elements.size() == 1);
  CHECK(table.clause<Check>(1).condition.text == "a > b");
}

TEST_CASE("a table has a name, a head and a cluster") {
  const InDatabase<Table> table("table audit.log on cluster '{cluster}' { x int; }");
  CHECK(words(table->name) == "audit log");
  CHECK(table->on_cluster->value == "{cluster}");
  CHECK(table.sources.text(table->head) == "table audit.log on cluster '{cluster}'");
  CHECK(table.sources.text(table->span) == "table audit.log on cluster '{cluster}' { x int; }");
}

TEST_CASE("options of a column stand as written") {
  const InTable table("x bigint primary key identity null not null unique comment 'c' ttl (x);");
  CHECK(std::holds_alternative<ColumnPrimaryKey>(table.column().options.at(0)));
  CHECK(table.option<Identity>(1).kind == IdentityKind::by_default);
  CHECK(std::holds_alternative<Nullable>(table.column().options.at(2)));
  CHECK(std::holds_alternative<NotNull>(table.column().options.at(3)));
  CHECK(std::holds_alternative<ColumnUnique>(table.column().options.at(4)));
  CHECK(table.option<Comment>(5).text.value == "c");
  CHECK(table.option<Ttl>(6).expression.text == "x");
}

TEST_CASE("identity says how") {
  const InTable table(
      "a int identity; b int identity always; c int identity serial start with 10 increment by 2 no cycle;");
  CHECK(std::get<Identity>(table.column(0).options[0]).kind == IdentityKind::by_default);
  CHECK(std::get<Identity>(table.column(1).options[0]).kind == IdentityKind::always);
  const auto& serial = std::get<Identity>(table.column(2).options[0]);
  CHECK(serial.kind == IdentityKind::serial);
  REQUIRE(serial.options.size() == 3);
  CHECK(serial.options[0].words == "start with");
  CHECK(std::get<Integer>(serial.options[0].value).value == 10);
  CHECK(std::get<Integer>(serial.options[1].value).value == 2);
  CHECK(serial.options[2].words == "no cycle");
  CHECK(std::holds_alternative<std::monostate>(serial.options[2].value));
}

TEST_CASE("generated columns") {
  const InTable table("a text generated (lower(b)) stored; b text generated (c) virtual; c text generated (a);");
  const auto generated = [&](std::size_t index) { return std::get<Generated>(table.column(index).options[0]); };
  CHECK(generated(0).expression.text == "lower(b)");
  CHECK(generated(0).storage == GeneratedStorage::stored);
  CHECK(generated(1).storage == GeneratedStorage::computed);
  CHECK(generated(2).storage == GeneratedStorage::unstated);
}

TEST_CASE("references say what happens") {
  const InTable table(
      "x int references audit.users (id, \"Key\") match full on delete set null (x) on update cascade deferrable "
      "initially "
      "deferred;");
  const References& references = *table.option<ColumnReferences>().references;
  CHECK(words(references.table) == "audit users");
  CHECK(words(references.columns) == "id \"Key\"");
  CHECK(references.match == Match::full);
  CHECK(references.on_delete.action == ForeignKeyAction::set_null);
  CHECK(words(references.on_delete.columns) == "x");
  CHECK(references.on_update.action == ForeignKeyAction::cascade);
  CHECK(references.deferral == Deferral::initially_deferred);
}

TEST_CASE("every action and deferral of a foreign key") {
  const InTable table(
      "a int references t on delete no action; b int references t on delete restrict; "
      "c int references t on delete set default; d int references t not deferrable; "
      "e int references t deferrable; f int references t deferrable initially immediate;");
  const auto references = [&](std::size_t index) {
    return *std::get<ColumnReferences>(table.column(index).options[0]).references;
  };
  CHECK(references(0).on_delete.action == ForeignKeyAction::no_action);
  CHECK(references(1).on_delete.action == ForeignKeyAction::restrict);
  CHECK(references(2).on_delete.action == ForeignKeyAction::set_default);
  CHECK(references(3).deferral == Deferral::not_deferrable);
  CHECK(references(4).deferral == Deferral::deferrable);
  CHECK(references(5).deferral == Deferral::initially_immediate);
  CHECK(references(0).on_update.action == ForeignKeyAction::unstated);
  CHECK(references(0).columns.empty());
}

TEST_CASE("a constraint of a column may have a name") {
  const InTable table(
      "x int constraint c1 not null constraint c2 check (x > 0) no inherit constraint c3 unique "
      "constraint c4 references t constraint c5 primary key desc on conflict replace;");
  CHECK(table.option<NotNull>(0).name->text == "c1");
  CHECK(table.option<Check>(1).name->text == "c2");
  CHECK(table.option<Check>(1).no_inherit);
  CHECK(table.option<ColumnUnique>(2).name->text == "c3");
  CHECK(table.option<ColumnReferences>(3).name->text == "c4");
  CHECK(table.option<ColumnPrimaryKey>(4).name->text == "c5");
  CHECK(table.option<ColumnPrimaryKey>(4).direction == Direction::descending);
  CHECK(table.option<ColumnPrimaryKey>(4).on_conflict == ConflictResolution::replace);
}

TEST_CASE("options that one engine has") {
  const InTable table(
      "a int materialized (b + 1); b int alias (c); c int ephemeral; d int ephemeral (0); "
      "e text storage external compression lz4 statistics 500; f int on update (now()); "
      "g text collate \"de_DE\"; h int codec (Delta);");
  CHECK(std::get<Materialized>(table.column(0).options[0]).expression.text == "b + 1");
  CHECK(std::get<Alias>(table.column(1).options[0]).expression.text == "c");
  CHECK_FALSE(std::get<Ephemeral>(table.column(2).options[0]).expression.has_value());
  CHECK(std::get<Ephemeral>(table.column(3).options[0]).expression->text == "0");
  CHECK(std::get<ColumnStorage>(table.column(4).options[0]).method.text == "external");
  CHECK(std::get<Compression>(table.column(4).options[1]).method.text == "lz4");
  CHECK(std::get<Statistics>(table.column(4).options[2]).target.value == 500);
  CHECK(std::get<OnUpdateValue>(table.column(5).options[0]).expression.text == "now()");
  CHECK(words(std::get<Collate>(table.column(6).options[0]).collation) == "\"de_DE\"");
}

TEST_CASE("keys and checks of a table") {
  const InTable table(
      "primary key (a, b desc) include (c) on conflict ignore; unique nulls not distinct (a) deferrable; "
      "constraint k primary key (x); constraint u unique (a); check (a > 0) no inherit; "
      "constraint ck check (b);");
  const auto& key = table.clause<PrimaryKey>(0);
  REQUIRE(key.elements.size() == 2);
  CHECK(std::get<Name>(key.elements[1].key).text == "b");
  CHECK(key.elements[1].direction == Direction::descending);
  CHECK(words(key.include) == "c");
  CHECK(key.on_conflict == ConflictResolution::ignore);
  CHECK_FALSE(key.name.has_value());
  CHECK(table.clause<Unique>(1).nulls_not_distinct);
  CHECK(table.clause<Unique>(1).deferral == Deferral::deferrable);
  CHECK(table.clause<PrimaryKey>(2).name->text == "k");
  CHECK(table.sources.text(table.clause<PrimaryKey>(2).span) == "constraint k primary key (x)");
  CHECK(table.clause<Unique>(3).name->text == "u");
  CHECK(table.clause<Check>(4).no_inherit);
  CHECK(table.clause<Check>(5).name->text == "ck");
}

TEST_CASE("a key of expressions is SQL") {
  const InTable table("primary key (toDate(ts), tenant);");
  CHECK(table.clause<PrimaryKey>().elements.empty());
  CHECK(table.clause<PrimaryKey>().expressions->text == "toDate(ts), tenant");
}

TEST_CASE("foreign keys and exclusions") {
  const InTable table(
      "constraint fk foreign key (a, b) references t (x, y) on delete cascade; "
      "constraint ex exclude using gist (room with =, tsrange(a, b) with &&) where (not gone);");
  const auto& key = table.clause<ForeignKey>(0);
  CHECK(key.name->text == "fk");
  CHECK(words(key.columns) == "a b");
  CHECK(words(key.references.columns) == "x y");
  const auto& exclude = table.clause<Exclude>(1);
  CHECK(exclude.name->text == "ex");
  CHECK(exclude.method->text == "gist");
  REQUIRE(exclude.elements.size() == 2);
  CHECK(exclude.elements[0].with_operator->text == "=");
  CHECK(std::get<Sql>(exclude.elements[1].key).text == "tsrange(a, b)");
  CHECK(std::get<Sql>(exclude.elements[1].key).form == SqlForm::bare);
  CHECK(exclude.elements[1].with_operator->text == "&&");
  CHECK(exclude.where->text == "not gone");
}

TEST_CASE("an index, with everything") {
  const InTable table(
      "unique index i using gin (lower(a) collate \"C\" text_ops(siglen = 32) desc nulls last, (b + 1), c asc "
      "nulls first) include (d, e) nulls not distinct where (a > 0) settings fillfactor = 70, fastupdate "
      "= false comment 'why';");
  const auto& index = table.clause<Index>();
  CHECK(index.unique);
  CHECK(index.name->text == "i");
  CHECK(index.method->text == "gin");
  REQUIRE(index.elements.size() == 3);
  const Element& first = index.elements[0];
  CHECK(std::get<Sql>(first.key).text == "lower(a)");
  CHECK(words(*first.collation) == "\"C\"");
  CHECK(words(*first.operator_class) == "text_ops");
  CHECK(words(first.operator_class_arguments) == "[siglen = 32]");
  CHECK(first.direction == Direction::descending);
  CHECK(first.nulls == NullsOrder::last);
  CHECK(std::get<Sql>(index.elements[1].key).text == "b + 1");
  CHECK(index.elements[2].direction == Direction::ascending);
  CHECK(index.elements[2].nulls == NullsOrder::first);
  CHECK(words(index.include) == "d e");
  CHECK(index.nulls_not_distinct);
  CHECK(index.where->text == "a > 0");
  REQUIRE(index.settings.size() == 2);
  CHECK(std::get<Integer>(index.settings[0].value).value == 70);
  CHECK_FALSE(std::get<Boolean>(index.settings[1].value).value);
  CHECK(index.comment->text.value == "why");
}

TEST_CASE("an index without a name, and one that skips") {
  const InTable table("index (a); index s (url) type bloom_filter(0.01) granularity 4;");
  CHECK_FALSE(table.clause<Index>(0).name.has_value());
  CHECK_FALSE(table.clause<Index>(0).unique);
  CHECK(table.clause<Index>(1).skip_type->name.text == "bloom_filter");
  CHECK(words(table.clause<Index>(1).skip_type->arguments) == "[0.01]");
  CHECK(table.clause<Index>(1).granularity->value == 4);
}

TEST_CASE("clauses of an engine") {
  const InTable table(
      "x int; engine = Replicated('/p'); order by (a, b); sample by (h); ttl (ts + 1); with (fillfactor = 80); "
      "projection p (select 1); without rowid; strict; comment 'c'; partition by (toYYYYMM(ts)); settings a = 1;");
  CHECK(table.clause<TableEngine>(0).engine.name.text == "Replicated");
  CHECK(table.clause<OrderBy>(1).expressions.text == "a, b");
  CHECK(table.clause<SampleBy>(2).expressions.text == "h");
  CHECK(table.clause<Ttl>(3).expression.text == "ts + 1");
  CHECK(table.clause<WithParameters>(4).parameters.text == "fillfactor = 80");
  CHECK(table.clause<Projection>(5).query.text == "select 1");
  CHECK(std::holds_alternative<WithoutRowid>(table.body().clauses.at(6)));
  CHECK(std::holds_alternative<Strict>(table.body().clauses.at(7)));
  CHECK(table.clause<Comment>(8).text.value == "c");
  CHECK(table.clause<PartitionBy>(9).method == PartitionMethod::unstated);
  CHECK(table.clause<PartitionBy>(9).partitions.empty());
  CHECK(words(table.clause<Settings>(10).settings.at(0).name) == "a");
}

TEST_CASE("partitions may be partitioned") {
  const InTable table(
      "at int; partition by range (at) { a (from (1) to (2)); b (default) partition by list (k) { c (in (1)); } }");
  const auto& by = table.clause<PartitionBy>();
  CHECK(by.method == PartitionMethod::range);
  CHECK(by.expressions.text == "at");
  REQUIRE(by.partitions.size() == 2);
  CHECK(words(by.partitions[0].name) == "a");
  CHECK(by.partitions[0].bounds.text == "from (1) to (2)");
  CHECK(by.partitions[0].by.empty());
  REQUIRE(by.partitions[1].by.size() == 1);
  CHECK(by.partitions[1].by[0].method == PartitionMethod::list);
  CHECK(words(by.partitions[1].by[0].partitions.at(0).name) == "c");
}

TEST_CASE("settings take values of every kind") {
  const InTable table(
      "x int; settings a = 'x', b.c = 2, d = 0.5, e = true, f = null, g = 5m, h = 1MiB, i = 5%, j = hot, k = env "
      "SECRET;");
  const auto& settings = table.clause<Settings>().settings;
  REQUIRE(settings.size() == 10);
  CHECK(std::get<Text>(settings[0].value).value == "x");
  CHECK(words(settings[1].name) == "b c");
  CHECK(std::get<Decimal>(settings[2].value).text == "0.5");
  CHECK(std::get<Boolean>(settings[3].value).value);
  CHECK(std::holds_alternative<Null>(settings[4].value));
  CHECK(std::get<Duration>(settings[5].value).milliseconds == 300'000);
  CHECK(std::get<Size>(settings[6].value).bytes == 1 << 20);
  CHECK(std::get<Percent>(settings[7].value).millionths == 5'000'000);
  CHECK(std::get<Word>(settings[8].value).text == "hot");
  CHECK(std::get<Environment>(settings[9].value).variable.text == "SECRET");
}

TEST_CASE("an item that did not parse is left out, and the others are built") {
  const Built built("database d on sqlite 3 { table t { a int; b int what is this; c int; } }");
  CHECK(built.diagnostics.has_errors());
  const auto& table = std::get<Table>(std::get<Database>(built.file.items.at(0)).items.at(0).value);
  REQUIRE(table.body.columns.size() == 2);
  CHECK(table.body.columns[1].name.text == "c");
}

}  // namespace dmc::ast::test
