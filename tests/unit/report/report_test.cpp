#include "runtime/report/report.hpp"

#include <doctest/doctest.h>

#include "compiler/plan/json.hpp"
#include "runtime/report/progress.hpp"
#include "runtime/report/text.hpp"
#include "tests/support/small_world.hpp"

using namespace dmc;
using namespace dmc::report;

namespace {

executor::StepReport step(std::int64_t ordinal, const std::string& state, const std::string& summary) {
  executor::StepReport report;
  report.id = "sha256:0123456789abcdef";
  report.ordinal = ordinal;
  report.kind = "run_sql@1";
  report.summary = summary;
  report.source = "change 7, line 4: " + summary;
  report.state = state;
  return report;
}

executor::RunResult failed() {
  executor::RunResult result;
  result.plan = "sha256:3f2a00112233445566";
  result.title = "change 7: one name per user";
  result.exit_code = 3;
  executor::TargetResult target;
  target.database = "shop";
  target.url = "sqlite:shop.db";
  target.exit_code = 3;
  target.outcome = "failed";
  target.text = "step 'fill users' failed: no such column: x";
  target.steps = {step(1, "done", "rename people to users"), step(2, "absent", "fill users"),
                  step(3, "absent", "index users")};
  target.steps[0].rows = 1234567;
  target.steps[1].error = "no such column: x";
  target.next = {"mend it", "dmc run plans/0007.plan.json --on shop=sqlite:shop.db"};
  result.targets = {target};
  return result;
}

}  // namespace

TEST_CASE("a failed run, read at night") {
  CHECK(render(failed(), Format::text) ==
        "change 7: one name per user  (plan 3f2a00112233)\n"
        "\n"
        "shop (sqlite:shop.db): failed\n"
        "  step 'fill users' failed: no such column: x\n"
        "  1  done     rename people to users (1,234,567 rows)\n"
        "  2  failed   fill users\n"
        "              no such column: x\n"
        "              from change 7, line 4: fill users\n"
        "  3  not yet  index users\n"
        "  next: mend it\n"
        "        dmc run plans/0007.plan.json --on shop=sqlite:shop.db\n");
}

TEST_CASE("a refused plan is one sentence") {
  executor::RunResult result;
  result.title = "change 7";
  result.plan = "sha256:3f2a00112233445566";
  result.text = "the plan is for a database on oracle";
  CHECK(render(result, Format::text) ==
        "change 7  (plan 3f2a00112233)\nrefused: the plan is for a database on oracle\n");
}

TEST_CASE("status of a parked target says what is done, what it waits for and what to type") {
  executor::TargetStatus target;
  target.database = "shop";
  target.url = "sqlite:shop.db";
  target.standing = "parked";
  target.since = "2026-01-02T03:04:05Z";
  target.text = "on the way from version 6 with change 7; 1 of 2 steps are done; it waits at a gate: app 4.2";
  target.steps = {step(1, "done", "add a"), step(2, "absent", "gate 'app 4.2'")};
  target.steps[1].stage = 2;
  target.losses = {{"sha256:0123456789abcdef", "add a", "lossy", "what was written to a"}};
  target.leftovers = {"table _dmc_backup_1 (kept for the way back; dmc purge --give-up-undo drops it)"};
  target.warnings = {"it was moved"};
  target.holder = session::Holder{42, "host", "me", "dmc 0.1.0", "2026-01-02T03:04:05Z"};
  target.next = {"when that is true", "dmc run p --through 'app 4.2'"};
  CHECK(render(executor::StatusResult{4, {target}}, Format::text) ==
        "shop (sqlite:shop.db): parked\n"
        "  on the way from version 6 with change 7; 1 of 2 steps are done; it waits at a gate: app 4.2\n"
        "  since 2026-01-02T03:04:05Z\n"
        "  held by dmc 0.1.0, process 42 of me on host, since 2026-01-02T03:04:05Z\n"
        "  take note:\n"
        "    it was moved\n"
        "  1  done     add a\n"
        "  -- stage 2\n"
        "  2  not yet  gate 'app 4.2'\n"
        "  taking it back now would lose:\n"
        "    0123456789ab  add a: what was written to a\n"
        "  left behind:\n"
        "    table _dmc_backup_1 (kept for the way back; dmc purge --give-up-undo drops it)\n"
        "  next: when that is true\n"
        "        dmc run p --through 'app 4.2'\n");
}

TEST_CASE("drift and verification name what is wrong") {
  const executor::DriftResult drift{
      6,
      {{"shop",
        "sqlite:shop.db",
        6,
        "x",
        {{"table users", "changed", {"column note appeared", "index i gone, was (a)"}}, {"view v", "gone"}},
        {"table wild"}},
       {"events", "sqlite:e.db", 0, "it is as dmc left it", {}, {}}}};
  CHECK(render(drift, Format::text) ==
        "shop (sqlite:shop.db): changed behind dmc's back\n"
        "  changed   table users\n"
        "              column note appeared\n"
        "              index i gone, was (a)\n"
        "  gone      view v\n"
        "  not managed, and left alone:\n"
        "    table wild\n"
        "\n"
        "events (sqlite:e.db): it is as dmc left it\n");
  CHECK(render(drift, Format::markdown)
            .find("| table users | changed: column note appeared; index i gone, was (a) |\n") != std::string::npos);
  CHECK(render(drift, Format::json).find("\"members\":[\"column note appeared\",\"index i gone, was (a)\"]") !=
        std::string::npos);
  const executor::VerifyResult verified{3,
                                        {{"shop",
                                          "sqlite:shop.db",
                                          3,
                                          "1 of 3 do not hold",
                                          {{"a holds", "holds", ""},
                                           {"b holds", "does not hold", "the answer is 2"},
                                           {"c holds", "cannot be asked any more", "no such table: c"}}}}};
  CHECK(render(verified, Format::text) ==
        "shop (sqlite:shop.db): 1 of 3 do not hold\n"
        "  ok    a holds\n"
        "  WRONG b holds\n"
        "        does not hold: the answer is 2\n"
        "  -     c holds\n"
        "        cannot be asked any more: no such table: c\n");
}

TEST_CASE("S11: what came from elsewhere cannot draw on the terminal or on the page") {
  auto result = failed();
  result.title =
      "change 7: \x1b[2J\xe2\x80\xae"
      "evil";
  result.targets[0].steps[1].error = "no \x1b]0;x\x07 `|` <b>";
  for (const auto format : {Format::text, Format::markdown, Format::json}) {
    const auto text = render(result, format);
    for (const char* bad : {"\x1b", "\x07"}) CHECK(text.find(bad) == std::string::npos);
    if (format != Format::json) CHECK(text.find("\xe2\x80\xae") == std::string::npos);
  }
  CHECK(render(result, Format::markdown).find("\\`\\|\\` \\<b\\>") != std::string::npos);
  result.targets[0].next.command = "dmc run '```'";
  CHECK(render(result, Format::markdown).find("````sh\ndmc run '```'\n````\n") != std::string::npos);
}

TEST_CASE("JSON is canonical, ends with a line break, and holds every field") {
  for (const auto& text :
       {render(failed(), Format::json), render(executor::StatusResult{0, {{}}}, Format::json),
        render(executor::DriftResult{0, {{}}}, Format::json), render(executor::VerifyResult{0, {{}}}, Format::json),
        render(executor::PurgeResult{0, {{}}}, Format::json)}) {
    CHECK(text.back() == '\n');
    plan::JsonError error;
    const auto json = plan::read_json(text.substr(0, text.size() - 1), error);
    REQUIRE_MESSAGE(json, error.message);
    CHECK(std::holds_alternative<plan::JsonObject>(json->value));
  }
  CHECK(render(failed(), Format::json).find("\"verdict\":\"run\"") != std::string::npos);
  CHECK(render(executor::DriftResult{0, {}}, Format::json) == "{\"exit_code\":0,\"targets\":[]}\n");
}

TEST_CASE("numbers and durations for people") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(grouped(-123) == "-123");
  CHECK(duration(12) == "12 ms");
  CHECK(duration(1500) == "1.5 s");
  CHECK(duration(59'999) == "59 s");
  CHECK(duration(200'000) == "3 min 20 s");
  CHECK(duration(3'720'000) == "1 h 02 min");
}

TEST_CASE("progress: a line in place on a terminal, plain lines elsewhere") {
  tests::StillClock clock;
  std::string live, plain;
  const auto on_terminal = live_progress([&](std::string_view text) { live += text; }, clock, 60);
  const auto elsewhere = plain_progress([&](std::string_view text) { plain += text; }, clock, true);
  const auto tell = [&](const journal::Event& event) {
    on_terminal->tell(event);
    elsewhere->tell(event);
  };
  tell(journal::RunStarted{"sha256:1", "change 7", true, "dmc", {"shop"}});
  tell(journal::VerdictGiven{"shop", "run", "it is at version 6"});
  tell(journal::StepStarted{"shop", "s", 1, 2, "fill users", true, 1});
  const journal::StepProgressed progressed{"shop", "s", 50'000, 200'000, 25'000, 6'000, 10'000};
  tell(progressed);
  clock.pass(10'000);
  tell(progressed);
  journal::StepProgressed built{"shop", "s", 12'000, 40'000, 0, std::nullopt, 0};
  built.phase = "building index: scanning table";
  built.unit = "blocks";
  clock.pass(10'000);
  tell(built);
  built = {"shop", "s", 0, std::nullopt, 0, std::nullopt, 0};
  built.phase = "initializing";
  clock.pass(10'000);
  tell(built);
  tell(journal::StepRetried{"shop", "s", "locked", 1, 30, 200});
  tell(journal::StepEnded{"shop", "s", "done", "", 8'000, 200'000});
  tell(journal::StepEnded{"shop", "s", "failed", "no such column", 8, std::nullopt});
  CHECK(plain ==
        "change 7\n"
        "  shop: it is at version 6\n"
        "  1/2  fill users: 50,000 of 200,000 rows, 25%, 25,000 rows/s, 6.0 s left\n"
        "  1/2  fill users: building index: scanning table, 12,000 of 40,000 blocks, 30%\n"
        "  1/2  fill users: initializing\n"
        "  1/2  fill users: locked; again in 200 ms (1 of 30); end what holds it, or stop here (Ctrl-C)\n"
        "  1/2  fill users: done in 8.0 s, 200,000 rows\n"
        "  1/2  fill users: failed in 8 ms\n"
        "      no such column\n");
  CHECK(live.find("\r\x1b[K  1/2  fill users …") != std::string::npos);
  CHECK(live.find("\r\x1b[K  1/2  fill users: 50,000 of 200,000 rows, 25%, 25,000 r") != std::string::npos);
  CHECK(live.find("25,000 rows/s") == std::string::npos);
  CHECK(live.ends_with("      no such column\n"));
}
