// Drawings against the files beside this one; DMC_ACCEPT=1 writes them.
#include "compiler/explain/explain.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "compiler/explain/words.hpp"
#include "tests/unit/explain/plans.hpp"
#include "tests/unit/model/shop.hpp"

using namespace dmc;

namespace {

void is_as_in(const std::string& file, const std::string& actual) {
  const std::string path = std::string(DMC_SOURCE_DIR) + "/tests/unit/explain/" + file;
  if (std::getenv("DMC_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  std::ifstream in(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(in), {}};
  CHECK_MESSAGE(actual == expected, file);
  CHECK(actual.ends_with("\n"));
}

/// No byte of the text can act on a terminal.
void is_harmless(const std::string& text) {
  for (const std::string_view bad : {"\x1b", "\r", "\t", "\xE2\x80\xAE", "\xE2\x80\x8B"})
    CHECK(text.find(bad) == std::string::npos);
}

catalog::Catalog sample_catalog() {
  catalog::Catalog catalog;
  catalog.project = "shop";
  catalog.number = 2;
  catalog.title = "names";
  catalog.parent = plan::digest("1");
  catalog.databases = {{model::state_hash(tests::shop()), tests::shop()}};
  return catalog;
}

plan::Plan empty_plan() {
  plan::Plan plan;
  plan.number = 3;
  plan.title = "nothing new";
  return plan;
}

plan::Plan reverse_plan() {
  plan::Plan reverse;
  reverse.number = 7;
  reverse.title = "one name per user";
  reverse.forward = false;
  auto input = tests::shop_input();
  std::swap(input.from, input.to);
  std::swap(input.from_name, input.to_name);
  input.stages = {input.to};
  reverse.databases = {input};
  auto back = tests::step("rename table users to people", tests::run({"alter table users rename to people"}),
                          "change 7, line 2: rename table people to users");
  back.undoes = tests::full_name().steps.front().id;
  reverse.steps = {back};
  tests::give_ids(reverse);
  return reverse;
}

}  // namespace

TEST_CASE("a plan on a terminal") {
  is_as_in("full_name.txt", explain::text(tests::full_name()));
  is_as_in("reverse.txt", explain::text(reverse_plan()));
  is_as_in("empty.txt", explain::text(empty_plan()));
}

TEST_CASE("a plan on a page") { is_as_in("full_name.md", explain::markdown(tests::full_name())); }

TEST_CASE("a catalog") {
  is_as_in("catalog.txt", explain::text(sample_catalog()));
  is_as_in("catalog.md", explain::markdown(sample_catalog()));
}

TEST_CASE("diagrams") {
  is_as_in("full_name.mmd", explain::mermaid(tests::full_name()));
  is_as_in("catalog.mmd", explain::mermaid(sample_catalog()));
  CHECK(explain::mermaid(tests::shop()) == explain::mermaid(sample_catalog()));
}

/// What becomes of the tables: one is new, one goes, one has another name, columns come, go and change.
struct Changed {
  Changed() {
    after.tables[2].columns[2].type = "bigint";
    after.tables[2].columns[4].name = "land";
    after.tables[2].columns.erase(after.tables[2].columns.begin() + 3);
    after.tables[2].foreign_keys.front().columns = {"land"};
    model::Table orders;
    orders.name = "orders";
    orders.columns = {after.tables[2].columns[0]};
    orders.columns[0].name = "user_id";
    model::ForeignKey key;
    key.columns = {"user_id"};
    key.table = "users";
    orders.foreign_keys = {key};
    after.tables.push_back(orders);
    plan.renames = {{plan.databases.front().name, "users.country", "users.land"}};
    after.name = before.name = plan.databases.front().name;
  }
  plan::Plan plan = tests::full_name();
  model::Database before = tests::shop(), after = tests::shop();
  std::vector<explain::TwoStates> states() const { return {{&before, &after}}; }
};

TEST_CASE("what a plan makes of the tables") {
  const Changed changed;
  is_as_in("changed.mmd", explain::mermaid(changed.plan, changed.states()));
  is_as_in("changed.html", explain::html(changed.plan, changed.states()));
  is_as_in("catalog.html", explain::html(sample_catalog()));
  const model::Database nothing;
  CHECK(explain::mermaid(changed.plan, {{&nothing, &changed.after}}).find("goes") == std::string::npos);
  CHECK(explain::mermaid(changed.plan, {{&changed.before, &nothing}}).find("new") == std::string::npos);
  CHECK(explain::mermaid(changed.plan, {{&changed.before, &changed.before}}) == "erDiagram\n");
}

TEST_CASE("what takes the name of something renamed is drawn as new") {
  Changed changed;
  changed.after = changed.before;
  auto& tables = changed.after.tables;
  auto& people = tables[2];
  REQUIRE(people.name == "users");
  people.name = "people";
  people.columns[4].name = "land";
  people.foreign_keys.front().columns = {"land"};
  auto country = people.columns[4];
  country.name = "country";
  people.columns.push_back(country);
  model::Table users;
  users.name = "users";
  users.columns = {people.columns[0]};
  tables.insert(tables.begin(), users);
  const auto& database = changed.plan.databases.front().name;
  changed.plan.renames = {{database, "users", "people"}, {database, "people.country", "people.land"}};
  CHECK(explain::mermaid(changed.plan, changed.states()) == R"mmd(erDiagram
  t1["users (new)"] {
    bigint id
  }
  t2["countries"]
  t3["people (was users)"] {
    bigint id PK
    varchar(200) email
    int age
    text slug UK
    text land FK "was country"
    text country "new"
  }
  t3 }o--o| t2 : "land"
)mmd");

  // The other way: what is renamed takes the name of a table that goes.
  std::swap(changed.before, changed.after);
  changed.plan.renames = {{database, "people", "users"}, {database, "users.land", "users.country"}};
  CHECK(explain::mermaid(changed.plan, changed.states()) == R"mmd(erDiagram
  t1["countries"]
  t2["users (was people)"] {
    bigint id PK
    varchar(200) email
    int age
    text slug UK
    text country FK "was land"
    text country "goes"
  }
  t3["users (goes)"] {
    bigint id
  }
  t2 }o--o| t1 : "country"
)mmd");
}

TEST_CASE("what is managed from now on, or no longer, is neither new nor goes") {
  Changed changed;
  auto& database = changed.plan.databases.front();
  for (const auto& table : changed.before.tables) database.adopted.push_back("table " + table.path());
  const model::Database nothing;
  const auto diagram = explain::mermaid(changed.plan, {{&nothing, &changed.before}});
  CHECK(diagram.find("users (managed from now on)") != std::string::npos);
  CHECK(diagram.find("(new)") == std::string::npos);
  std::swap(database.adopted, database.forgotten);
  const auto back = explain::mermaid(changed.plan, {{&changed.before, &nothing}});
  CHECK(back.find("users (no longer managed)") != std::string::npos);
  CHECK(back.find("(goes)") == std::string::npos);
}

TEST_CASE("a diagram takes every name") {
  auto database = tests::shop();
  database.tables = {database.tables[2]};
  auto& table = database.tables[0];
  table.name = R"(a\b%"c)";
  table.foreign_keys.clear();
  table.columns.resize(4);
  table.columns[0].name = "1st";
  table.columns[1].name = "日本";
  table.columns[1].type = "text[]";
  table.columns[2].name = R"(x\"y%)";
  table.columns[3].name = "🐘";
  CHECK(explain::mermaid(database) == R"mmd(erDiagram
  t1["a#92;b#37;#34;c"] {
    bigint _st "1st"
    text[] 日本
    int x__y_ "x#92;#34;y#37;"
    text _ "🐘"
  }
)mmd");
}

TEST_CASE("a circle of references is drawn") {
  auto database = tests::shop();
  for (auto& table : database.tables) {
    model::ForeignKey key;
    key.columns = {table.columns.front().name};
    for (const auto& other : database.tables) {
      key.table = other.path();
      table.foreign_keys.push_back(key);
    }
  }
  catalog::Catalog catalog = sample_catalog();
  catalog.databases = {{model::state_hash(database), database}};
  CHECK(explain::html(catalog).find("<svg") != std::string::npos);
}

TEST_CASE("a name behind an @ is nobody's") {
  CHECK(explain::in_markdown("ask @somebody") == "ask @&#8203;somebody");
  CHECK(explain::in_markdown_html("<b> @somebody") == "&#60;b&#62; @&#8203;somebody");
}

TEST_CASE("hostile texts act nowhere") {
  const auto text = explain::text(tests::hostile());
  const auto page = explain::markdown(tests::hostile());
  is_harmless(text);
  is_harmless(page);
  is_harmless(explain::mermaid(tests::hostile()));
  is_as_in("hostile.txt", text);
  is_as_in("hostile.md", page);
  is_as_in("hostile.mmd", explain::mermaid(tests::hostile()));
  auto database = tests::shop();
  database.tables[0].name = "a\x1b[0m\"b";
  database.tables[0].columns[0].name = "c\"; d {";
  catalog::Catalog catalog = sample_catalog();
  catalog.databases = {{model::state_hash(database), database}};
  is_harmless(explain::text(catalog));
  is_harmless(explain::markdown(catalog));
  is_harmless(explain::mermaid(catalog));
  const auto drawn = explain::html(catalog), steps = explain::html(tests::hostile(), {});
  is_harmless(drawn);
  is_harmless(steps);
  for (const auto* page_of : {&drawn, &steps})
    for (const std::string_view bad : {"<script", "<img", "javascript:", "c\";"})
      CHECK(page_of->find(bad) == std::string::npos);
}

TEST_CASE("several databases are told apart") {
  auto plan = tests::full_name();
  auto other = tests::shop_input();
  other.name = "events";
  plan.databases.insert(plan.databases.begin(), other);
  plan.steps[6].database = "events";
  const auto text = explain::text(plan);
  CHECK(text.find("7  events: drop table sessions\n") != std::string::npos);
  CHECK(text.find("  events: database: reserved, for a moment (step 7)\n") != std::string::npos);
  CHECK(text.find("  shop: people → users\n") != std::string::npos);
}

TEST_CASE("an address, a list and a heading are text on a page") {
  CHECK(explain::in_markdown("see https://a.b/c or www.a.b") == "see https:\\//a.b/c or www\\.a.b");
  CHECK(explain::in_markdown("- a") == "\\- a");
  CHECK(explain::in_markdown("# a_b") == "\\# a\\_b");
  CHECK(explain::in_markdown("a - b (c)") == "a - b (c)");
}

TEST_CASE("the smaller words") {
  CHECK(explain::steps_words({2}) == "step 2");
  CHECK(explain::steps_words({1, 2, 4, 5, 6, 9}) == "steps 1, 2, 4–6, 9");
  CHECK(explain::grouped(0) == "0");
  CHECK(explain::grouped(-1234567) == "-1,234,567");
  CHECK(explain::grouped(999) == "999");
  CHECK(explain::duration(7200000) == "2 h");
  CHECK(explain::duration(90000) == "90 s");
  CHECK(explain::duration(1500) == "1500 ms");
  CHECK(explain::fenced("a ``` b", "sql") == "````sql\na ``` b\n````\n");
  CHECK(explain::shown_lines("\n  a\n\tb  \n\n") == std::vector<std::string>{"a", "  b"});
  plan::Pace pace;
  CHECK(explain::pace_words(pace) == "batches of about 200 ms");
  pace = {10000, 5000, 0, 4};
  CHECK(explain::pace_words(pace) == "10,000 rows a batch, 4 at a time, at most 5,000 rows a second");
}
