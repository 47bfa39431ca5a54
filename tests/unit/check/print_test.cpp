// What `model::print` writes is read back as it was, and is laid out as `dmc fmt` lays it out.
#include "compiler/model/print.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "compiler/ast/format.hpp"
#include "compiler/dialects/spelling.hpp"
#include "grammar/parse.hpp"
#include "tests/unit/check/checked.hpp"

using namespace dmc;

namespace {

namespace fs = std::filesystem;

std::string formatted(const std::string& text) {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto file = sources.add("schema/shop.mig", text);
  return ast::format(sources, file, grammar::parse(sources, file, diagnostics));
}

/// The databases of every golden that compiles.
std::vector<std::pair<std::string, std::string>> golden_databases() {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(DMC_SOURCE_DIR) / "tests/golden/run")) {
    if (entry.path().filename() != "input.mig" && entry.path().filename() != "before.mig") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    texts.emplace_back(entry.path().string(), std::string{std::istreambuf_iterator<char>(in), {}});
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

constexpr const char* everything = R"(
database shop on sqlite 3.40 {
  table countries { code char(2) primary key; name text not null unique on conflict ignore; without rowid; strict; }
  table users {
    id integer primary key;
    "Full Name" text not null default 'it''s; ok' collate nocase;
    age int check (age > 17);
    size decimal(12,2) default -1.5;
    at text default (datetime('now'));
    slug text generated (lower("Full Name")) stored;
    up text generated (upper("Full Name")) virtual;
    country char(2) references countries on delete set null on update cascade;
    "index" native 'UNSIGNED BIG INT';
    nothing native '';
    constraint grown check (age < 150 and ("index" is null or "index" <> ')('));
    unique (age, size desc) on conflict replace;
    foreign key (country, slug) references pairs (a, b) deferrable initially deferred;
    constraint own foreign key (age) references users (id);
    unique index by_name ("Full Name" collate binary desc, lower(slug), (age + 1)) where (age is not null);
    index "on" (age);
  }
  table pairs { a char(2); b text; c int; primary key (a, b); unique (c); check (c > 0); check (c < 9); }
  view "a view" as (select u."Full Name" -- the name
    from users u where u.slug <> ';');
  view named (x, y) as $$ select 1, ';' $$;
  trigger touch after update of (age, size) on users for each row when (new.age > 1)
    as $$ begin update users set at = datetime('now') where id = new.id; insert into pairs (a) values ('$'); end $$;
  trigger gone instead of delete on "a view" for each row as $$ begin select 1; end $$;
  object 'fts' search create $$ create virtual table search using fts5(a) $$ drop (drop table search) after users, "a view";
}
)";

constexpr const char* on_postgres = R"(
database shop on postgres 15 {
  table users {
    id bigint primary key;
    name text;
    index users_name_idx (name) settings fillfactor = 70, deduplicate_items = 'off' where (name is not null);
    settings fillfactor = 80, row_security = 'on';
  }
  view own settings security_barrier = true, security_invoker = 'on' as (select id from users where name = current_user)
      with cascaded check option;
  materialized view names settings fillfactor = 90, tablespace = 'fast disk' as (select name from users) {
    comment 'at a glance';
  }
  function touch() returns trigger language plpgsql as $$ begin return new; end $$;
  trigger a before update on users for each row execute touch() disabled;
  trigger b after delete on users for each statement execute touch() enabled always;
  trigger c after delete on users for each row execute touch() enabled replica;
  object 'no grant' "no grant on table users to app" create (revoke all on table users from app) drop () after users;
}
)";

void is_read_back(const std::string& text, const std::string& where) {
  const dialects::Dialects dialects;
  const auto given = tests::checked({{"schema/shop.mig", text}});
  for (const model::Database& database : given.project.databases) {
    const auto* dialect = dialects.find(database.engine);
    REQUIRE(dialect);
    const auto spelling = dialects::spelling_of(*dialect);
    const std::string printed = model::print(database, {}, spelling);
    const auto again = tests::checked({{"schema/shop.mig", printed}, {"changes/1.mig", "change 1 'x';\n"}});
    CHECK_MESSAGE(again.findings.empty(), where << "\n" << again.findings << printed);
    REQUIRE_MESSAGE(again.project.databases.size() == 1, where << "\n" << printed);
    CHECK_MESSAGE(again.project.databases[0] == database, where << "\n" << printed);
    CHECK(model::state_hash(again.project.databases[0]) == model::state_hash(database));
    CHECK(model::print(again.project.databases[0], {}, spelling) == printed);
    CHECK_MESSAGE(formatted(printed) == printed, where);
  }
}

}  // namespace

TEST_CASE("everything that a database of SQLite can hold is printed and read back equal") {
  const auto given = tests::checked({{"schema/shop.mig", everything}, {"changes/1.mig", "change 1 'x';\n"}});
  CHECK(given.findings == "");
  is_read_back(everything, "everything");
}

TEST_CASE("the settings and the firing that PostgreSQL knows are printed and read back equal") {
  const auto given = tests::checked({{"schema/shop.mig", on_postgres}, {"changes/1.mig", "change 1 'x';\n"}});
  CHECK(given.findings == "");
  is_read_back(on_postgres, "on_postgres");
}

TEST_CASE("the database of every golden case is printed and read back equal") {
  const auto all = golden_databases();
  CHECK(all.size() > 20);
  for (const auto& [path, text] : all) is_read_back(text, path);
}
