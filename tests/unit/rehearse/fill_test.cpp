// Rows for every constraint that a model can declare, with SQLite itself as the judge.
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "tests/support/skip.hpp"
#include "tests/unit/rehearse/filled.hpp"

using namespace dmc;
using tests::FilledDatabase;

namespace {

namespace fs = std::filesystem;

void check_sound(const FilledDatabase& database) {
  CHECK(tests::rows_of(database.path, "pragma foreign_key_check").empty());
  CHECK(database.one("pragma integrity_check") == "ok");
}

void check_full(const std::string& schema) {
  const FilledDatabase database(schema);
  for (const auto& table : database.tables) {
    INFO(table.table << ": " << table.refusal);
    CHECK(table.rows == 20);
  }
  check_sound(database);
}

}  // namespace

TEST_CASE("types, keys and defaults") {
  check_full(
      "create table a (id integer primary key, i int not null, r real, t text not null default 'x', b blob, n numeric, "
      "v varchar(5), d date not null, f boolean, w);"
      "create table s (id integer primary key, i int not null, r real, t text, b blob, w any) strict;"
      "create table c (x text, y integer, z real, primary key (x, y)) without rowid;"
      "create table g (id integer primary key autoincrement, t text, l integer generated always as (length(t)) stored, "
      "u text as (upper(t)));");
}

TEST_CASE("unique: of a column, of several, of an expression, of some rows") {
  check_full(
      "create table a (id integer primary key, mail text unique, x integer not null, y text not null, state text, "
      "unique (x, y));"
      "create unique index a_mail on a (lower(mail));"
      "create unique index a_open on a (x) where state = 'open';");
}

TEST_CASE("checks: numbers, words, lengths, patterns, columns among themselves") {
  check_full(
      "create table a (id integer primary key,"
      " age integer not null check (age between 18 and 120),"
      " state text not null check (state in ('new', 'paid', 'gone')),"
      " code text not null check (length(code) = 3),"
      " mail text check (mail like '%@%.%'),"
      " hex text not null check (hex glob '[0-9a-f][0-9a-f]-*'),"
      " low real not null, high real not null,"
      " price numeric not null check (price > 0.5),"
      " below integer not null check (below < -1000),"
      " day text not null check (date(day) is not null),"
      " kind text check (typeof(kind) in ('text', 'null')),"
      " check (low <= high), constraint both check ((state = 'paid') = (age > 60)));");
}

TEST_CASE("references: composite, to itself, in a circle, shared, without a column list") {
  check_full(
      "create table tenant (id integer primary key, name text);"
      "create table node (tenant integer not null references tenant, id integer not null, parent integer,"
      " primary key (tenant, id), foreign key (tenant, parent) references node (tenant, id));"
      "create table link (a integer not null, b integer not null, tenant integer not null, primary key (tenant, a, b),"
      " foreign key (tenant, a) references node (tenant, id), foreign key (tenant, b) references node (tenant, id));"
      "create table boss (id integer primary key, chief integer not null references boss (id));"
      "create table hen (id integer primary key, egg integer not null references egg (id));"
      "create table egg (id integer primary key, hen integer not null references hen (id));");
}

TEST_CASE("a circle that may be open is closed in some rows") {
  const FilledDatabase database(
      "create table dept (id integer primary key, boss integer references person (id));"
      "create table person (id integer primary key, dept integer not null references dept (id));");
  check_sound(database);
  CHECK(database.rows("dept") > 10);
  CHECK(database.rows("person") > 10);
  CHECK(database.one("select count(boss) > 0 from dept") == "1");
}

TEST_CASE("triggers are met: one that raises, one that writes elsewhere, one that passes rows over") {
  const FilledDatabase database(
      "create table log (id integer primary key, what text);"
      "create table a (id integer primary key, n integer not null);"
      "create trigger no_small before insert on a when new.n < 5 begin select raise(abort, 'too small'); end;"
      "create trigger no_sevens before insert on a when new.n % 7 = 0 begin select raise(ignore); end;"
      "create trigger told after insert on a begin insert into log (what) values ('a'); end;");
  CHECK(database.rows("a") == 20);
  CHECK(database.one("select count(*) from a where n < 5 or n % 7 = 0") == "0");
  check_sound(database);
}

TEST_CASE("a constraint that ends the transaction leaves what was there") {
  const FilledDatabase database(
      "create table a (id integer primary key, n integer not null unique on conflict rollback check (n > 0), "
      "m integer not null on conflict ignore);");
  CHECK(database.rows("a") == 20);
}

TEST_CASE("values are odd where they may be") {
  const FilledDatabase database("create table a (id integer primary key, t text, n integer, r real, b blob);");
  for (const std::string odd : {"t is null", "t = ''", "length(t) <> length(cast(t as blob))", "n is null", "n < 0",
                                "n > 2147483647", "r < 0", "b is null", "length(b) = 0", "id < 0"}) {
    INFO(odd);
    CHECK(database.one("select count(*) > 0 from a where " + odd) == "1");
  }
  CHECK(database.one("select count(*) > count(distinct t) from a where t is not null") == "1");
  const FilledDatabase plain("create table a (id integer primary key, t text, n integer, r real, b blob);",
                             {"seed", 20, true, {}, {}, {}, {}});
  CHECK(plain.one("select count(*) from a where t is null or t = '' or n is null or n <= 0 or r <= 0") == "0");
}

TEST_CASE("the same seed gives the same rows, another gives others") {
  const std::string schema = "create table a (id integer primary key, t text not null, n real);";
  const std::string all = "select group_concat(id || t || ifnull(n, '-')) from a";
  const FilledDatabase first(schema), second(schema), other(schema, {"else", 20, false, {}, {}, {}, {}});
  CHECK(first.one(all) == second.one(all));
  CHECK(first.one(all) != other.one(all));
}

TEST_CASE("a table that cannot be filled says so, and so do those that need it") {
  const FilledDatabase database(
      "create table a (id integer primary key check (id <> id));"
      "create table b (id integer primary key, a integer not null references a (id));"
      "create table c (id integer primary key, f integer not null unique check (f in (1, 2)));");
  CHECK(database.rows("a") == 0);
  CHECK(database.table("a").refusal.find("CHECK") != std::string::npos);
  CHECK(database.rows("b") == 0);
  CHECK(!database.table("b").refusal.empty());
  CHECK(database.rows("c") == 2);
}

TEST_CASE("judges refuse rows as constraints do") {
  rehearse::Wish wish{"seed", 20, false, {}, {}, {}, {}};
  wish.judges.push_back({"no two are alike", "select n from a group by n having count(*) > 1",
                         plan::Comparison::is_empty, std::nullopt, ""});
  const FilledDatabase database("create table a (id integer primary key, n integer not null);", wish);
  CHECK(database.rows("a") == 20);
  CHECK(database.one("select count(distinct n) from a") == "20");
}

TEST_CASE("every table of the corpus can be filled") {
  const auto corpus = fs::path(DMC_SOURCE_DIR).parent_path() / "shared/corpus/sqlite_schemas";
  if (!fs::exists(corpus))
    return tests::skip("every table of the corpus can be filled", "no corpus beside the checkout");
  std::size_t tables = 0, filled = 0, full = 0;
  for (const auto& folder : fs::directory_iterator(corpus)) {
    std::ifstream in(folder.path() / "schema.sql");
    const FilledDatabase database(std::string{std::istreambuf_iterator<char>(in), {}});
    check_sound(database);
    for (const auto& table : database.tables) {
      ++tables;
      filled += table.rows > 0 ? 1 : 0;
      full += table.rows >= table.wanted ? 1 : 0;
      INFO(folder.path().filename().string() << " " << table.table << ": " << table.refusal);
      CHECK(table.rows > 0);
    }
  }
  MESSAGE(filled << " of " << tables << " tables of the corpus filled, " << full << " to the last row");
  CHECK(tables >= 20);
}
