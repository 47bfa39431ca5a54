// The lock table in the binary is the measured one.
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "compiler/dialects/postgres/locks.hpp"
#include "tests/support/skip.hpp"

using namespace dmc;
namespace pg = dialects::postgres;

namespace {

std::string text_of(const char* path) {
  std::ifstream in(std::string(DMC_SOURCE_DIR) + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("PostgreSQL: what a statement locks is what was measured") {
  const auto data = nlohmann::json::parse(text_of("/compiler/dialects/postgres/locks.json"));
  std::size_t measured = 0, refused = 0;
  for (const auto& [id, entry] : data["operations"].items())
    for (const auto& result : entry["by_major"]) {
      if (result.contains("error")) {
        ++refused;
        const auto* error = pg::no_operation(id, std::stoi(result["pg"].get<std::string>()));
        REQUIRE(error);
        CHECK(error->error == result["error"].get<std::string>());
        continue;
      }
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
  CHECK(refused == pg::errors().size());
}

TEST_CASE("PostgreSQL: every operation can be tried out again") {
  const auto data = nlohmann::json::parse(text_of("/compiler/dialects/postgres/locks.json"));
  REQUIRE(pg::trials().size() == data["operations"].size());
  for (const auto& trial : pg::trials()) {
    const auto& entry = data["operations"][std::string(trial.id)];
    CAPTURE(trial.id);
    CHECK(trial.statement == entry["statement"].get<std::string>());
    CHECK(trial.given == entry.value("given", ""));
    CHECK(trial.sampled == entry.value("sampled", false));
    for (int major = 12; major <= 18; ++major)
      CHECK((pg::operation(trial.id, major) != nullptr) != (pg::no_operation(trial.id, major) != nullptr));
  }
  REQUIRE(pg::world_of_trials().size() == data["fixture"].size());
  for (std::size_t i = 0; i < data["fixture"].size(); ++i)
    CHECK(pg::world_of_trials()[i] == data["fixture"][i].get<std::string>());
}

TEST_CASE("PostgreSQL: the table is the one that was handed to us") {
  const auto handed = text_of("/../shared/data/postgres_locks.json");
  if (handed.empty()) return tests::skip("the measured locks", "no data beside the checkout");
  CHECK(handed == text_of("/compiler/dialects/postgres/locks.json"));
}

TEST_CASE("PostgreSQL: what was not measured is not known") {
  CHECK(!pg::operation("set_expression", 16));
  CHECK(pg::operation("set_expression", 17));
  CHECK(!pg::operation("nothing", 15));
  CHECK(pg::work_class("fk_scan") == "scan");
  CHECK(pg::work_class("proven") == "catalog");
}
