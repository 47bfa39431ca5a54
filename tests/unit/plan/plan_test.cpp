// A plan is read back as written, and refused when anything in it was touched.
#include "compiler/plan/plan.hpp"

#include <functional>

#include <doctest/doctest.h>

#include "compiler/plan/digest.hpp"

using namespace dmc::plan;

namespace {

const std::string state_a = digest("a");
const std::string state_b = digest("b");
const std::string state_c = digest("c");

Step step(std::string summary, Action action, std::int64_t stage) {
  Step made;
  made.action = std::move(action);
  made.database = "shop";
  made.object = "table users";
  made.stage = stage;
  made.summary = std::move(summary);
  made.source = "change 7, line 4";
  made.reverse = {ReverseClass::lossy, "what was in it"};
  made.hazards = {{"data.drop_table", "sessions", "300 rows", "declared"}};
  made.locks = {{"users", "exclusive", "catalog"}};
  made.effects = {{"table users", std::nullopt}};
  return made;
}

void give_ids(Plan& plan) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (i > 0) plan.steps[i].requires_steps = {plan.steps[i - 1].id};
    plan.steps[i].id = step_id(plan.steps[i], plan.databases.front().from);
  }
}

Plan sample() {
  Plan plan;
  plan.compiler_version = "1";
  plan.project = "shop";
  plan.number = 7;
  plan.title = "one";
  plan.reverse = digest("r");
  plan.source_digest = digest("s");
  plan.policy_digest = digest("p");
  DatabaseInput shop;
  shop.name = "shop";
  shop.engine = "sqlite";
  shop.oldest_version = "3.40";
  shop.from = state_a;
  shop.to = state_c;
  shop.stages = {state_b, state_c};
  plan.databases = {shop};
  RunSql create;
  create.statements = {"create table users (id)"};
  plan.steps = {step("create", create, 1), step("wait", Gate{"app is out", std::nullopt, 0, 0}, 1),
                step("look", Verify{{"none is null", "select 1", Comparison::is_empty, std::nullopt, ""}}, 2)};
  give_ids(plan);
  return plan;
}

JsonError refused(std::string bytes) {
  JsonError error;
  CHECK_FALSE(read_plan(std::move(bytes), error));
  return error;
}

JsonError refused(const std::function<void(Plan&)>& edit) {
  Plan plan = sample();
  edit(plan);
  return refused(write_plan(plan));
}

std::string replaced(std::string text, std::string_view part, std::string_view instead) {
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  return text.replace(at, part.size(), instead);
}

}  // namespace

TEST_CASE("a plan is read back as it was written, with the hash of its bytes") {
  const auto bytes = write_plan(sample());
  JsonError error;
  const auto file = read_plan(bytes, error);
  REQUIRE_MESSAGE(file, error.where << ": " << error.message);
  CHECK(file->plan == sample());
  CHECK(file->bytes == bytes);
  CHECK(file->hash == digest(bytes));
  CHECK(kind_of(file->plan.steps[1]) == "gate@2");
}

TEST_CASE("an edit of any byte is refused or makes another plan") {
  const auto bytes = write_plan(sample());
  const auto hash = digest(bytes);
  std::size_t read_anyway = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char other : {'x', '0', ' ', '"', '\n'}) {
      if (bytes[at] == other) continue;
      std::string edited = bytes;
      edited[at] = other;
      JsonError error;
      const auto file = read_plan(edited, error);
      if (!file) {
        CHECK_FALSE(error.code.empty());
        CHECK_FALSE(error.message.empty());
        continue;
      }
      ++read_anyway;
      CHECK(file->hash != hash);
      // Steps and what they start from are covered by their ids: such an edit never leaves the plan readable.
      CHECK(file->plan.steps == sample().steps);
      CHECK(file->plan.databases.front().from == state_a);
    }
  }
  CHECK(read_anyway > 0);
}

TEST_CASE("PLN-2: white space, another order and a longer escape are not canonical") {
  const auto bytes = write_plan(sample());
  CHECK(refused(bytes + "\n").code == "E0308");
  CHECK(refused(" " + bytes).code == "E0308");
  CHECK(refused("\xEF\xBB\xBF" + bytes).code == "E0308");
  CHECK(refused(replaced(bytes, "\"title\":\"one\"", "\"title\":\"\\u006fne\"")).code == "E0308");
  CHECK(refused(replaced(bytes, "\"number\":7", "\"number\": 7")).code == "E0308");
  CHECK(refused(replaced(bytes, "\"number\":7,\"policy", "\"number\":-0,\"policy")).code == "E0308");
}

TEST_CASE("a file of another kind or of a newer format says so, not that a field is unknown") {
  const auto bytes = write_plan(sample());
  const auto newer = refused(replaced(replaced(bytes, "\"version\":1}", "\"version\":2}"), "\"title\"", "\"titles\""));
  CHECK(newer.code == "E0307");
  CHECK(newer.message == "the plan has format 2, this version reads format 1");
  CHECK(refused("{}").code == "E0307");
  CHECK(refused("[]").code == "E0307");
  CHECK(refused(replaced(bytes, "dmc-plan", "dmc-plot")).code == "E0307");
  CHECK(refused(replaced(bytes, "rfc8785", "rfc8786")).code == "E0307");
}

TEST_CASE("unknown, missing and doubled fields are refused") {
  const auto bytes = write_plan(sample());
  CHECK(refused(replaced(bytes, "\"applyable\"", "\"appliable\":true,\"applyable\"")).code == "E0304");
  CHECK(refused(replaced(bytes, "\"number\":7,", "")).code == "E0305");
  CHECK(refused(replaced(bytes, "\"number\":7", "\"number\":7.0")).code == "E0303");
  CHECK(refused(replaced(bytes, "\"number\":7", "\"number\":7,\"number\":7")).code == "E0302");
}

TEST_CASE("a step id covers the step, its base and what it requires") {
  CHECK(refused([](Plan& plan) { plan.steps[0].summary = "drop"; }).code == "E0309");
  CHECK(refused([](Plan& plan) { plan.steps[0].summary = "drop"; }).where == "steps[0].id");
  CHECK(refused([](Plan& plan) { plan.databases[0].from = state_b; }).code == "E0309");
  CHECK(refused([](Plan& plan) { plan.steps[2].requires_steps.clear(); }).code == "E0309");
  const Step first = sample().steps[0];
  Step renamed = first;
  renamed.id = "whatever";
  CHECK(step_id(first, state_a) == step_id(renamed, state_a));
  CHECK(step_id(first, state_a) != step_id(first, state_b));
}

TEST_CASE("what a plan names by hash is a hash") {
  CHECK(refused([](Plan& plan) { plan.reverse->back() = '\x7f'; }).where == "reverse");
  CHECK(refused([](Plan& plan) { plan.source_digest = "sources"; }).where == "source_digest");
  CHECK(refused([](Plan& plan) { plan.policy_digest.clear(); }).where == "policy_digest");
}

TEST_CASE("parts that contradict one another are refused") {
  CHECK(refused([](Plan& plan) { std::swap(plan.steps[0], plan.steps[1]); }).where == "steps[0].requires");
  CHECK(refused([](Plan& plan) { plan.steps.push_back(plan.steps[2]); }).code == "E0311");
  CHECK(refused([](Plan& plan) { plan.steps[2].database = "other"; }).where == "steps[2].database");
  CHECK(refused([](Plan& plan) {
          plan.steps[2].stage = 3;
          give_ids(plan);
        }).where == "steps[2].stage");
  CHECK(refused([](Plan& plan) {
          plan.steps[0].stage = 2;
          give_ids(plan);
        }).where == "steps[1].stage");
  CHECK(refused([](Plan& plan) { plan.databases[0].stages = {state_c, state_b}; }).where == "databases[0].stages");
  CHECK(refused([](Plan& plan) { plan.databases[0].to = "7"; }).where == "databases[0]");
  CHECK(refused([](Plan& plan) { plan.databases.push_back(plan.databases[0]); }).where == "databases[1].name");
  CHECK(refused([](Plan& plan) { plan.reverse.reset(); }).where == "reverse");
  CHECK(refused([](Plan& plan) {
          plan.steps[2].undoes = state_a;
          give_ids(plan);
        }).where == "steps[2].undoes");
}

TEST_CASE("a reverse plan names what each step undoes, and no reverse of its own") {
  const Plan forward = sample();
  Plan reverse = forward;
  reverse.forward = false;
  reverse.reverse.reset();
  for (auto& made : reverse.steps) made.undoes = forward.steps[0].id;
  give_ids(reverse);
  JsonError error;
  CHECK_MESSAGE(read_plan(write_plan(reverse), error), error.where);
  reverse.steps[0].undoes.reset();
  give_ids(reverse);
  CHECK(refused(write_plan(reverse)).where == "steps[0].undoes");
}
