// What ClickHouse is told and what it says, as text: addresses, literals, rows, exceptions.
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "runtime/session/clickhouse_address.hpp"
#include "runtime/session/clickhouse_errors.hpp"
#include "runtime/session/clickhouse_literals.hpp"
#include "runtime/session/clickhouse_rows.hpp"
#include "runtime/session/url.hpp"

using namespace dmc::session;

namespace {

std::string reason_of(const std::string& text) {
  std::string reason;
  CHECK_MESSAGE(!parse_url(text, reason), text);
  return reason;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string with(const std::string& sql, const std::vector<Value>& values) {
  return with_clickhouse_values(sql, values);
}

std::vector<Row> rows_in(const std::string& answer, std::size_t piece = 1) {
  std::vector<Row> rows;
  ClickhouseRows reader([&](Row row) { rows.push_back(std::move(row)); });
  for (std::size_t at = 0; at < answer.size(); at += piece) reader.take(std::string_view(answer).substr(at, piece));
  CHECK(reader.whole());
  return rows;
}

SessionError failed(const std::string& text) {
  ClickhouseFailure failure;
  REQUIRE(read_clickhouse_exception(text, failure));
  return clickhouse_failed(failure, "select 1");
}

}  // namespace

TEST_CASE("an address of ClickHouse is taken apart") {
  std::string reason;
  const auto read = read_clickhouse_address(
      "clickhouses://a%40b:p%3Aw@[::1]:8444/sh%20op?ca_file=/etc/ca.pem&timeout=30&max_threads=4", reason);
  REQUIRE_MESSAGE(read, reason);
  CHECK(read->tls);
  CHECK(read->user == "a@b");
  CHECK(read->password == "p:w");
  CHECK(read->host == "::1");
  CHECK(read->port == 8444);
  CHECK(read->database == "sh op");
  CHECK(read->option("ca_file") == "/etc/ca.pem");
  CHECK(read->seconds("timeout", 0) == 30);
  CHECK(read->settings.at("max_threads") == "4");
  const auto plain = read_clickhouse_address("clickhouse://db.example", reason);
  REQUIRE(plain);
  CHECK(plain->port == 8123);
  CHECK(plain->database == "default");
  CHECK(plain->user.empty());
  CHECK(read_clickhouse_address("clickhouses://db.example", reason)->port == 8443);
}

TEST_CASE("an unknown parameter of an address of ClickHouse is refused with a hint") {
  CHECK(has(reason_of("clickhouse://h/d?max_thread=3"), "did you mean max_threads?"));
  CHECK(has(reason_of("clickhouse://h/d?compresion=gzip"), "did you mean compression?"));
  CHECK(has(reason_of("clickhouse://h/d?readonly=0"), "there are ca_file, "));
  CHECK(has(reason_of("clickhouse://h:9000/d"), "8123"));
  CHECK(has(reason_of("clickhouse://h/d?ca_file=/x"), "clickhouses://"));
  for (const char* text :
       {"clickhouse:secret", "clickhouse://app:sec/ret@h/d", "clickhouse://:secret@h/d",
        "clickhouse://app:secret@h:x/d", "clickhouse://app:secret%0d%0aX@h/d", "clickhouse://app:secret@a,b/d",
        "clickhouse://app:secret@/d", "clickhouse://h/d?password=secret", "clickhouse://h/d?secret=Secret",
        "clickhouse://h/d?Secret", "clickhouse://app:secret@h/d?password_file=/x",
        "clickhouse://app:secret@h/d?timeout=0", "clickhouse://app:secret@h/d?max_threads=x",
        "clickhouse://app:secret@h/d?compression=zip", "chdb:", "chdb://secret"}) {
    const auto reason = reason_of(text);
    CHECK(!reason.empty());
    if (!has(text, "?secret=")) CHECK_MESSAGE(!has(reason, "secret"), reason);
  }
}

TEST_CASE("SEC-1 ClickHouse: a password is never shown, and the rest can be typed again") {
  std::string reason;
  for (const char* text : {"clickhouse://a%40b:secret@[::1]:8124/sh%20op?timeout=3&max_threads=2",
                           "clickhouses://app:secret@h/d?ca_file=/etc/ca.pem", "clickhouse://h", "chdb:some/folder"}) {
    const auto read = parse_url(text, reason);
    REQUIRE_MESSAGE(read, reason);
    CHECK(read->engine == "clickhouse");
    const auto shown = read->shown();
    CHECK(!has(shown, "secret"));
    const auto again = parse_url(shown, reason);
    REQUIRE_MESSAGE(again, shown << ": " << reason);
    CHECK(again->shown() == shown);
  }
  CHECK(parse_url("clickhouse://app:secret@h:8123/d", reason)->shown() == "clickhouse://app@h/d");
}

TEST_CASE("values become literals that ClickHouse reads as themselves") {
  CHECK(clickhouse_literal(nullptr) == "NULL");
  CHECK(clickhouse_literal(std::int64_t{-3}) == "-3");
  CHECK(clickhouse_literal(std::numeric_limits<std::int64_t>::min()) == "toInt64('-9223372036854775808')");
  CHECK(clickhouse_literal(2.0) == "2.0");
  CHECK(clickhouse_literal(0.1) == "0.1");
  CHECK(clickhouse_literal(1e300) == "1e+300");
  CHECK(clickhouse_literal(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(clickhouse_literal(std::string("it's \\ \n\0 \"x\"", 13)) == "'it\\'s \\\\ \\n\\0 \"x\"'");
  CHECK(clickhouse_literal(Blob{std::string("\0\xff'", 3)}) == "unhex('00FF27')");
  CHECK(clickhouse_text("'; drop table t; --") == "'\\'; drop table t; --'");
  CHECK(clickhouse_text("\\'") == "'\\\\\\''");
}

TEST_CASE("values take the places of markers, and of nothing else") {
  const Value a = std::int64_t{1}, b = std::string("x?$1");
  CHECK(with("select ?, ?", {a, b}) == "select 1, 'x?$1'");
  CHECK(with("select $2, $1, $2", {a, b}) == "select 'x?$1', 1, 'x?$1'");
  CHECK(with("select $1 ? 2 : 3", {a}) == "select 1 ? 2 : 3");
  CHECK(with("select '?\\'?', \"?\", `a?`, ? -- ?\n, /* ? */ 2", {a}) ==
        "select '?\\'?', \"?\", `a?`, 1 -- ?\n, /* ? */ 2");
  CHECK(with("select '''?', ?", {a}) == "select '''?', 1");
  CHECK(with("select $tag$ ? $1 $tag$, ?", {a}) == "select $tag$ ? $1 $tag$, 1");
  CHECK(with("select 5 -?", {std::int64_t{-1}}) == "select 5 - -1");
  CHECK(with("select '?'", {}) == "select '?'");
  for (const auto& [sql, values] : std::vector<std::pair<std::string, std::vector<Value>>>{
           {"select ?", {a, b}}, {"select ?, ?", {a}}, {"select $3", {a}}, {"select 1", {a}}, {"select $2", {a, b}}}) {
    try {
      with(sql, values);
      FAIL(sql);
    } catch (const SessionError& error) {
      CHECK(!error.begun);
    }
  }
}

TEST_CASE("the format of rows in an insert is found outside of texts") {
  CHECK(clickhouse_format_of("INSERT INTO t FORMAT TSV\n1\n\nDROP TABLE t") == "tsv");
  CHECK(clickhouse_format_of("insert into t format /* x */ Values (1)") == "values");
  CHECK(clickhouse_format_of("insert into t values ('format tsv')").empty());
  CHECK(clickhouse_format_of("insert into `format` select 1").empty());
}

TEST_CASE("rows of ClickHouse are read exactly, however the answer is cut") {
  const std::string answer =
      "a\tb\tc\td\te\tf\tg\n"
      "UInt64\tNullable(Int64)\tFloat64\tLowCardinality(Nullable(String))\tString\tBool\tDecimal(38, 2)\n"
      "18446744073709551615\t-9223372036854775808\t0.1\t\\\\N\tx\\'\\t\\\\y\\n\\0z\ttrue\t1.50\n"
      "9223372036854775807\t\\N\tnan\t\\N\t\\0M\xff\tfalse\t-0.01\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, answer.size()}) {
    const auto rows = rows_in(answer, piece);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == Row{std::string("18446744073709551615"), std::numeric_limits<std::int64_t>::min(), 0.1,
                         std::string("\\N"), std::string("x'\t\\y\n\0z", 8), std::int64_t{1}, std::string("1.50")});
    CHECK(rows[1][0] == Value(std::numeric_limits<std::int64_t>::max()));
    CHECK(rows[1][1] == Value(nullptr));
    CHECK(std::isnan(std::get<double>(rows[1][2])));
    CHECK(rows[1][3] == Value(nullptr));
    CHECK(rows[1][4] == Value(Blob{std::string("\0M\xff", 3)}));
    CHECK(rows[1][5] == Value(std::int64_t{0}));
  }
}

TEST_CASE("an exception behind rows is none of them, and a row that is cut is seen") {
  for (const std::string behind :
       {"Code: 395, e.displayText() = DB::Exception: boom, e.what() = DB::Exception\n",
        "Code: 395. DB::Exception: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 26.7.2.1)\n",
        "\r\n__exception__\r\ntag\r\nCode: 395. DB::Exception: boom. (X_Y_Z) (version 26.7.2.1 (official build))\n12 "
        "tag\r\n__exception__\r\n"}) {
    std::size_t rows = 0;
    ClickhouseRows reader([&](const Row&) { ++rows; });
    for (const char c : "a\nUInt8\n0\n1\n" + behind)
      if (c) reader.take({&c, 1});
    CHECK(rows == 2);
    ClickhouseFailure failure;
    REQUIRE(read_clickhouse_exception(reader.exception(), failure));
    CHECK(failure.code == 395);
    CHECK(failure.message == "boom");
  }
  ClickhouseRows cut([](const Row&) {});
  cut.take("a\nUInt8\n0\n1");
  CHECK(!cut.whole());
  ClickhouseRows wrong([](const Row&) {});
  CHECK_THROWS_AS(wrong.take("a\tb\nUInt8\tUInt8\n0\n"), SessionError);
  // Of several columns a text is never taken for an exception.
  CHECK(rows_in("a\tb\nString\tString\nCode: 60. DB::Exception: x\ty\n").size() == 1);
}

TEST_CASE("an exception is taken apart in the words of both versions") {
  ClickhouseFailure old, now;
  REQUIRE(
      read_clickhouse_exception("Code: 60, e.displayText() = DB::Exception: Table default.nope doesn't exist., "
                                "e.what() = DB::Exception\n",
                                old));
  REQUIRE(
      read_clickhouse_exception("Code: 60. DB::Exception: Unknown table expression identifier 'nope' in scope "
                                "SELECT * FROM nope. (UNKNOWN_TABLE) (version 26.7.2.1 (official build))\n",
                                now));
  CHECK(old.code == 60);
  CHECK(old.message == "Table default.nope doesn't exist");
  CHECK(old.name.empty());
  CHECK(now.name == "UNKNOWN_TABLE");
  CHECK(now.message == "Unknown table expression identifier 'nope' in scope SELECT * FROM nope");
  CHECK(has(clickhouse_failed(old, "select 1").what(), "(code 60 UNKNOWN_TABLE): select 1"));
  ClickhouseFailure none;
  CHECK(!read_clickhouse_exception("<html>Code: red</html>", none));
  CHECK(!read_clickhouse_exception("Postal Code: 60 Hamburg", none));
}

TEST_CASE("what certainly did not begin, what may be sent again, and what tells a value") {
  const auto of = [](int code, const std::string& words) {
    return failed("Code: " + std::to_string(code) + ". DB::Exception: " + words + ". (SOME_NAME) (version 26.7.2.1)");
  };
  for (const int code : {60, 62, 46, 47, 57, 81, 115, 164, 497}) CHECK(!of(code, "x").begun);
  for (const int code : {159, 241, 252, 319, 394, 999, 209, 210, 999999}) {
    CHECK(of(code, "x").begun);
    CHECK(!of(code, "x").retryable);
  }
  for (const int code : {202, 473, 517}) CHECK(of(code, "x").retryable);
  CHECK(of(47, "Missing columns while pushing to view default.mv").begun);
  CHECK(of(60, "Received from db2:9000. Table x does not exist").begun);
  CHECK(of(60, "There was an error on [h:9000]: Code: 60").begun);
  CHECK(!of(202, "Received from db2:9000. Too many").retryable);
  const auto value = of(6, "Cannot parse string 'hunter2' as UInt32: while converting 'hunter2'");
  CHECK(value.of_a_value);
  CHECK(value.begun);
  CHECK(!has(value.what(), "hunter2"));
  CHECK(!has(
      of(469, "Constraint `c` for table t is violated at row 1. Expression: (k < 10). Column values: k = 4711").what(),
      "4711"));
}
