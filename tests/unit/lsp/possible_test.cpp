// Words are tried on the engines that are at hand.
#include "editors/lsp/possible.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "editors/lsp/kind_words.hpp"

namespace dmc::lsp {
namespace {

using Words = std::vector<std::string_view>;

Words possible(grammar::Items items, std::string_view text, std::vector<std::string> engines, const Words& words) {
  return possible_words({items, text, std::move(engines)}, words, dialects::Dialects());
}

TEST_CASE("every first word of a list has an engine, and together they have all of them but what nobody runs") {
  const dialects::Dialects dialects;
  std::vector<std::string> engines;
  for (const auto& dialect : dialects.all())
    engines.push_back(dialect->description().name + " " + dialect->description().newest_version);
  for (const auto items : {grammar::Items::table, grammar::Items::database, grammar::Items::change}) {
    const auto first = grammar::first_words(items);
    const Words all(first.begin(), first.end());
    const auto offered = possible(items, "", engines, all);
    for (const auto word : all) {
      // `with (…)` of a table has no engine yet, `settings` and `comment` of a database neither.
      const Words nowhere = {"copy", "cutover", "with"};
      const bool of_database = items == grammar::Items::database && (word == "settings" || word == "comment");
      const bool is_offered = std::ranges::count(offered, word) > 0;
      INFO(word);
      CHECK(is_offered == (!of_database && !std::ranges::count(nowhere, word) && !lsp::is_to_come(word)));
    }
  }
}

TEST_CASE("a word is possible where one of the engines has it") {
  const Words words = {"engine", "strict", "exclude", "unique"};
  CHECK(possible(grammar::Items::table, "", {"sqlite 3.37"}, words) == Words{"strict", "unique"});
  CHECK(possible(grammar::Items::table, "", {"postgres 14"}, words) == Words{"exclude", "unique"});
  CHECK(possible(grammar::Items::table, "", {"clickhouse 23.8"}, words) == Words{"engine"});
  CHECK(possible(grammar::Items::table, "", {"clickhouse 23.8", "sqlite 3.37"}, words) ==
        Words{"engine", "strict", "unique"});
  CHECK(possible(grammar::Items::table, "", {}, words) == words);
  CHECK(possible(grammar::Items::policy, "", {"sqlite 3.37"}, words) == words);
}

TEST_CASE("what came with a newer version than the declared one is not offered") {
  using grammar::Items;
  struct Case {
    Items items;
    std::string_view text;
    std::string_view word;
    std::string without, with;
  };
  for (const auto& each : std::vector<Case>{
           {Items::table, "", "strict", "sqlite 3.36", "sqlite 3.37"},
           {Items::table, "c int ", "generated", "sqlite 3.30", "sqlite 3.31"},
           {Items::table, "c text ", "compression", "postgres 13", "postgres 14"},
           {Items::table, "unique nulls not distinct ", "(", "postgres 14", "postgres 15"},
           {Items::table, "c int ", "codec", "clickhouse 18.16", "clickhouse 23.8"},
           {Items::table, "c int ", "ephemeral", "clickhouse 21.8", "clickhouse 23.8"},
           {Items::table, "", "projection", "clickhouse 20.3", "clickhouse 23.8"},
           {Items::table, "", "index", "clickhouse 18.16", "clickhouse 23.8"},
       }) {
    INFO(each.text, each.word);
    CHECK(possible(each.items, each.text, {each.without}, {each.word}).empty());
    CHECK(possible(each.items, each.text, {each.with}, {each.word}) == Words{each.word});
    // Where databases of both versions may take it, it is possible.
    CHECK(possible(each.items, each.text, {each.without, each.with}, {each.word}) == Words{each.word});
  }
}

TEST_CASE("a word whose plainest statement came later is offered where another one has been there before") {
  CHECK(possible(grammar::Items::table, "c int ", {"postgres 14"}, {"generated"}) == Words{"generated"});
  CHECK(possible(grammar::Items::table, "c int ", {"postgres 14"}, {"codec", "ttl"}).empty());
}

TEST_CASE("what is wrong already is no word's fault") {
  CHECK(possible(grammar::Items::table, "c mystery ", {"postgres 14"}, {"not", "codec"}) == Words{"not"});
  CHECK(possible(grammar::Items::database, "sequence s ", {"sqlite 3.35"}, {"start", "cycle"}) ==
        Words{"start", "cycle"});
}

}  // namespace
}  // namespace dmc::lsp
