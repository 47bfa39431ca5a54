#include "runtime/steps/check.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "runtime/session/forwarding.hpp"
#include "runtime/session/sqlite_session.hpp"

using namespace dmc;
using plan::Comparison;

namespace {

session::Rows one(session::Value value) { return {{"a"}, {{std::move(value)}}}; }

bool holds(Comparison comparison, std::optional<std::string> value, const session::Rows& rows) {
  return steps::holds({"", "", comparison, std::move(value), ""}, rows);
}

}  // namespace

TEST_CASE("numbers compare as numbers, everything else as text") {
  CHECK(holds(Comparison::equal, "3", one(std::int64_t{3})));
  CHECK(holds(Comparison::equal, "3.0", one(std::int64_t{3})));
  CHECK(holds(Comparison::equal, "3", one(std::string("3"))));
  CHECK(holds(Comparison::less, "10", one(std::int64_t{9})));
  CHECK(holds(Comparison::less, "10", one(std::string("9"))));
  CHECK(!holds(Comparison::less, "b10", one(std::string("b9"))));
  CHECK(holds(Comparison::at_least, "9223372036854775807", one(std::numeric_limits<std::int64_t>::max())));
  CHECK(!holds(Comparison::equal, "9223372036854775806", one(std::numeric_limits<std::int64_t>::max())));
  CHECK(holds(Comparison::greater, "0.5", one(0.75)));
  CHECK(holds(Comparison::at_most, "ok", one(std::string("ok"))));
  CHECK(holds(Comparison::not_equal, "ok", one(std::string("OK"))));
  CHECK(holds(Comparison::equal, "", one(std::string())));
  CHECK(!holds(Comparison::equal, "0", one(std::string())));
}

TEST_CASE("engines without booleans answer 1 and 0") {
  CHECK(holds(Comparison::equal, "true", one(std::int64_t{1})));
  CHECK(holds(Comparison::equal, "false", one(std::int64_t{0})));
  CHECK(!holds(Comparison::equal, "true", one(std::int64_t{0})));
  CHECK(holds(Comparison::equal, "true", one(std::string("true"))));
}

TEST_CASE("null and no row are the same answer, and only the plan's null is equal to it") {
  for (const auto& rows : {one(nullptr), session::Rows{{"a"}, {}}}) {
    CHECK(holds(Comparison::equal, std::nullopt, rows));
    CHECK(!holds(Comparison::not_equal, std::nullopt, rows));
    CHECK(holds(Comparison::not_equal, "0", rows));
    CHECK(!holds(Comparison::equal, "0", rows));
    CHECK(!holds(Comparison::less, "5", rows));
    CHECK(!holds(Comparison::at_least, "5", rows));
  }
  CHECK(!holds(Comparison::equal, std::nullopt, one(std::int64_t{0})));
  CHECK(holds(Comparison::not_equal, std::nullopt, one(std::int64_t{0})));
}

TEST_CASE("emptiness counts rows, whatever is in them") {
  CHECK(holds(Comparison::is_empty, std::nullopt, {{"a"}, {}}));
  CHECK(!holds(Comparison::is_empty, std::nullopt, one(nullptr)));
  CHECK(holds(Comparison::is_not_empty, std::nullopt, one(nullptr)));
}

TEST_CASE("a wrong answer is told in a sentence, and a text out of a row only when it was asked for") {
  const auto session = session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
  const auto told = [&](const char* query, Comparison comparison, std::optional<std::string> value,
                        bool show_data = false) {
    return steps::ask(*session, {"it is so", query, comparison, std::move(value), "do this"}, show_data)
        .value_or("holds");
  };
  CHECK(told("select 1", Comparison::equal, "1") == "holds");
  CHECK(told("select 2", Comparison::equal, "1") ==
        "it does not hold that it is so: the answer is 2, and it must be 1; do this");
  CHECK(told("select 2", Comparison::at_most, "1") ==
        "it does not hold that it is so: the answer is 2, and it must be at most 1; do this");
  CHECK(told("select 1 union select 2", Comparison::is_empty, std::nullopt) ==
        "it does not hold that it is so: 2 rows were found where there must be none; do this");
  CHECK(told("select 1 where 0", Comparison::is_not_empty, std::nullopt) ==
        "it does not hold that it is so: the answer is no row, and it must be at least one row; do this");
  CHECK(told("select 'secret'", Comparison::equal, "ok").find("secret") == std::string::npos);
  CHECK(
      told("select 'secret'", Comparison::equal, "ok", true) ==
      "it does not hold that it is so: the answer is another text, and it must be 'ok'; do this; the answer: 'secret'");
  CHECK(steps::without_data(told("select 'secret'", Comparison::equal, "ok", true)).find("secret") ==
        std::string::npos);
  CHECK(told("select cast(x'ff41' as text)", Comparison::equal, "ok", true).find("'?A'") != std::string::npos);
}

TEST_CASE("a value that a question cannot work with is an answer; whatever else goes wrong is no answer") {
  struct Failing : session::Forwarding {
    using Forwarding::Forwarding;
    session::Rows query(std::string_view, std::span<const session::Value>) override {
      session::SessionError error("invalid input value");
      error.of_a_value = of_a_value;
      throw error;
    }
    bool of_a_value = true;
  } failing(session::open_sqlite(":memory:", session::Missing::create, session::Access::write));
  const plan::QueryCheck fits{"every row fits", "select 1", Comparison::is_empty, std::nullopt, "change those rows"};
  CHECK(steps::ask(failing, fits, false) ==
        "it does not hold that every row fits (invalid input value); change those rows");
  failing.of_a_value = false;
  CHECK_THROWS_AS(steps::ask(failing, fits, false), session::SessionError);
}

TEST_CASE("STP-1: a question cannot write") {
  const auto session = session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
  session->execute("create table t (a)");
  session->execute("insert into t values (1)");
  CHECK_THROWS_AS(steps::ask(*session, {"", "delete from t returning 1", Comparison::equal, "1", ""}, false),
                  session::SessionError);
  CHECK(session->query("select * from t").rows.size() == 1);
  CHECK_NOTHROW(session->execute("delete from t"));
}

TEST_CASE("answers are equal exactly when their rows are") {
  const auto session = session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
  const auto digest = [&](const char* query) { return steps::answer_digest(*session, query); };
  CHECK(digest("select 5") == "5");
  CHECK(digest("select '5'") != digest("select 5"));
  CHECK(digest("select 1, 23") != digest("select 12, 3"));
  CHECK(digest("select 1 union all select 2") != digest("select 2 union all select 1"));
  CHECK(digest("select null") != digest("select ''"));
  CHECK(digest("select null where 0") != digest("select null"));
  CHECK(digest("select 'a', x'61'") == digest("select 'a', x'61'"));
}
