// Times that people mean.
#include "runtime/trust/time.hpp"

#include <doctest/doctest.h>

using dmc::trust::time_meant;

TEST_CASE("a time, a day, or how long from now") {
  const auto meant = [](const char* text) { return time_meant(text, "2026-02-27T12:30:00Z").value_or("none"); };
  CHECK(meant("2026-12-01T08:00:00Z") == "2026-12-01T08:00:00Z");
  CHECK(meant("2026-12-01") == "2026-12-01T23:59:59Z");
  CHECK(meant("2d") == "2026-03-01T12:30:00Z");
  CHECK(meant("12h") == "2026-02-28T00:30:00Z");
  CHECK(meant("45m") == "2026-02-27T13:15:00Z");
  for (const char* text : {"", "d", "2", "2w", "-1d", "1000000d", "2026-13-01", "2026-02-30", "2026-02-27 12:30:00",
                           "2026-02-27T24:00:00Z", "tomorrow"})
    CHECK_MESSAGE(meant(text) == "none", text);
}

TEST_CASE("only times that are in the calendar") {
  CHECK(dmc::trust::is_time("2024-02-29T00:00:00Z"));
  CHECK(!dmc::trust::is_time("2026-02-29T00:00:00Z"));
  CHECK(!dmc::trust::is_time("2026-02-28T00:00:60Z"));
  CHECK(!dmc::trust::is_time("2026-02-28T00:00:00+"));
}
