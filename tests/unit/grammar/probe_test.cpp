// What could stand at a place: `^` in the texts here.
#include "grammar/probe.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

namespace dmc::grammar {
namespace {

Expectations at_mark(std::string text) {
  const auto place = text.find('^');
  text.erase(place, 1);
  return expectations_at(text, static_cast<std::uint32_t>(place));
}

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

TEST_CASE("the words that an item can begin with, and those that go on with it") {
  const auto statement = at_mark("change 1 'x' { ^ }");
  CHECK(statement.items == Items::change);
  for (const auto word : first_words(Items::change)) CHECK(has(statement.words, word));
  CHECK_FALSE(has(statement.words, "table"));

  const auto option = at_mark("database d { table t { id int ^; name text; } }");
  CHECK(option.within == Kind::column);
  for (const char* word : {"not", "null", "default", "primary", "references"}) CHECK(has(option.words, word));
  CHECK_FALSE(has(option.words, "backup"));

  const auto half = at_mark("change 1 'x' { drop table users with^ }");
  CHECK(has(half.words, "with") == false);  // the word is complete: what could stand behind it is asked behind it
  CHECK(has(at_mark("change 1 'x' { drop table users ^with }").words, "without"));
}

TEST_CASE("kinds of names and values") {
  CHECK(has(at_mark("database d { table t { id ^; } }").texts, "a type"));
  CHECK(has(at_mark("change 1 'x' { accept ^; }").texts, "the id of a hazard"));
  CHECK(has(at_mark("database d { table t { id int references ^; } }").texts, "a name"));
  CHECK(has(at_mark("replica a from b { lag under ^; }").texts, "a duration such as 5m"));
}

TEST_CASE("where anything can stand nothing is expected, and no text is too broken to be asked") {
  CHECK_FALSE(at_mark("database d { view v as (select ^ from t); }").met);
  CHECK_FALSE(at_mark("-- a comment ^\n").met);
  CHECK_FALSE(at_mark("database \xFF ^").met);
  CHECK(at_mark("^").met);
  CHECK(at_mark("database d { table t { id int, ; } ^ table u { id int; } }").met);
  const std::string whole =
      "database d { table t { id int default 'x'; } } change 1 'y' { drop column t.id with backup; }";
  for (std::size_t place = 0; place <= whole.size(); ++place)
    for (std::size_t end = place; end <= whole.size(); end += 7)
      (void)expectations_at(whole.substr(0, end), static_cast<std::uint32_t>(place));
}

}  // namespace
}  // namespace dmc::grammar
