// Each word is tried: the parser says how the item that has it can be brought to an end, and the checker whether the
// engine has such a thing.
#include "editors/lsp/possible.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "compiler/check/check.hpp"
#include "compiler/check/lacking.hpp"
#include "grammar/expected.hpp"
#include "grammar/parse.hpp"
#include "grammar/probe.hpp"

namespace dmc::lsp {

namespace {

namespace expected = grammar::expected;
using grammar::Items;

/// Longer items are not tried.
constexpr std::size_t longest_item = 2000;
/// So many beginnings are looked at before an item is taken for one that has no end.
constexpr std::size_t most_beginnings = 400;
/// What it costs to write on, so that the plainest item is found first; what closes something costs nothing.
constexpr std::size_t cost_of_sample = 1, cost_of_word = 3;

struct Sample {
  std::string_view expected;
  std::string_view text;
};

/// Something that is good wherever a text for people is expected.
constexpr auto samples = std::to_array<Sample>({{"'('", "(_a)"},
                                                {"'('", "("},
                                                {"'='", "="},
                                                {expected::sql, "(1)"},
                                                {expected::name, "_a"},
                                                {expected::column, "_a"},
                                                {"a column, a call or an expression in parentheses", "_a"},
                                                {expected::text, "'a'"},
                                                {expected::type, "int"},
                                                {expected::version, "1"},
                                                {expected::number, "1"},
                                                {expected::number_or_size, "1"},
                                                {expected::number_or_percent, "1"},
                                                {expected::percent, "1%"},
                                                {expected::duration, "1m"},
                                                {expected::hazard, "data"},
                                                {expected::privilege, "select"},
                                                {expected::comparison, "= 1"},
                                                {expected::operator_sign, "="},
                                                {"the body: $$ … $$", "$$ select 1; $$"}});
constexpr auto closing =
    std::to_array<Sample>({{expected::semicolon, ";"}, {expected::brace, "{ }"}, {"')'", ")"}, {"'}'", "}"}});

/// The list that the item stands in, with what may be named around it: a table `_a` with a column `_a`.
struct Surroundings {
  std::string before;
  std::string_view behind;
};

std::optional<Surroundings> surroundings(Items items, std::string_view engine) {
  const auto database =
      fmt::format("project _a {{ edition 1; }} database _a on {} {{ table _a {{ _a int primary key; }} ", engine);
  if (items == Items::database) return Surroundings{database, " }"};
  if (items == Items::table) return Surroundings{database + "table _b { _a int; ", " } }"};
  if (items == Items::view) return Surroundings{database + "view _b as (select _a from _a) { ", " } }"};
  if (items == Items::change) return Surroundings{database + "} change 1 'a' { ", " }"};
  return std::nullopt;
}

struct Piece {
  std::string_view text;
  std::size_t cost = 0;
  bool ends() const { return text == ";" || text == "{ }"; }
};

std::vector<Piece> pieces(const grammar::Expectations& expectations) {
  std::vector<Piece> found;
  const auto add = [&](const auto& known, std::size_t cost) {
    for (const Sample& sample : known)
      if (std::ranges::find(expectations.texts, sample.expected) != expectations.texts.end())
        found.push_back({sample.text, cost});
  };
  add(closing, 0);
  add(samples, cost_of_sample);
  for (const auto word : expectations.words) found.push_back({word, cost_of_word});
  return found;
}

using Codes = std::set<std::string>;

/// What the checker says of one item.
struct Verdict {
  Codes lacking;          ///< codes that say that there is no such thing
  bool is_whole = false;  ///< nothing else kept the dialect from looking at it, too
};

class Trial {
 public:
  Trial(const Begun& begun, Surroundings around, const dialects::Dialects& dialects)
      : around_(std::move(around)), dialects_(dialects), begun_(begun.text) {
    const bool is_first = begun_.find_first_not_of(" \t\r\n") == std::string::npos;
    in_change_ = begun.items == Items::change;
    begins_clause_ = is_first && begun.items == Items::table;
    if (begins_clause_)
      for (const auto& piece : pieces(expectations("_c"))) of_column_.insert(piece.text);
    if (!is_first) find_common();
  }

  /// Whether some item that goes on with the word is not refused, or none comes to an end.
  bool is_possible(std::string_view word) {
    const auto beginning = fmt::format("{} {}", begun_, word);
    if (has_way(beginning)) return true;
    // What `backfill t` means, the word behind it decides; and so it does whether `generated (…)` was there before.
    return std::ranges::any_of(pieces(expectations(beginning)), [&](const Piece& piece) {
      if (piece.ends() || of_column_.contains(piece.text)) return false;
      const auto longer = fmt::format("{} {}", beginning, piece.text);
      return in_change_ ? has_way(longer) : has_good_way(longer);
    });
  }

 private:
  bool has_way(const std::string& beginning) {
    const auto& all = ways(beginning);
    const bool any_whole = std::ranges::any_of(all, &Verdict::is_whole);
    return all.empty() || std::ranges::any_of(all, [&](const Verdict& verdict) {
             return verdict.is_whole == any_whole && std::ranges::includes(common_, verdict.lacking);
           });
  }

  bool has_good_way(const std::string& beginning) {
    return std::ranges::any_of(ways(beginning), [&](const Verdict& verdict) {
      return verdict.is_whole && std::ranges::includes(common_, verdict.lacking);
    });
  }

  /// What is refused however the item goes on, is no word's fault.
  void find_common() {
    std::optional<Codes> common;
    for (const auto& piece : pieces(expectations(begun_))) {
      const auto beginning = fmt::format("{} {}", begun_, piece.text);
      for (const auto& verdict : piece.ends() ? std::vector{judged(beginning)} : ways(beginning)) {
        if (!common) common = verdict.lacking;
        std::erase_if(*common, [&](const auto& code) { return !verdict.lacking.contains(code); });
      }
    }
    common_ = common.value_or(Codes());
  }

  /// What the checker says of items that begin so, one for each way to go on.
  const std::vector<Verdict>& ways(const std::string& beginning) {
    const auto [known, is_new] = ways_.try_emplace(beginning);
    auto& found = known->second;
    if (!is_new) return found;
    for (const auto& piece : pieces(expectations(beginning))) {
      if (of_column_.contains(piece.text)) continue;
      const auto next = fmt::format("{} {}", beginning, piece.text);
      if (const auto whole = piece.ends() ? std::optional(next) : finished(next)) found.push_back(judged(*whole));
    }
    return found;
  }

  grammar::Expectations expectations(std::string_view item) const {
    const auto text = fmt::format("{}{} ", around_.before, item);
    return grammar::expectations_at(text, static_cast<std::uint32_t>(text.size()));
  }

  /// The plainest item that begins so.
  std::optional<std::string> finished(const std::string& beginning) {
    // What has brought another one to an end, is tried first.
    for (const auto& end : ends_)
      if (parses(beginning + end)) return beginning + end;
    std::multimap<std::size_t, std::string> beginnings{{0, beginning}};
    for (std::size_t count = 0; !beginnings.empty() && count < most_beginnings; ++count) {
      const auto next = beginnings.extract(beginnings.begin());
      for (const auto& piece : pieces(expectations(next.mapped()))) {
        auto longer = fmt::format("{} {}", next.mapped(), piece.text);
        if (piece.ends() && parses(longer)) {
          ends_.push_back(longer.substr(beginning.size()));
          return longer;
        }
        beginnings.emplace(next.key() + piece.cost, std::move(longer));
      }
    }
    return std::nullopt;
  }

  std::string file_with(const std::string& item) const {
    return fmt::format("{}{}{}", around_.before, item, around_.behind);
  }

  /// Whether it is an item, and no column where a clause is meant.
  bool parses(const std::string& item) const {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    const auto tree = grammar::parse(sources, sources.add("a.mig", file_with(item)), diagnostics);
    const bool is_column = begins_clause_ && std::ranges::any_of(tree.records, [&](const grammar::Record& record) {
                             return record.kind == grammar::Kind::column && record.begin > around_.before.size();
                           });
    return diagnostics.empty() && !is_column;
  }

  Verdict judged(const std::string& item) const {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    (void)check::check({{"a.mig", file_with(item)}}, sources, dialects_, diagnostics);
    Verdict verdict{{}, true};
    for (const auto& diagnostic : diagnostics.all())
      if (check::says_lacking(diagnostic, dialects_))
        verdict.lacking.insert(diagnostic.code);
      else if (!in_change_ && diagnostic.code.starts_with("E02"))  // of the rules that come before the engine's
        verdict.is_whole = false;
    return verdict;
  }

  Surroundings around_;
  const dialects::Dialects& dialects_;
  std::string begun_;
  bool in_change_ = false;
  bool begins_clause_ = false;  ///< the word is the first one of an item of a table
  /// What follows a name of a column: that word may be one, too, which says nothing about the clause.
  std::set<std::string_view> of_column_;
  Codes common_;
  std::vector<std::string> ends_;
  std::map<std::string, std::vector<Verdict>> ways_;
};

}  // namespace

std::vector<std::string_view> possible_words(const Begun& begun, const std::vector<std::string_view>& words,
                                             const dialects::Dialects& dialects) {
  std::vector<Trial> trials;
  for (const auto& engine : begun.engines)
    if (auto around = surroundings(begun.items, engine)) trials.emplace_back(begun, *std::move(around), dialects);
  if (trials.empty() || begun.text.size() > longest_item) return words;
  std::vector<std::string_view> possible;
  for (const auto word : words)
    if (std::ranges::any_of(trials, [&](Trial& trial) { return trial.is_possible(word); })) possible.push_back(word);
  return possible;
}

}  // namespace dmc::lsp
