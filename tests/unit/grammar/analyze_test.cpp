// The grammar has no left recursion and no loop without progress; and the table of first words agrees with it.
#include <string>

#include <doctest/doctest.h>
#include <tao/pegtl/contrib/analyze.hpp>

#include "grammar/rules_project.hpp"
#include "tests/unit/grammar/support.hpp"

namespace dmc::grammar {
namespace {

TEST_CASE("the grammar is sound") {
  CHECK(tao::pegtl::analyze<rules::items<Items::project>>() == 0);
  CHECK(tao::pegtl::analyze<rules::items<Items::table>>() == 0);
}

/// A text in which an item that begins with `word` stands in a list of that kind.
std::string standing(Items items, std::string_view word) {
  const std::string item(word);
  switch (items) {
    case Items::project:
      return item;
    case Items::project_body:
      return "project p { " + item;
    case Items::database:
      return "database d { " + item;
    case Items::table:
      return "database d { table t { " + item;
    case Items::partitions:
      return "database d { table t { partition by (x) { " + item;
    case Items::view:
      return "database d { view v as (select 1) { " + item;
    case Items::change:
      return "change 1 'x' { " + item;
    case Items::run:
      return "change 1 'x' { run 'x' on d { " + item;
    case Items::replica:
      return "replica a from b { " + item;
    case Items::reconcile:
      return "reconcile a with b { " + item;
    case Items::copy:
      return "change 1 'x' { copy a from b { " + item;
    case Items::map:
      return "replica a from b { map { " + item;
    case Items::cutover:
      return "change 1 'x' { cutover a { " + item;
    case Items::policy:
      return "policy { " + item;
    case Items::cluster:
      return "cluster c { " + item;
    case Items::cluster_database:
      return "cluster c { database d { " + item;
    case Items::shard:
      return "cluster c { database d { shard s { " + item;
  }
  return {};
}

TEST_CASE("each first word begins an item where the table says so, and only a listed one does") {
  for (std::size_t index = 0; index < items_count; ++index) {
    const auto items = static_cast<Items>(index);
    for (const std::string_view word : first_words(items)) {
      CAPTURE(word);
      // Followed by a symbol that no item takes, the complaint is about the symbol and not about the word.
      tests::Parsed parsed;
      tests::parse_into(parsed, standing(items, word) + " ?");
      CHECK(parsed.errors().find("begins with") == std::string::npos);
    }
    if (items == Items::table || items == Items::partitions || items == Items::map) continue;
    tests::Parsed parsed;
    tests::parse_into(parsed, standing(items, "qqqqq") + " ?");
    CHECK(parsed.errors().find("begins with 'qqqqq'") != std::string::npos);
  }
}

TEST_CASE("a word that begins a clause of a table is told from a column by what follows") {
  const auto begins = [](const char* text) { return begins_item(Items::table, text); };
  CHECK(begins("index (a)"));
  CHECK(begins("comment 'x'"));
  CHECK(begins("comment $$x$$"));
  CHECK_FALSE(begins("comment text"));
  CHECK(begins("engine = x"));
  CHECK_FALSE(begins("engine text"));
  CHECK(begins("settings a = 1"));
  CHECK_FALSE(begins("settings json"));
  CHECK(begins("ttl (x)"));
  CHECK_FALSE(begins("ttl int"));
  CHECK(begins("partition by (x)"));
  CHECK_FALSE(begins("partition int"));
  CHECK(begins("without rowid"));
  CHECK(begins("strict;"));
  CHECK_FALSE(begins("strict int"));
  CHECK_FALSE(begins("id bigint"));
  CHECK_FALSE(begins("indexes int"));
}

}  // namespace
}  // namespace dmc::grammar
