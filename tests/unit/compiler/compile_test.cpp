// The pipeline whole: what it writes, that it does not depend on the order of its inputs, and that it refuses without
// throwing.
#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "compiler/plan/digest.hpp"
#include "tests/unit/compiler/pipeline.hpp"

using namespace dmc;
using tests::Pipeline;
using tests::sources;

namespace {

const std::string shop = R"(database shop on fake {
  table users { id int primary key; name text; }
  view named as (select name from users);
}
)";
const std::string events = "database events on fake { table hits { id int primary key; } }\n";

/// The same files, in every order.
std::vector<std::vector<check::SourceText>> orders(std::vector<check::SourceText> files) {
  const auto by_name = [](const auto& left, const auto& right) { return left.name < right.name; };
  std::sort(files.begin(), files.end(), by_name);
  std::vector<std::vector<check::SourceText>> all;
  do all.push_back(files);
  while (std::next_permutation(files.begin(), files.end(), by_name));
  return all;
}

}  // namespace

TEST_CASE("catalog, plan and way back belong together") {
  Pipeline pipeline;
  const auto first = pipeline.compile(sources(shop, "change 1 'first';\n"));
  REQUIRE_MESSAGE(!first.refused, first.findings);
  const auto& compiled = first.compiled;
  CHECK(compiled.catalog.number == 1);
  CHECK(!compiled.catalog.parent);
  CHECK(compiled.plan.reverse == plan::digest(compiled.reverse_bytes));
  CHECK(compiled.plan.databases.front().to == compiled.catalog.databases.front().hash);
  CHECK(compiled.plan.source_digest == compiled.reverse.source_digest);
  CHECK(compiled.plan.compiler_version == "test");
  plan::JsonError error;
  CHECK(plan::read_plan(compiled.plan_bytes, error));
  CHECK(plan::read_plan(compiled.reverse_bytes, error));
  CHECK(catalog::read_catalog(compiled.catalog_bytes, error));

  auto files = sources(shop, "change 1 'first';\n");
  files.push_back({"changes/0002.mig", "change 2 'nothing';\n"});
  const auto second = pipeline.compile(files);
  REQUIRE_MESSAGE(!second.refused, second.findings);
  CHECK(second.compiled.catalog.parent == plan::digest(compiled.catalog_bytes));
  CHECK(second.compiled.empty);
  CHECK(second.compiled.plan.steps.empty());
  CHECK(second.compiled.catalog.databases == compiled.catalog.databases);
}

TEST_CASE("the order of the files decides nothing") {
  std::vector<check::SourceText> files{
      {"project.mig", "project shop { edition 1; }\n"},
      {"schema/a.mig", shop},
      {"schema/b.mig", events},
      {"schema/c.mig",
       "database shop on fake { table pets { id int primary key; owner int references users (id); } }\n"},
      {"changes/0001.mig", "change 1 'first';\n"}};
  std::optional<Compiled> one;
  for (const auto& order : orders(files)) {
    Pipeline pipeline;
    const auto outcome = pipeline.compile(order);
    REQUIRE_MESSAGE(!outcome.refused, outcome.findings);
    if (!one) one = outcome.compiled;
    REQUIRE(outcome.compiled.plan_bytes == one->plan_bytes);
    REQUIRE(outcome.compiled.reverse_bytes == one->reverse_bytes);
    REQUIRE(outcome.compiled.catalog_bytes == one->catalog_bytes);
  }
}

TEST_CASE("the source digest covers every source and no cluster") {
  const auto digest_of = [](std::vector<check::SourceText> files) {
    Pipeline pipeline;
    const auto outcome = pipeline.compile(files);
    REQUIRE_MESSAGE(!outcome.refused, outcome.findings);
    return outcome.compiled.plan.source_digest;
  };
  auto files = sources(shop, "change 1 'first';\n");
  const auto before = digest_of(files);
  files[1].text += "-- a comment\n";
  CHECK(digest_of(files) != before);
  files[1].text.resize(shop.size());
  CHECK(digest_of(files) == before);
}

TEST_CASE("the policy digest covers what the policy says, in whatever order") {
  const auto digest_of = [](const std::string& policy) {
    Pipeline pipeline;
    const auto outcome = pipeline.compile(sources(shop + policy, "change 1 'first';\n"));
    REQUIRE_MESSAGE(!outcome.refused, outcome.findings);
    return outcome.compiled.plan.policy_digest;
  };
  CHECK(digest_of("policy { warn perf, name; }\n") == digest_of("policy { warn name, perf; }\n"));
  CHECK(digest_of("policy { warn perf; }\n") != digest_of("policy { warn name; }\n"));
  CHECK(digest_of("policy { lock timeout 1s; }\n") != digest_of("policy { lock timeout 2s; }\n"));
  CHECK(digest_of("") != digest_of("policy { statement timeout 1s; }\n"));
}

TEST_CASE("what is wrong leaves no bytes behind") {
  Pipeline pipeline;
  pipeline.compile(sources(shop, "change 1 'first';\n"));
  const auto outcome = pipeline.compile(
      sources("database shop on fake { table users { id int primary key; } }\n", "change 2 'gone';\n"), false);
  CHECK(outcome.refused);
  CHECK(outcome.compiled.plan_bytes.empty());
  CHECK(outcome.compiled.reverse_bytes.empty());
  CHECK(outcome.compiled.catalog_bytes.empty());
}

TEST_CASE("columns lie in the catalog as they will lie in the table") {
  Pipeline pipeline;
  pipeline.compile(sources("database shop on fake { table users { a int; c int; } }\n", "change 1 'first';\n"));
  auto files = sources("database shop on fake { table users { a int; b int; c int; } }\n", "change 1 'first';\n");
  files.push_back({"changes/0002.mig", "change 2 'b';\n"});
  const auto outcome = pipeline.compile(files);
  REQUIRE_MESSAGE(!outcome.refused, outcome.findings);
  std::string order;
  for (const auto& column : outcome.compiled.catalog.databases.front().model.tables.front().columns)
    order += column.name;
  CHECK(order == "acb");
}

TEST_CASE("a database that was emptied leaves the catalog") {
  Pipeline pipeline;
  pipeline.compile(sources(shop + events, "change 1 'first';\n"));
  auto files = sources(shop, "change 1 'first';\n");
  files.push_back({"changes/0002.mig", "change 2 'gone' { drop table events.hits without backup; }\n"});
  const auto outcome = pipeline.compile(files);
  REQUIRE_MESSAGE(!outcome.refused, outcome.findings);
  REQUIRE(outcome.compiled.catalog.databases.size() == 1);
  CHECK(outcome.compiled.catalog.databases.front().model.name == "shop");
  CHECK(outcome.compiled.plan.databases.front().name == "events");
}
