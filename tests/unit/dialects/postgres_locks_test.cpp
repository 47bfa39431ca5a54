// The lock table in the code is the measured one.
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "compiler/dialects/postgres/locks.hpp"
#include "tests/support/skip.hpp"

using namespace dmc;
namespace pg = dialects::postgres;

TEST_CASE("PostgreSQL: what a statement locks is what was measured") {
  std::ifstream in(std::string(DMC_SOURCE_DIR) + "/../shared/data/postgres_locks.json");
  if (!in) return tests::skip("the measured locks", "no data beside the checkout");
  const auto data = nlohmann::json::parse(in);
  std::size_t measured = 0;
  for (const auto& [id, entry] : data["operations"].items())
    for (const auto& result : entry["by_major"]) {
      if (result.contains("error")) continue;
      ++measured;
      const std::string majors = result["pg"];
      const auto dash = majors.find('-');
      const int oldest = std::stoi(majors),
                newest = dash == std::string::npos ? oldest : std::stoi(majors.substr(dash + 1));
      for (int major = oldest; major <= newest; ++major) {
        CAPTURE(id);
        CAPTURE(major);
        const auto* known = pg::operation(id, major);
        REQUIRE(known);
        CHECK(known->work == result["work"].get<std::string>());
        REQUIRE(known->count == result["locks"].size());
        for (std::size_t i = 0; i < known->count; ++i) {
          std::string mode = data["modes"][result["locks"][std::string(known->locks[i].relation)].get<std::string>()];
          for (char& c : mode) c = static_cast<char>(std::tolower(c));
          CHECK(known->locks[i].mode == mode);
        }
      }
    }
  CHECK(measured == pg::operations().size());
}

TEST_CASE("PostgreSQL: what was not measured is not known") {
  CHECK(!pg::operation("set_expression", 16));
  CHECK(pg::operation("set_expression", 17));
  CHECK(!pg::operation("nothing", 15));
  CHECK(pg::work_class("fk_scan") == "scan");
  CHECK(pg::work_class("proven") == "catalog");
}
