// What differs between two readings, in words for people.
#include "compiler/model/members.hpp"

#include <doctest/doctest.h>

#include "tests/unit/model/shop.hpp"

using namespace dmc::model;
using dmc::tests::shop;
using Lines = std::vector<std::string>;

TEST_CASE("two readings of one database differ in nothing") { CHECK(differing_objects(shop(), shop()).empty()); }

TEST_CASE("what two databases say otherwise is told object by object, in the order of the model") {
  auto was = shop(), is = shop();
  is.table("users")->columns[2].type = "bigint";
  is.table("users")->columns[4].default_value.reset();
  is.tables.erase(is.tables.begin());  // audit.log
  is.views[0].query.text = "select email, age from users";
  is.triggers[0].name = "users_noticed";
  is.objects[0].name = "users_figures";
  CHECK(differing_objects(was, is) ==
        Lines{"table audit.log is gone",
              "table users: column age is bigint, was int; column country is text, was text default (coalesce('', "
              "'de'))",
              "view emails: query is select email, age from users, was select email from users",
              "trigger users_seen is gone", "trigger users_noticed appeared", "object users_stats is gone",
              "object users_figures appeared"});
}

TEST_CASE("a difference that no member shows is told nevertheless") {
  auto was = shop(), is = shop();
  is.objects[0].type = "rule";
  CHECK(differing_objects(was, is) == Lines{"object users_stats: another print"});
}

TEST_CASE("names the same in two kinds are two objects") {
  Database was, is;
  was.tables.emplace_back().name = "a";
  is.views.emplace_back().name = "a";
  CHECK(differing_objects(was, is) == Lines{"table a is gone", "view a appeared"});
}
