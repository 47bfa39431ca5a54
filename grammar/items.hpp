// The words that begin an item in each kind of list: what a missing `;` and a misspelt statement are recognised by.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dmc::grammar {

/// A kind of list of items.
enum class Items : std::uint8_t {
  project,
  project_body,
  database,
  table,
  partitions,
  view,
  change,
  run,
  replica,
  reconcile,
  copy,
  map,
  cutover,
  policy,
  cluster,
  cluster_database,
  shard
};

constexpr std::size_t items_count = static_cast<std::size_t>(Items::shard) + 1;

/// What the list is called towards people: "a database", "a change".
std::string_view phrase(Items items);

/// First words, in the order in which a message names them. In a table: of the clauses; any other word is a column.
std::span<const std::string_view> first_words(Items items);

/// True when an item of the list begins at `at`, judged by its first word and, in a table, by what follows it.
bool begins_item(Items items, const char* at);

/// True for the words that begin a clause of a table whatever follows them, in lower case.
bool is_clause_word(std::string_view word);

/// What stands between quotes of the one kind, doubled ones too, as it is written between those of the other.
std::string requoted(std::string_view inside, char old_quote, char new_quote);

/// A clause of a table whose word may also be the name of a column, written with what it is about: "order by (ts)";
/// empty for any other word.
std::string clause_with(std::string_view word, std::string_view what);

/// True for the words that begin a column option, which therefore cannot be a type.
bool is_option_word(std::string_view word);

}  // namespace dmc::grammar
