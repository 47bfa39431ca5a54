// What somebody else did to a database, as `drift`, `run` and `undo` name it.
#include "tests/support/sqlite_file.hpp"
#include "tests/unit/cli/shop.hpp"

using namespace dmc::tests;

namespace {

/// A shop with everything that drift can touch, run.
struct RichShop : Shop {
  std::string file = url.substr(std::string("sqlite:").size());
  RichShop() {
    edit("schema/shop.mig", "not null;\n  }\n",
         "not null;\n    mail  text     unique;\n    age   integer;\n    check (age > 0);\n    constraint short check "
         "(length(name) < 9);\n    index by_age (age);\n  }\n\n"
         "  view adults as (select name from users where age > 17);\n"
         "  trigger seen after insert on users for each row as $$ select 1; $$;\n"
         "  object 'virtual table' notes create (create virtual table notes using fts5(body)) drop (drop table "
         "notes);\n");
    const auto compiled = (*this)({"compile"});
    REQUIRE_MESSAGE(compiled.exit == 0, compiled.err);
    const auto ran = (*this)({"run", "plans/0001.plan.json", "--on", on, "--yes"});
    REQUIRE_MESSAGE(ran.exit == 0, ran.err);
    CHECK((*this)({"drift", "--on", on}).exit == 0);
  }
};

}  // namespace

TEST_CASE("drift names every member that somebody changed") {
  RichShop shop;
  execute_script(shop.file,
                 "drop index by_age; drop view adults; drop trigger seen; create table users_ (id integer primary key, "
                 "name text not null, mail text, age text default 'old', note text, constraint short check "
                 "(length(name) < 99)); drop table users; alter table users_ rename to users; create view adults as "
                 "select name from users where age > 20; create trigger seen after update on users begin select 1; "
                 "end; create index late on users (note)");
  const auto drift = shop({"drift", "--on", shop.on});
  CHECK(drift.exit == 6);
  const auto expected =
      "shop (" + shop.url +
      "): changed behind dmc's back\n"
      "  changed   table users\n"
      "              column age is TEXT default 'old', was INTEGER\n"
      "              unique (mail) gone\n"
      "              constraint short is check (length(name) < 99), was check (length(name) < 9)\n"
      "              check (age > 0) gone\n"
      "              index by_age gone, was (age)\n"
      "              column note appeared\n"
      "              index late appeared\n"
      "  changed   trigger seen\n"
      "              event is after update on users for each row, was after insert on users for each row\n"
      "  changed   view adults\n"
      "              query is select name from users where age > 20, was select name from users where age > 17\n";
  CHECK_MESSAGE(drift.out.starts_with(expected), drift.out);
  const auto page = shop({"drift", "--on", shop.on, "--format", "markdown"});
  CHECK_MESSAGE(holds(page.out, "| view adults | changed: query is "), page.out);
  const auto undo = shop({"undo", "plans/0001.plan.json", "--on", shop.on, "--yes"});
  CHECK(undo.exit == 6);
  CHECK_MESSAGE(holds(undo.out, "somebody changed: table users (column age is TEXT default 'old', was INTEGER; "),
                undo.out);
}

TEST_CASE("of a long text drift says where it differs, and of one that is another altogether that it changed") {
  Shop shop;
  const std::string before =
      "select a.name from users as a join users as b on a.name = b.name where a.name > 'm' and "
      "b.name < 'z' and a.name <> 'nobody' and b.name <> 'somebody'";
  shop.edit("schema/shop.mig", "not null;\n  }\n", "not null;\n  }\n\n  view pairs as (" + before + ");\n");
  REQUIRE(shop({"compile"}).exit == 0);
  REQUIRE(shop({"run", "plans/0001.plan.json", "--on", shop.on, "--yes"}).exit == 0);
  const auto file = shop.url.substr(std::string("sqlite:").size());
  const auto becomes = [&](const std::string& query) {
    execute_script(file, "drop view pairs; create view pairs as " + query);
    return shop({"drift", "--on", shop.on}).out;
  };
  auto query = before;
  query.replace(query.find("'m'"), 3, "'k'");
  const auto one = becomes(query);
  CHECK_MESSAGE(holds(one, "  changed   view pairs\n              query says 'k' where it said 'm'\n"), one);
  query = before + " and 1 = 1";
  const auto longer = becomes(query);
  CHECK_MESSAGE(holds(longer, "query says 'somebody' and 1 = 1 where it said 'somebody'\n"), longer);
  const auto another = becomes("select name from users where " + std::string(8, ' ') +
                               "length(name) > 3 and length(name) < 30 "
                               "and name not in ('first', 'second', 'third', 'fourth', 'fifth', 'sixth')");
  CHECK_MESSAGE(holds(another, "query changed\n"), another);
}

TEST_CASE("what was done by hand is not recorded without a reason") {
  RichShop shop;
  for (const std::string reason : {"", " "}) {
    const auto refused = shop({"run", "plans/0001.plan.json", "--on", shop.on, "--by-hand", reason});
    CHECK(refused.exit == 2);
    CHECK_MESSAGE(holds(refused.err, "'--by-hand' needs a reason"), refused.err);
  }
}

TEST_CASE("an object declared as text is gone when its name is") {
  RichShop shop;
  execute_script(shop.file, "drop table notes");
  const auto drift = shop({"drift", "--on", shop.on});
  CHECK(drift.exit == 6);
  CHECK_MESSAGE(holds(drift.out, "  gone      object notes\n"), drift.out);
  execute_script(shop.file, "create virtual table notes using fts5(body)");
  CHECK(shop({"drift", "--on", shop.on}).exit == 0);
  execute_script(shop.file, "drop table notes; create virtual table Notes using fts5(body)");
  CHECK(shop({"drift", "--on", shop.on}).exit == 0);
}
