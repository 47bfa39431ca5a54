// SQL as PostgreSQL's own parser reads it: trees and back, what a text depends on, and renames.
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/sql/names.hpp"
#include "compiler/dialects/postgres/sql/nesting.hpp"
#include "compiler/dialects/postgres/sql/parser.hpp"
#include "tests/unit/dialects/parcels.hpp"

namespace {

using namespace dmc::dialects::postgres::sql;
using parcels::around;

}  // namespace

TEST_CASE("a statement becomes a tree and the tree the same statement") {
  const auto parsed = parse("select a = -1 from t;\n  alter table t drop column b");
  const auto& statements = std::get<std::vector<ParsedStatement>>(parsed);
  REQUIRE(statements.size() == 2);
  CHECK(statements[0].tree.is("SelectStmt"));
  CHECK(statements[0].begin == 0);
  CHECK(statements[0].end == 20);
  CHECK(statements[1].tree.is("AlterTableStmt"));
  CHECK(print_statement(statements[0].tree) == "SELECT a = -1 FROM t");
  const auto again = print_statement(statements[1].tree);
  REQUIRE(again);
  CHECK(parse_statement(*again)->is("AlterTableStmt"));
}

TEST_CASE("what is no SQL is an error with its place, in bytes") {
  const auto error = std::get<SyntaxError>(parse("select 'ä' frm t x y"));
  CHECK(error.message == "syntax error at or near \"t\"");
  CHECK(error.offset == 16);
  CHECK(std::get<SyntaxError>(parse("select (")).offset == 8);
  CHECK(std::holds_alternative<SyntaxError>(parse(std::string_view("select 1\0", 9))));
  CHECK(std::holds_alternative<SyntaxError>(parse("select '\xff'")));
  CHECK(!parse_expression("1 from t"));
  CHECK(!parse_expression("1) , (2"));
  CHECK(!parse_expression("1; drop table t"));
  CHECK(!parse_expression(""));
  CHECK(parse_expression("a -- comment"));
}

TEST_CASE("a text that nests deeper than the library can bear is an error, and no crash") {
  std::string sum = "1";
  std::string brackets = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  for (int i = 0; i < 20'000; ++i) brackets = "(" + brackets + ")";
  CHECK(nesting(sum) > deepest);
  CHECK(!parse_expression(sum));
  CHECK(!parse_expression(brackets));
  std::string values = "insert into t values (1)";
  for (int i = 0; i < 20'000; ++i) values += ", (1 + 2)";
  CHECK(std::holds_alternative<std::vector<ParsedStatement>>(parse(values)));
}

TEST_CASE("the dependencies of a query") {
  const auto found = names_in_statements(
      "with recent as (select id from audit.log) select p.name, fee(r.id), count(*) over w from people p join recent r "
      "on "
      "r.id = p.id, lateral (select town from towns t where t.id = p.id) x where p.state = 'a'::mood and "
      "nextval('seq') > 1 window w as (order by p.id)");
  CHECK(found.relations == std::set<NamedObject>{{"audit", "log"}, {"", "people"}, {"", "towns"}});
  CHECK(found.functions.contains({"", "fee", 1}));
  CHECK(found.functions.contains({"", "nextval", 1}));
  CHECK(found.types == std::set<NamedObject>{{"", "mood"}});
  CHECK(found.sequences == std::set<NamedObject>{{"", "seq"}});
  CHECK(found.columns.contains({{"", "people"}, "name"}));
  CHECK(found.columns.contains({{"audit", "log"}, "id"}));
  CHECK(found.columns.contains({{"", "towns"}, "town"}));
  CHECK(!found.star);
  CHECK(found.complete);
  CHECK(names_in_statements("select * from t").star);
  CHECK(!names_in_statements("select count(*) from t").star);
  CHECK(!names_in_statements("selekt").complete);
}

TEST_CASE("the dependencies of an expression") {
  const auto found =
      names_in_expression("lower(code) <> '' and audit.allowed(code, sender) and parcels.id > 1", around());
  CHECK(found.columns == std::set<NamedColumn>{{{"", ""}, "code"}, {{"", ""}, "sender"}, {{"", ""}, "id"}});
  CHECK(found.functions == std::set<NamedFunction>{{"", "lower", 1}, {"audit", "allowed", 2}});
  CHECK(found.relations.empty());
}

TEST_CASE("the dependencies of functions, in SQL and in PL/pgSQL") {
  const auto sql = names_in_function(
      "create function f(a mood) returns setof people language sql as $$ insert into log (what) select name from "
      "people "
      "where fee(id) > 1 returning * $$");
  CHECK(sql.relations == std::set<NamedObject>{{"", "log"}, {"", "people"}});
  CHECK(sql.types == std::set<NamedObject>{{"", "mood"}, {"", "people"}});
  CHECK(sql.columns.contains({{"", "log"}, "what"}));
  const auto plpgsql = names_in_function(
      "create function g() returns trigger language plpgsql as $$ declare n int := fee(3); r record; begin select "
      "count(*) into n from parcels; for r in select * from people loop perform audit.note(r.name); end loop; if "
      "exists "
      "(select 1 from towns) then delete from gone where id = new.id; end if; new.code := upper(new.code); return new; "
      "end $$");
  CHECK(plpgsql.complete);
  CHECK(plpgsql.relations == std::set<NamedObject>{{"", "parcels"}, {"", "people"}, {"", "towns"}, {"", "gone"}});
  CHECK(plpgsql.functions.contains({"", "fee", 1}));
  CHECK(plpgsql.functions.contains({"audit", "note", 1}));
  CHECK(plpgsql.functions.contains({"", "upper", 1}));
  CHECK(!names_in_function("create function g() returns int language plpgsql as $$ begin select from where; end $$")
             .complete);
  CHECK(names_in_function("create function h() returns int language sql begin atomic select 1 from people; end")
            .relations == std::set<NamedObject>{{"", "people"}});
}

TEST_CASE("a renamed column is renamed where it is meant, and nowhere else") {
  const Rename rename{"", "parcels", "code", "tracking code"};
  CHECK(renamed_expression("lower(code) <> 'code' -- code\n", rename, around()) ==
        "lower(\"tracking code\") <> 'code' -- code\n");
  CHECK(renamed_expression("parcels.code <> ''", rename, around()) == "parcels.\"tracking code\" <> ''");
  CHECK(renamed_query("select code, p.id from parcels p where p.code > '' order by code", rename, around()) ==
        "select \"tracking code\" AS code, p.id from parcels p where p.\"tracking code\" > '' order by \"tracking "
        "code\"");
  CHECK(renamed_query("select name as code from people", rename, around()) == "select name as code from people");
  CHECK(renamed_query("select x.code from (select code from parcels) x", rename, around()) ==
        "select x.code from (select \"tracking code\" AS code from parcels) x");
  CHECK(renamed_query("select code from other.parcels", rename, around()) == "select code from other.parcels");
  CHECK(renamed_query("select lower(code) from parcels join people on people.id = parcels.sender", rename, around()) ==
        "select lower(\"tracking code\") from parcels join people on people.id = parcels.sender");
}

TEST_CASE("a renamed table is renamed where it is meant, and nowhere else") {
  const Rename rename{"", "parcels", std::nullopt, "boxes"};
  CHECK(renamed_query("select parcels.id from parcels", rename, around()) == "select boxes.id from boxes");
  CHECK(renamed_query("select parcels.id from people parcels", rename, around()) ==
        "select parcels.id from people parcels");
  CHECK(renamed_query("select p.id from public.parcels p, other.parcels", rename, around()) ==
        "select p.id from public.boxes p, other.parcels");
  CHECK(renamed_query("with parcels as (select 1 as id) select id from parcels", rename, around()) ==
        "with parcels as (select 1 as id) select id from parcels");
}

TEST_CASE("several threads may parse at once") {
  std::vector<std::thread> threads;
  std::vector<int> good(4, 0);
  for (std::size_t i = 0; i < good.size(); ++i)
    threads.emplace_back([&good, i] {
      for (int n = 0; n < 200; ++n)
        if (compare_expressions("a in (1, 2)", "(a = ANY (ARRAY[1, 2]))", {}) == Sameness::equal &&
            !parse_expression("a b c"))
          ++good[i];
    });
  for (auto& thread : threads) thread.join();
  CHECK(good == std::vector<int>(4, 200));
}
