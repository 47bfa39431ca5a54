// What is asked at once is what each would have been told alone; the engine's tables are played by SQLite's.
#include "runtime/steps/alike.hpp"

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "runtime/session/sqlite_session.hpp"
#include "runtime/steps/check.hpp"

using namespace dmc;

namespace {

const std::string columns = "from system.columns where database = main() and table = ";

std::string has(const std::string& table, const std::string& column, const std::string& more = "") {
  return "select 1 " + columns + "'" + table + "' and name = '" + column + "'" + more;
}
std::string lacks(const std::string& table, const std::string& condition) {
  return "select count() " + columns + "'" + table + "' having count() > 0 and countIf(" + condition + ") = 0";
}

/// Counts what it is asked, and answers with the rows of a table t1 (a Int8, b String) and of a table t2 (a String).
class Columns : public session::Forwarding {
 public:
  explicit Columns(std::unique_ptr<session::Session> below) : Forwarding(std::move(below)) {}
  session::Rows query(std::string_view sql, std::span<const session::Value> values) override {
    asked.emplace_back(sql);
    if (sql.find("union all") != std::string_view::npos || sql.find("in (") == std::string_view::npos)
      return Forwarding::query("select 0, 0 where 0", values);
    session::Rows rows;
    const bool types = sql.find("replaceAll(") != std::string_view::npos;
    const std::vector<std::vector<std::string>> all{{"t1", "a", "Int8"}, {"t1", "b", "String"}, {"t2", "a", "String"}};
    for (const auto& one : all) {
      session::Row row{one[0], one[1]};
      if (types) row.emplace_back(one[2]);
      if (sql.find("'" + one[0] + "'") != std::string_view::npos) rows.rows.push_back(row);
    }
    return rows;
  }
  std::vector<std::string> asked;
};

std::map<std::size_t, bool> told(Columns& session, const std::vector<std::string>& questions) {
  steps::Alike alike;
  for (std::size_t i = 0; i < questions.size(); ++i) alike.add(i, questions[i]);
  return alike.ask(session);
}

Columns opened() { return Columns(session::open_sqlite(":memory:", session::Missing::create, session::Access::write)); }

}  // namespace

TEST_CASE("questions that differ in their texts are one, and each has its own answer") {
  auto session = opened();
  const std::string type = " and replaceAll(type, ' ', '') = ";
  const auto answers =
      told(session, {has("t1", "a"), has("t1", "c"), has("t2", "a"), has("t3", "a"), has("t1", "a", type + "'Int8'"),
                     has("t1", "b", type + "'Int8'"), has("t2", "a", type + "'String'")});
  CHECK(answers ==
        std::map<std::size_t, bool>{{0, true}, {1, false}, {2, true}, {3, false}, {4, true}, {5, false}, {6, true}});
  CHECK(session.asked ==
        std::vector<std::string>{"select table, name from system.columns where database = main() and table in ('t1', "
                                 "'t2', 't3')",
                                 "select table, name, replaceAll(type, ' ', '') from system.columns where database = "
                                 "main() and table in ('t1', 't2')"});
}

TEST_CASE("a column is lacking only in a table that is there") {
  auto session = opened();
  const auto answers = told(session, {lacks("t1", "name = 'a'"), lacks("t1", "name = 'c'"), lacks("t2", "name = 'b'"),
                                      lacks("t3", "name = 'a'")});
  CHECK(answers == std::map<std::size_t, bool>{{0, false}, {1, true}, {2, true}, {3, false}});
  CHECK(session.asked.size() == 1);
}

TEST_CASE("what says more than the forms, or is asked by few, is not told") {
  auto session = opened();
  for (const std::string& question :
       {has("t1", "a", " or 1"), has("t1", "a", " limit 1"), has("t1", "a", " and type like 'x'"),
        has("t1", "a", " and type = 'x' group by 'y'"), has("t1", "it\\'s"), has("t1", "it''s"),
        has("t1", "a", " and type != 'x'"), has("t1", "a", " and not (type = 'x')"),
        has("t1", "a", " and f('\\'') = 'x'"), has("t1", "a", " and a or f(b) = 'x'"),
        has("t1", "a", " and (f)(b) = 'x'"), lacks("t1", "name = 'a' or 1"), lacks("t1", "not (name = 'a')"),
        lacks("t1", "name = 'a'") + " limit 1", std::string("select 1 from t where database = main() and table = 't1'"),
        std::string("select 1 from system.tables as a, t where table = 't1'"),
        std::string("select 1 from system.tables where database = main()"),
        std::string("select 2 from system.tables where name = 't1'"), std::string("select 1")}) {
    CAPTURE(question);
    CHECK(told(session, {question, question, question, question}).empty());
  }
  CHECK(told(session, {has("t1", "a"), has("t2", "a")}).empty());
  CHECK(session.asked.empty());
}

TEST_CASE("checks are asked at once where they are alike, and for no rows as well as for some") {
  auto session = opened();
  using plan::Comparison;
  const auto check = [](std::string query, Comparison comparison) {
    return plan::QueryCheck{"", std::move(query), comparison, std::nullopt, ""};
  };
  const auto hold = steps::hold_together(
      session, {check(has("t1", "a"), Comparison::is_not_empty), check(has("t1", "a"), Comparison::is_empty),
                check(has("t1", "z"), Comparison::is_empty), check(has("t1", "z"), Comparison::is_not_empty)});
  CHECK(hold == std::vector<bool>{true, false, true, false});
  CHECK(session.asked.size() == 1);
}
