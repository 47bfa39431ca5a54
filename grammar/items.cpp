// The lists stand here once; a unit test checks that the grammar knows each word where this table says it stands.
#include "grammar/items.hpp"

#include <algorithm>
#include <array>

#include "grammar/scan.hpp"

namespace dmc::grammar {

namespace {

using Words = std::span<const std::string_view>;

constexpr auto project = std::to_array<std::string_view>(
    {"project", "database", "change", "pattern", "policy", "cluster", "replica", "reconcile", "invariant", "use"});
constexpr auto project_body = std::to_array<std::string_view>({"edition"});
constexpr auto database = std::to_array<std::string_view>(
    {"table",     "view",    "materialized", "sequence", "enum",      "domain",   "function",
     "procedure", "trigger", "extension",    "schema",   "row",       "grant",    "object",
     "use",       "comment", "settings",     "replica",  "reconcile", "invariant"});
constexpr auto table = std::to_array<std::string_view>(
    {"primary", "unique", "foreign", "check", "constraint", "exclude", "index", "projection", "use", "comment",
     "engine", "settings", "ttl", "with", "partition", "order", "sample", "without", "strict"});
constexpr auto view = std::to_array<std::string_view>({"index", "unique", "comment"});
constexpr auto change =
    std::to_array<std::string_view>({"rename", "drop", "retype", "rebuild", "backfill", "copy", "cutover", "verify",
                                     "gate", "run", "apply", "accept", "adopt", "forget", "use"});
constexpr auto run = std::to_array<std::string_view>({"do", "verify", "undo", "outside"});
constexpr auto replica =
    std::to_array<std::string_view>({"key", "columns", "map", "where", "sync", "history", "lag", "cursor", "reject",
                                     "rejects", "on", "every", "batch", "parallel", "rate", "pause"});
constexpr auto reconcile = std::to_array<std::string_view>(
    {"key", "columns", "map", "where", "every", "lag", "on", "repair", "batch", "parallel", "rate", "pause"});
constexpr auto copy = std::to_array<std::string_view>(
    {"key", "columns", "map", "where", "reject", "rejects", "on", "batch", "parallel", "rate", "pause"});
constexpr auto cutover = std::to_array<std::string_view>({"require", "reads", "writes", "hold", "on"});
constexpr auto policy = std::to_array<std::string_view>({"deny", "warn", "require", "name", "lock", "statement"});
constexpr auto cluster =
    std::to_array<std::string_view>({"approvers", "require", "secrets", "disposable", "database", "wave"});
constexpr auto cluster_database = std::to_array<std::string_view>({"shard", "shards"});
constexpr auto shard = std::to_array<std::string_view>({"replica"});

struct List {
  std::string_view phrase;
  Words words;
};

constexpr std::array<List, items_count> lists = {{{"a project", project},
                                                  {"a project's block", project_body},
                                                  {"a database", database},
                                                  {"a table", table},
                                                  {"a list of partitions", {}},
                                                  {"a view's block", view},
                                                  {"a change", change},
                                                  {"a run", run},
                                                  {"a replica", replica},
                                                  {"a reconcile", reconcile},
                                                  {"a copy", copy},
                                                  {"a map", {}},
                                                  {"a cutover", cutover},
                                                  {"a policy", policy},
                                                  {"a cluster", cluster},
                                                  {"a database of a cluster", cluster_database},
                                                  {"a shard", shard}}};

constexpr auto always_clauses = std::to_array<std::string_view>(
    {"check", "constraint", "exclude", "foreign", "index", "primary", "projection", "unique", "use"});

constexpr auto option_words = std::to_array<std::string_view>(
    {"alias",   "check",     "codec",      "collate",    "comment",      "compression", "constraint",
     "default", "ephemeral", "generated",  "identity",   "materialized", "not",         "null",
     "on",      "primary",   "references", "statistics", "storage",      "ttl",         "unique"});

constexpr auto by_words = std::to_array<std::string_view>({"order", "partition", "sample"});

bool holds(Words words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

/// A set of words that nearly every question is answered for by first byte and length alone.
class WordSet {
 public:
  explicit constexpr WordSet(Words words) : words_(words) {
    for (const std::string_view word : words) lengths_[index(word)] |= 1U << word.size();
  }
  bool holds(std::string_view word) const {
    const bool possible = !word.empty() && word.size() < 32 && (lengths_[index(word)] >> word.size() & 1U) != 0;
    return possible && std::ranges::find(words_, word) != words_.end();
  }

 private:
  static constexpr std::size_t index(std::string_view word) { return static_cast<unsigned char>(word[0]) & 0x7FU; }

  Words words_;
  std::array<std::uint32_t, 128> lengths_{};
};

constexpr WordSet clause_set(always_clauses);
constexpr WordSet option_set(option_words);
constexpr WordSet table_set(table);

std::string_view word_at(const char* at) {
  const char* end = at;
  while (is_name_part(*end)) ++end;
  return {at, static_cast<std::size_t>(end - at)};
}

const char* past_block_comment(const char* at) {
  std::uint32_t depth = 0;
  do {
    const bool opens = *at == '/' && at[1] == '*';
    const bool closes = *at == '*' && at[1] == '/';
    if (opens) ++depth;
    if (closes) --depth;
    at += opens || closes ? 2 : 1;
  } while (depth > 0 && *at != '\0');
  return at;
}

/// Past white space and comments: a line break between two words changes nothing.
const char* past_space(const char* at) {
  for (;;) {
    if (is_blank(*at) || *at == '\n') {
      ++at;
    } else if (*at == '-' && at[1] == '-') {
      while (*at != '\n' && *at != '\0') ++at;
    } else if (*at == '/' && at[1] == '*') {
      at = past_block_comment(at);
    } else {
      return at;
    }
  }
}

/// Whether the text after a word of a table makes it a clause and not the name of a column.
bool begins_clause(std::string_view word, const char* after) {
  if (!table_set.holds(word)) return false;
  if (clause_set.holds(word)) return true;
  after = past_space(after);
  if (word == "comment") return *after == '\'' || Scanner::begins_dollar(after);
  if (word == "engine") return *after == '=';
  if (word == "ttl" || word == "with") return *after == '(';
  if (word == "without") return word_at(after) == "rowid";
  if (word == "strict") return *after == ';';
  if (holds(by_words, word)) return word_at(after) == "by";
  if (word == "settings") {
    const std::string_view name = word_at(after);
    return !name.empty() && *past_space(name.data() + name.size()) == '=';
  }
  return false;
}

}  // namespace

std::string_view phrase(Items items) { return lists[static_cast<std::size_t>(items)].phrase; }

std::span<const std::string_view> first_words(Items items) { return lists[static_cast<std::size_t>(items)].words; }

bool begins_item(Items items, const char* at) {
  const std::string_view word = word_at(at);
  if (word.empty()) return false;
  if (items == Items::table) return begins_clause(word, at + word.size());
  if (items == Items::database && word == "comment") return begins_clause(word, at + word.size());
  return holds(first_words(items), word);
}

bool is_clause_word(std::string_view word) { return clause_set.holds(word); }

std::string requoted(std::string_view inside, char old_quote, char new_quote) {
  std::string text;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    text += inside[i];
    if (inside[i] == new_quote) text += new_quote;
    if (inside[i] == old_quote && i + 1 < inside.size() && inside[i + 1] == old_quote) ++i;
  }
  return text;
}

std::string clause_with(std::string_view word, std::string_view what) {
  constexpr auto clauses = std::to_array<std::array<std::string_view, 3>>({{"comment", "comment '", "'"},
                                                                           {"engine", "engine = ", ""},
                                                                           {"order", "order by (", ")"},
                                                                           {"partition", "partition by (", ")"},
                                                                           {"sample", "sample by (", ")"},
                                                                           {"settings", "settings ", " = …"},
                                                                           {"ttl", "ttl (", ")"},
                                                                           {"with", "settings ", " = …"}});
  for (const auto& [clause, open, close] : clauses)
    if (clause == word) return std::string(open).append(what).append(close);
  return {};
}

bool is_option_word(std::string_view word) { return option_set.holds(word); }

}  // namespace dmc::grammar
