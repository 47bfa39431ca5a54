// Digests: what they do not depend on, and that every single modelled change alters one object's and no other's
// (DRF-2).
#include <functional>
#include <random>

#include <doctest/doctest.h>

#include "compiler/model/database.hpp"
#include "tests/unit/model/shop.hpp"

using namespace dmc::model;
using dmc::tests::shop;

namespace {

using Edit = std::function<void(Database&)>;

Table& users(Database& database) { return *database.table("users"); }

struct Named {
  const char* what;
  Edit edit;
};

/// Every field of every kind of object, changed alone.
const std::vector<Named> table_edits{
    {"table schema", [](Database& d) { users(d).schema = "s"; }},
    {"column name", [](Database& d) { users(d).columns[0].name = "key"; }},
    {"column type", [](Database& d) { users(d).columns[0].type = "int"; }},
    {"not null", [](Database& d) { users(d).columns[2].not_null = true; }},
    {"default", [](Database& d) { users(d).columns[2].default_value = Sql{"1"}; }},
    {"default text", [](Database& d) { users(d).columns[1].default_value = Sql{"'B'"}; }},
    {"generated", [](Database& d) { users(d).columns[3].generated->expression.text = "upper(email)"; }},
    {"stored", [](Database& d) { users(d).columns[3].generated->stored = true; }},
    {"identity", [](Database& d) { users(d).columns[0].identity = Identity::always; }},
    {"collation", [](Database& d) { users(d).columns[1].collation = "binary"; }},
    {"column comment", [](Database& d) { users(d).columns[1].comment = "other"; }},
    {"not null conflict", [](Database& d) { users(d).columns[1].not_null_conflict = "ignore"; }},
    {"column added", [](Database& d) { users(d).columns.emplace_back().name = "extra"; }},
    {"column dropped", [](Database& d) { users(d).columns.pop_back(); }},
    {"no primary key", [](Database& d) { users(d).primary_key.reset(); }},
    {"key name", [](Database& d) { users(d).primary_key->name = "pk"; }},
    {"key element", [](Database& d) { users(d).primary_key->elements[0].descending = true; }},
    {"key conflict", [](Database& d) { users(d).primary_key->conflict = "fail"; }},
    {"unique elements",
     [](Database& d) { std::swap(users(d).uniques[0].elements[0], users(d).uniques[0].elements[1]); }},
    {"unique collation", [](Database& d) { users(d).uniques[0].elements[0].collation = "nocase"; }},
    {"check", [](Database& d) { users(d).checks[0].expression.text = "length(email) > 4"; }},
    {"check name", [](Database& d) { users(d).checks[0].name = "c"; }},
    {"foreign columns", [](Database& d) { users(d).foreign_keys[0].columns = {"id"}; }},
    {"foreign table", [](Database& d) { users(d).foreign_keys[0].table = "users"; }},
    {"foreign referenced", [](Database& d) { users(d).foreign_keys[0].referenced = {"code"}; }},
    {"on delete", [](Database& d) { users(d).foreign_keys[0].on_delete = "set null"; }},
    {"on update", [](Database& d) { users(d).foreign_keys[0].on_update = "cascade"; }},
    {"deferrable", [](Database& d) { users(d).foreign_keys[0].deferrable = true; }},
    {"deferred", [](Database& d) { users(d).foreign_keys[0].initially_deferred = true; }},
    {"index name", [](Database& d) { users(d).indexes[0].name = "i"; }},
    {"index unique", [](Database& d) { users(d).indexes[0].unique = true; }},
    {"index method", [](Database& d) { users(d).indexes[0].method = "hash"; }},
    {"index expression", [](Database& d) { users(d).indexes[0].elements[0].expression->text = "upper(email)"; }},
    {"index nulls", [](Database& d) { users(d).indexes[0].elements[0].nulls_first = true; }},
    {"operator class", [](Database& d) { users(d).indexes[0].elements[0].operator_class = "text_ops"; }},
    {"index include", [](Database& d) { users(d).indexes[0].include = {"id"}; }},
    {"index where", [](Database& d) { users(d).indexes[0].where.reset(); }},
    {"index comment", [](Database& d) { users(d).indexes[0].comment = "c"; }},
    {"setting", [](Database& d) { users(d).settings[0].value = "90"; }},
    {"setting name", [](Database& d) { users(d).settings[0].name = "strict"; }},
    {"table comment", [](Database& d) { users(d).comment.reset(); }},
};
const std::vector<Named> other_edits{
    {"view query", [](Database& d) { d.views[0].query.text += " limit 1"; }},
    {"view columns", [](Database& d) { d.views[0].columns = {"x"}; }},
    {"materialized", [](Database& d) { d.views[0].materialized = true; }},
    {"view comment", [](Database& d) { d.views[0].comment = "c"; }},
    {"trigger table", [](Database& d) { d.triggers[0].table = "countries"; }},
    {"timing", [](Database& d) { d.triggers[0].timing = "before"; }},
    {"events", [](Database& d) { d.triggers[0].events.push_back("delete"); }},
    {"of columns", [](Database& d) { d.triggers[0].of_columns.clear(); }},
    {"for each", [](Database& d) { d.triggers[0].for_each_row = false; }},
    {"when", [](Database& d) { d.triggers[0].when = Sql{"new.id > 1"}; }},
    {"body", [](Database& d) { d.triggers[0].body->text += "select 1;"; }},
    {"execute", [](Database& d) { d.triggers[0].execute = "touch()"; }},
    {"object type", [](Database& d) { d.objects[0].type = "rule"; }},
    {"object create", [](Database& d) { d.objects[0].create.text += " x"; }},
    {"object replace", [](Database& d) { d.objects[0].replace = Sql{"x"}; }},
    {"object drop", [](Database& d) { d.objects[0].drop.text += " x"; }},
};

void alters_one(const Named& named, const std::string& object) {
  const auto before = states_of(shop());
  Database changed = shop();
  named.edit(changed);
  const auto after = states_of(changed);
  CHECK_MESSAGE(state_hash(changed) != state_hash(shop()), named.what);
  for (const auto& state : before) {
    const bool kept = std::find(after.begin(), after.end(), state) != after.end();
    CHECK_MESSAGE(kept == (state.object != object), named.what << " and " << state.object);
  }
}

}  // namespace

TEST_CASE("every single change alters the digest of its object and of no other") {
  for (const auto& edit : table_edits) alters_one(edit, "table users");
  for (std::size_t i = 0; i < other_edits.size(); ++i)
    alters_one(other_edits[i], i < 4 ? "view emails" : i < 12 ? "trigger users_seen" : "object users_stats");
}

TEST_CASE("an object more, less or under another name is another state") {
  Database database = shop();
  database.tables.pop_back();
  CHECK(state_hash(database) != state_hash(shop()));
  database = shop();
  database.views[0].name = "mails";
  CHECK(state_hash(database) != state_hash(shop()));
  database = shop();
  database.engine = "postgres";
  CHECK(state_hash(database) != state_hash(shop()));
}

TEST_CASE("a state does not depend on order, quoting, comments or white space") {
  Database database = shop();
  std::reverse(database.tables.begin(), database.tables.end());
  Table& table = users(database);
  std::mt19937 random(1);
  std::shuffle(table.columns.begin(), table.columns.end(), random);
  std::reverse(table.checks.begin(), table.checks.end());
  table.checks[0].expression.text = "[length] ( \"email\" )>3 -- long enough";
  table.indexes[0].where->text = "/* grown */ \"age\" is\n not null";
  database.views[0].query.text = "select   `email`\nfrom users";
  table.origin.span = {1, 2, 3};
  CHECK(states_of(database) == states_of(shop()));
  CHECK(state_hash(database) == state_hash(shop()));
}

TEST_CASE("a state knows no history: names, versions and the order of work do not count") {
  Database database = shop();
  database.name = "other";
  database.oldest_version = "1";
  database.views[0].after = {"countries"};
  database.triggers[0].after = {"emails"};
  database.objects[0].after = {"users"};
  CHECK(state_hash(database) == state_hash(shop()));
  auto states = states_of(shop());
  std::reverse(states.begin(), states.end());
  CHECK(state_hash("sqlite", states) == state_hash(shop()));
}

TEST_CASE("states are named as plans and reports name them") {
  std::vector<std::string> names;
  for (const auto& state : states_of(shop())) names.push_back(state.object);
  CHECK(names == std::vector<std::string>{"object users_stats", "table audit.log", "table countries", "table users",
                                          "trigger users_seen", "view emails"});
}

TEST_CASE("the hash of a known database is what it was: a change of it is a change of catalog_schema_version") {
  CHECK(state_hash("sqlite", {}) == "sha256:ed7c6eacff166cfb350c40ae6c4f959876a8be19391b0b5e1334749a8da79953");
  CHECK(state_hash(shop()) == "sha256:33744c8c5394d8f0b70df711efb0243e6eab69e5d9ca2c854ce6e1ee52421ecd");
}
