// Many targets: what is counted, what is told in full, how far all of them are.
#include "runtime/report/many.hpp"

#include <doctest/doctest.h>

#include "runtime/report/progress.hpp"
#include "runtime/report/report.hpp"
#include "tests/support/small_world.hpp"

using namespace dmc;
using namespace dmc::report;

namespace {

std::string numbered(int i) { return (i < 10 ? "shop/t0" : "shop/t") + std::to_string(i); }

executor::StatusResult fleet(int targets) {
  executor::StatusResult result;
  for (int i = 0; i < targets; ++i) {
    executor::TargetStatus target;
    target.database = numbered(i);
    target.url = "sqlite:t.db";
    target.standing = "rest";
    target.text = "at rest at version 2";
    result.targets.push_back(target);
  }
  return result;
}

}  // namespace

TEST_CASE("verdicts of a few targets are aligned, a line each, by name") {
  CHECK(verdict_table({{"shop/us1 (sqlite:us.db)", "drift", "somebody changed it"},
                       {"shop/eu (sqlite:eu.db)", "run", "it is at version 1"}}) ==
        "  shop/eu (sqlite:eu.db)   run    it is at version 1\n"
        "  shop/us1 (sqlite:us.db)  drift  somebody changed it\n");
  CHECK(verdict_table({}).empty());
}

TEST_CASE("verdicts of many are counted, and those that cannot go are told in full") {
  std::vector<journal::VerdictGiven> verdicts;
  for (int i = 0; i < 30; ++i)
    verdicts.push_back({numbered(i) + " (sqlite:t.db)",
                        i == 7  ? "drift"
                        : i < 3 ? "already there"
                                : "run",
                        "text " + std::to_string(i)});
  CHECK(verdict_table(verdicts) ==
        "  26  run: shop/t03, shop/t04, shop/t05 and 23 more\n"
        "   3  already there: shop/t00, shop/t01, shop/t02\n"
        "   1  drift: shop/t07\n"
        "  shop/t07 (sqlite:t.db)  drift  text 7\n");
}

TEST_CASE("status of many: a summary, then those that need somebody, then a line each when they are too many") {
  auto result = fleet(30);
  CHECK(render(result, Format::text) == "30 databases\n  30  rest: at rest at version 2\n");
  result.targets[4].exit_code = 3;
  result.targets[4].standing = "moving";
  result.targets[4].text = "step 2 failed";
  result.targets[4].next = {"go on", "dmc run"};
  result.targets[9].warnings = {"it was moved"};
  CHECK(render(result, Format::text) ==
        "30 databases\n"
        "  29  rest: at rest at version 2\n"
        "   1  moving: step 2 failed\n"
        "\n"
        "shop/t04 (sqlite:t.db): moving\n"
        "  step 2 failed\n"
        "  next: go on\n"
        "        dmc run\n"
        "\n"
        "shop/t09 (sqlite:t.db): rest\n"
        "  at rest at version 2\n"
        "  take note:\n"
        "    it was moved\n");
  const auto json = render(result, Format::json);
  std::size_t all = 0;
  for (auto at = json.find("\"standing\""); at != std::string::npos; at = json.find("\"standing\"", at + 1)) ++all;
  CHECK(all == 30);
  for (auto& target : result.targets) target.exit_code = 3;
  const auto text = render(result, Format::text);
  CHECK(
      text.ends_with("\nshop/t20 (sqlite:t.db): at rest at version 2\nshop/t21 (sqlite:t.db): at rest at version 2\n"
                     "shop/t22 (sqlite:t.db): at rest at version 2\nshop/t23 (sqlite:t.db): at rest at version 2\n"
                     "shop/t24 (sqlite:t.db): at rest at version 2\nshop/t25 (sqlite:t.db): at rest at version 2\n"
                     "shop/t26 (sqlite:t.db): at rest at version 2\nshop/t27 (sqlite:t.db): at rest at version 2\n"
                     "shop/t28 (sqlite:t.db): at rest at version 2\nshop/t29 (sqlite:t.db): at rest at version 2\n"));
  const auto page = render(result, Format::markdown);
  CHECK(page.starts_with("# Status\n\n| databases | |\n|--:|---|\n| 29 | rest: at rest at version 2 |\n"));
}

TEST_CASE("progress of a few targets at once names the target; of many it counts") {
  tests::StillClock clock;
  std::string text;
  const auto few = plain_progress([&](std::string_view more) { text += more; }, clock, true);
  few->tell(journal::RunStarted{"sha256:x", "change 7", true, "dmc", {"a", "b"}});
  few->tell(journal::VerdictGiven{"b", "run", "go"});
  few->tell(journal::VerdictGiven{"a", "run", "go"});
  few->tell(journal::StepStarted{"a", "s", 1, 2, "fill", true, 1});
  few->tell(journal::StepStarted{"b", "s", 1, 2, "fill", true, 1});
  few->tell(journal::StepEnded{"b", "s", "done", "", 8, std::nullopt});
  few->tell(journal::StepEnded{"a", "s", "failed", "no such column", 9, std::nullopt});
  CHECK(text ==
        "change 7\n"
        "  a  run  go\n"
        "  b  run  go\n"
        "  b: 1/2  fill: done in 8 ms\n"
        "  a: 1/2  fill: failed in 9 ms\n"
        "      no such column\n");
  text.clear();
  const auto many = plain_progress([&](std::string_view more) { text += more; }, clock, true);
  journal::RunStarted started{"sha256:x", "change 7", true, "dmc", {}};
  for (int i = 0; i < 40; ++i) started.targets.push_back(numbered(i));
  many->tell(started);
  for (int i = 0; i < 40; ++i) {
    many->tell(journal::StepStarted{numbered(i), "s", 1, 1, "fill", true, 1});
    many->tell(
        journal::StepEnded{numbered(i), "s", i == 3 ? "failed" : "done", i == 3 ? "locked" : "", 8, std::nullopt});
    if (i == 20) clock.pass(10'000);
    many->tell(journal::TargetEnded{numbered(i), i == 3 ? 3 : 0, ""});
  }
  CHECK(text ==
        "change 7\n"
        "  shop/t03: 1/1  fill: failed in 8 ms\n"
        "      locked\n"
        "  21 of 40 databases, 1 of them did not get through\n");
}
