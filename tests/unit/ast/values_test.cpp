// Numbers and units at their limits.
#include <limits>

#include "built.hpp"
#include "compiler/ast/explanations.hpp"

namespace dmc::ast::test {

namespace {

const Literal& default_of(const InTable& table, std::size_t index) {
  return std::get<Literal>(std::get<Default>(table.column(index).options.at(0)).value);
}

Pace pace_of(const std::string& clauses) {
  const InChange change("rebuild table t " + clauses + ";");
  return change.statement<Rebuild>().pace;
}

}  // namespace

TEST_CASE("integers reach both ends of 64 bits, and what is larger is kept as digits") {
  const InTable table(
      "a int default 9223372036854775807; b int default -9223372036854775808; "
      "c int default 9223372036854775808; d int default 18_446_744_073_709_551_615; e int default 10_000;");
  CHECK(std::get<Integer>(default_of(table, 0)).value == std::numeric_limits<std::int64_t>::max());
  CHECK(std::get<Integer>(default_of(table, 1)).value == std::numeric_limits<std::int64_t>::min());
  CHECK(std::get<Decimal>(default_of(table, 2)).text == "9223372036854775808");
  CHECK(std::get<Decimal>(default_of(table, 3)).text == "18446744073709551615");
  CHECK(std::get<Integer>(default_of(table, 4)).value == 10000);
}

TEST_CASE("a literal is text, number, truth or null") {
  const InTable table(
      "a int default 0.50; b int default true; c int default false; d int default null; "
      "e int default 'x'; f int default -1_000.25;");
  CHECK(std::get<Decimal>(default_of(table, 0)).text == "0.50");
  CHECK(std::get<Boolean>(default_of(table, 1)).value);
  CHECK_FALSE(std::get<Boolean>(default_of(table, 2)).value);
  CHECK(std::holds_alternative<Null>(default_of(table, 3)));
  CHECK(std::get<Text>(default_of(table, 4)).value == "x");
  CHECK(std::get<Decimal>(default_of(table, 5)).text == "-1000.25");
}

TEST_CASE("durations are milliseconds") {
  CHECK(pace_of("pause 250ms").pause->milliseconds == 250);
  CHECK(pace_of("pause 30s").pause->milliseconds == 30'000);
  CHECK(pace_of("pause 1.5s").pause->milliseconds == 1'500);
  CHECK(pace_of("pause 5m").pause->milliseconds == 300'000);
  CHECK(pace_of("pause 24h").pause->milliseconds == 86'400'000);
  CHECK(pace_of("pause 7d").pause->milliseconds == 604'800'000);
  CHECK(pace_of("pause 0.001s").pause->milliseconds == 1);
  CHECK(pace_of("pause 106_751_991_167d").pause->milliseconds == 9'223'372'036'828'800'000);
}

TEST_CASE("sizes are bytes") {
  CHECK(std::get<Size>(*pace_of("batch 64MiB").batch).bytes == 64LL << 20U);
  CHECK(std::get<Size>(*pace_of("batch 1KiB").batch).bytes == 1024);
  CHECK(std::get<Size>(*pace_of("batch 0.5GiB").batch).bytes == 1LL << 29U);
  CHECK(std::get<Count>(*pace_of("batch 5_000").batch).value == 5000);
}

TEST_CASE("shares are exact") {
  const auto share = [](const std::string& text) {
    const InChange change("copy a.t from b.t { rejects at most " + text + "; }");
    return std::get<Percent>(change.statement<Copy>().clauses.rejects_at_most.value()).millionths;
  };
  CHECK(share("0.1%") == 100'000);
  CHECK(share("100%") == 100'000'000);
  CHECK(share("0%") == 0);
  CHECK(share("0.000001%") == 1);
  CHECK(share("33.3300000000%") == 33'330'000);
}

TEST_CASE("pace takes its words in any order") {
  const Pace pace = pace_of("pause 1s rate 200_000 parallel 4 batch 100");
  CHECK(std::get<Count>(*pace.batch).value == 100);
  CHECK(pace.parallel->value == 4);
  CHECK(pace.rate->value == 200'000);
  CHECK(pace.pause->milliseconds == 1000);
}

TEST_CASE("numbers that mean nothing are reported where they stand") {
  const auto in_change = [](const std::string& text) { return InChange(text).report(); };
  const auto in_table = [](const std::string& text) { return InTable(text).report(); };
  CHECK(in_change("rebuild table t rate 9223372036854775808;") == "E0150 9223372036854775808\n");
  CHECK(Built("change 99999999999999999999 'x';").report() == "E0150 99999999999999999999\n");
  CHECK(Built("database d on sqlite 3.99999999999 { }").report() == "E0150 3.99999999999\n");
  CHECK(in_change("rebuild table t rate -1;") == "E0151 -1\n");
  CHECK(in_change("rebuild table t rate 1.5;") == "E0151 1.5\n");
  CHECK(in_change("rebuild table t pause -1s;") == "E0151 -1s\n");
  CHECK(in_change("copy a.t from b.t { rejects at most 101%; }") == "E0151 101%\n");
  CHECK(in_change("copy a.t from b.t { rejects at most 100.000001%; }") == "E0151 100.000001%\n");
  CHECK(in_change("rebuild table t pause 0.5ms;") == "E0152 0.5ms\n");
  CHECK(in_change("rebuild table t pause 106751991168d;") == "E0152 106751991168d\n");
  CHECK(in_change("rebuild table t batch 0.3KiB;") == "E0152 0.3KiB\n");
  CHECK(in_change("rebuild table t batch 8589934592GiB;") == "E0152 8589934592GiB\n");
  CHECK(in_change("copy a.t from b.t { rejects at most 0.0000001%; }") == "E0152 0.0000001%\n");
  CHECK(in_change("rebuild table t pause 0.12345678901234567890123s;") == "E0152 0.12345678901234567890123s\n");
  CHECK(in_change("rebuild table t rate 5 rate 6;") == "E0153 rate 6\n");
  CHECK(in_change("copy a.t from b.t { columns (a); columns except (b); }") == "E0153 columns except (b)\n");
  CHECK(in_change("copy a.t from b.t { key (a); key (b); }") == "E0153 key (b)\n");
  CHECK(in_change("run 'x' on d { do (x); undo nothing; undo (y); }") == "E0154 undo (y)\n");
  CHECK(in_table("a int default 5m;") == "E0155 5m\n");
  CHECK(in_change("verify 'x' on d (select 1) = 5%;") == "E0155 5%\n");
  CHECK(Built("database d on sqlite 3 { view v as (select 1) { index (a); } }").report() == "E0156 index (a)\n");
}

TEST_CASE("the second of two clauses points at the first") {
  const InChange change("rebuild table t rate 5 rate 6;");
  const auto diagnostic = change.diagnostics.all().front();
  REQUIRE(diagnostic.notes.size() == 1);
  CHECK(change.sources.text(diagnostic.notes[0].span) == "rate 5");
}

TEST_CASE("every code has an explanation, in order") {
  std::string codes;
  for (const auto& explanation : explanations()) {
    codes += std::string(explanation.code) + ' ';
    CHECK_FALSE(explanation.title.empty());
    CHECK_FALSE(explanation.text.empty());
  }
  CHECK(codes == "E0150 E0151 E0152 E0153 E0154 E0155 E0156 ");
}

}  // namespace dmc::ast::test
