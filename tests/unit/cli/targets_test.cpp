// `--on`: which database lies where, and every way to say it wrong.
#include "runtime/cli/targets.hpp"

#include <doctest/doctest.h>

#include "runtime/cli/commands.hpp"

namespace {

using namespace dmc;

std::vector<executor::TargetAddress> read(std::vector<std::string> typed, const std::vector<std::string>& databases) {
  cli::Arguments arguments;
  arguments.options["--on"] = std::move(typed);
  return cli::read_targets(cli::run_command(), arguments, databases);
}

std::string refusal(std::vector<std::string> typed, const std::vector<std::string>& databases) {
  try {
    read(std::move(typed), databases);
  } catch (const cli::Refusal& refused) {
    CHECK(refused.exit == cli::Exit::usage);
    return refused.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("names, bare URLs and paths with an equals sign") {
  const auto one = read({"sqlite:a=b.db"}, {"shop"});
  REQUIRE(one.size() == 1);
  CHECK(one[0].database == "shop");
  CHECK(one[0].url.location == "a=b.db");
  const auto two = read({"b=sqlite:2.db", "a=sqlite:1.db"}, {"a", "b"});
  REQUIRE(two.size() == 2);
  CHECK(two[0].database == "a");
  CHECK(two[1].url.location == "2.db");
}

TEST_CASE("what is missing or unknown is named") {
  CHECK(refusal({}, {"shop"}) == "'dmc run' needs to know where the database is");
  CHECK(refusal({"shp=sqlite:x"}, {"shop"}) == "there is no database 'shp' in this plan; it is about shop");
  CHECK(refusal({"a=sqlite:x"}, {"a", "b"}) == "the plan also changes 'b', and no '--on' says where that is");
  CHECK(refusal({"sqlite:x"}, {"a", "b"}).starts_with("there are several databases (a, b)"));
  CHECK(refusal({"sqlite:x"}, {}).starts_with("'--on' lacks the name of the database"));
}

TEST_CASE("what is to be typed is an address of the engine that the plan is for") {
  const auto advice = [](const std::string& engine) {
    try {
      cli::read_targets(cli::run_command(), cli::Arguments(), {"shop"}, engine);
    } catch (const cli::Refusal& refused) {
      return refused.next.at(0);
    }
    return std::string("accepted");
  };
  CHECK(advice("sqlite") == "dmc run --on shop=sqlite:shop.db");
  CHECK(advice("postgres") == "dmc run --on shop=postgres://USER@HOST/DATABASE");
  CHECK(advice("clickhouse") == "dmc run --on shop=clickhouse://USER@HOST/DATABASE");
}

TEST_CASE("a URL that cannot be read is never repeated: it may hold a password") {
  const auto text = refusal({"shop=nosuch://me:secret@host/x"}, {"shop"});
  CHECK(text != "accepted");
  CHECK(text.find("secret") == std::string::npos);
}
