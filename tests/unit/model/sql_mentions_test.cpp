// What tokens and their scopes tell of the names in a text.
#include "compiler/model/sql_mentions.hpp"

#include <string>

#include <doctest/doctest.h>

namespace dmc::model {
namespace {

/// The text with `<…>` around what surely means column `c` of table `t`, `?…?` around what may, and `=` behind an
/// output.
std::string marked(const std::string& text, bool own = false, bool of_column = true) {
  SqlWanted wanted;
  wanted.relation = "t";
  if (of_column) wanted.column = "c";
  wanted.own = own;
  wanted.has_column = [](std::string_view relation) -> std::optional<bool> {
    if (relation == "u") return true;
    return relation == "w" ? std::optional(false) : std::nullopt;
  };
  std::string out;
  std::size_t at = 0;
  for (const auto& mention : sql_mentions(text, wanted)) {
    out += text.substr(at, mention.begin - at) + (mention.sure ? "<" : "?");
    out += text.substr(mention.begin, mention.end - mention.begin) + (mention.sure ? ">" : "?");
    if (mention.output) out += "=";
    at = mention.end;
  }
  return out + text.substr(at);
}

TEST_CASE("a column is the table's by the scopes of a query") {
  CHECK(marked("select c from t") == "select <c>= from t");
  CHECK(marked("select x.c, x.d from t as x") == "select x.<c>=, x.d from t as x");
  CHECK(marked("select x.c from t y, u x") == "select x.c from t y, u x");
  CHECK(marked("select c from t, u") == "select ?c?= from t, u");
  CHECK(marked("select c from t join w on w.d = t.c") == "select <c>= from t join w on w.d = t.<c>");
  CHECK(marked("select c from u union all select c from t") == "select c from u union all select <c>= from t");
  CHECK(marked("select c from u where c in (select c from t)") == "select c from u where c in (select <c> from t)");
  CHECK(marked("select 1 from t where exists (select 1 from w where d = c)") ==
        "select 1 from t where exists (select 1 from w where d = <c>)");
  CHECK(marked("select c from (select c from t) s") == "select c from (select <c>= from t) s");
  CHECK(marked("with t as (select 1 as c) select c from t") == "with t as (select 1 as c) select c from t");
  CHECK(marked("with s as (select c from t) select s.c from s") == "with s as (select <c>= from t) select s.c from s");
  CHECK(marked("select upper(c) as c from t") == "select upper(?c?) as c from t");
  CHECK(marked("select 'c', c() from t -- c") == "select 'c', c() from t -- c");
}

TEST_CASE("an expression of the table names its columns") {
  CHECK(marked("c > 0 and t.c <> ''", true) == "<c> > 0 and t.<c> <> ''");
  CHECK(marked("c > 0") == "c > 0");
}

TEST_CASE("a table is meant where one can stand, and before its columns") {
  CHECK(marked("select t.c, t from t", false, false) == "select <t>.c, t from <t>");
  CHECK(marked("select t.c from u t", false, false) == "select t.c from u t");
  CHECK(marked("select 1 from a.t, (select 1 from t) s", false, false) == "select 1 from a.<t>, (select 1 from <t>) s");
}

}  // namespace
}  // namespace dmc::model
