#include "runtime/report/calibration.hpp"

#include <doctest/doctest.h>

using namespace dmc;
using calibrate::Verdict;
using report::Format;

namespace {

calibrate::Result calibrated() {
  calibrate::Result result;
  result.url = "postgres://dba@db/postgres";
  result.version = "PostgreSQL 19.1";
  result.notes = {"PostgreSQL 19.1 is newer than what was measured: compared with 18"};
  result.findings = {{"comment", "COMMENT ON COLUMN t.a IS 'x'", Verdict::same},
                     {"grant", "GRANT SELECT ON t TO r1", Verdict::not_measured, "it is \x1b[31mrefused"},
                     {"validate_fk",
                      "ALTER TABLE t VALIDATE CONSTRAINT fk",
                      Verdict::differs,
                      "",
                      {{"lock on t", "share update exclusive", "access exclusive"}, {"work", "scan", "catalog"}}}};
  return result;
}

}  // namespace

TEST_CASE("a calibration, read at night: the answer first, then what differs") {
  CHECK(report::render(calibrated(), Format::text, 6) ==
        "PostgreSQL 19.1 at postgres://dba@db/postgres: 1 operations as dmc plans them, 1 differs, 1 could not be "
        "measured\n"
        "note: PostgreSQL 19.1 is newer than what was measured: compared with 18\n"
        "\n"
        "differ: what a plan claims of them is not so here\n"
        "  operation    about      dmc plans by            this server\n"
        "  validate_fk  lock on t  share update exclusive  access exclusive\n"
        "  validate_fk  work       scan                    catalog\n"
        "\n"
        "not measured: nothing is known of them here\n"
        "  grant  it is \\u{1b}[31mrefused\n"
        "\n"
        "same\n"
        "  comment  COMMENT ON COLUMN t.a IS 'x'\n");
}

TEST_CASE("a calibration for programs and as a page") {
  const auto json = report::render(calibrated(), Format::json, 6);
  CHECK(json.find(R"({"exit_code":6,)") == 0);
  CHECK(json.find(R"({"about":"work","here":"catalog","known":"scan"})") != std::string::npos);
  CHECK(json.find(R"("verdict":"not measured")") != std::string::npos);
  const auto page = report::render(calibrated(), Format::markdown, 6);
  CHECK(page.find("| validate\\_fk | differs | lock on t | share update exclusive | access exclusive |\n") !=
        std::string::npos);
}
