// What one parse carries along: the tree under construction, the item being read, and the trace of one that failed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/diagnostic.hpp"
#include "grammar/items.hpp"
#include "grammar/probe.hpp"
#include "grammar/scan.hpp"
#include "grammar/tree.hpp"

namespace dmc::grammar {

/// Why an item failed: what was expected at the furthest place that any of its alternatives reached. Filled only while
/// an item that failed is read a second time, because that costs nothing while all is well.
struct Trace {
  bool on = false;
  std::uint32_t furthest = 0;
  std::vector<std::string_view> expected;  ///< for people, in the order in which it was tried
  std::vector<std::string_view> words;     ///< keywords, for "did you mean"
  Finding finding;                         ///< what was wrong inside the token at `furthest`
  Kind within = Kind::file;                ///< the construct that `furthest` lies in
  Kind current = Kind::file;               ///< the construct being read

  /// A place to which the expectations can be taken back.
  struct Mark {
    std::uint32_t furthest = 0;
    std::size_t count = 0;
  };
  Mark mark() const { return {furthest, expected.size()}; }
};

/// The list that is being read: where the item that opened it begins, and its brace. For a file both are null.
struct Block {
  Items items = Items::project;
  const char* header = nullptr;
  const char* brace = nullptr;
};

/// The item that is being read, and the list it stands in.
struct Item {
  const char* begin = nullptr;
  Items items = Items::project;
};

enum class Step : std::uint8_t { item, done };

class Reading {
 public:
  /// A place to return to when an alternative fails.
  struct Mark {
    const char* at;
    std::size_t records;
    std::size_t splices;
  };

  /// `by_indentation`: braces do not match in this file, so lines that stand too far left close blocks.
  Reading(Tree& tree, Diagnostics& diagnostics, bool by_indentation);

  const char* begin() const { return begin_; }
  const char* limit() const { return limit_; }
  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - tree_.text.data()); }
  const char* pointer(std::uint32_t offset) const { return tree_.text.data() + offset; }
  Span span(const char* from, const char* to) const { return {tree_.file, offset(from), offset(to)}; }

  /// Past white space and comments.
  [[gnu::always_inline]] const char* skip(const char* at) {
    while (*at == ' ') ++at;
    return static_cast<unsigned char>(*at) > ' ' && *at != '-' && *at != '/' ? at : skip_slowly(at);
  }

  std::size_t open(Kind kind, const char* at) {
    tree_.records.push_back({offset(at), offset(at), 0, kind});
    return tree_.records.size() - 1;
  }
  void close(std::size_t id, const char* at) {
    tree_.records[id].end = offset(at);
    tree_.records[id].next = static_cast<std::uint32_t>(tree_.records.size());
  }
  void leaf(Kind kind, const char* from, const char* to) {
    tree_.records.push_back({offset(from), offset(to), static_cast<std::uint32_t>(tree_.records.size() + 1), kind});
  }
  /// Makes a node a leaf: what was read below it is forgotten.
  void strip(std::size_t id) { tree_.records.resize(id + 1); }
  void make_unknown(std::size_t id) {
    strip(id);
    tree_.records[id].kind = Kind::unknown;
  }

  [[gnu::always_inline]] Mark mark(const char* at) const {
    return {at, tree_.records.size(), tree_.splices.empty() ? 0 : tree_.splices.size()};
  }
  [[gnu::always_inline]] void rewind(const Mark& mark) {
    while (tree_.records.size() > mark.records) tree_.records.pop_back();
    if (!tree_.splices.empty()) tree_.splices.resize(std::min(mark.splices, tree_.splices.size()));
  }

  /// Reads one name, or answers nullptr with the fault noted.
  const char* name(const char* at);
  /// False for a word that stands first on its line, no deeper than its item, and begins an item: the `;` is missing.
  bool continues(const char* at) const;
  /// True when `at` is first on its line and no deeper than the item.
  bool at_next_line(const char* at) const;
  /// True when a `;` left out before `at` is the only mistake; `last` is the end of the token before.
  bool ends_without_semicolon(const char* last, const char* at);

  void expect(const char* at, std::string_view text);
  void expect_word(const char* at, std::string_view word);
  void note_fault(const char* at, const Finding& finding);
  /// Replaces what was expected at `at` since `mark` by one text for people; the words stay.
  void summarise(const Trace::Mark& mark, const char* at, std::string_view text);

  void start_trace(Kind current);
  /// Ends the trace and reports what it found. Answers the keyword that the first word of the item was meant to be,
  /// where that was the mistake.
  std::string_view report_failure();
  /// Takes the word at `at` for the keyword `word` from now on. False when the item has no block to read for it.
  bool assume(const char* at, std::string_view word);
  void stop_assuming() { assumed_ = {}; }
  /// True while keywords have to be looked at one by one: in a trace, or with one assumed.
  bool careful() const { return trace.on || assumed_.begin != nullptr; }
  /// Reads the assumed keyword, or notes that `word` was expected.
  bool read_assumed(const char*& at, const char* begin, std::string_view word);
  /// Where reading goes on after an item that failed.
  const char* recover(const char* item);
  /// The `{` that ends a broken header which begins at `at`, or nullptr.
  const char* body_of(const char* at);
  /// Past the `}` that belongs to a `{`, or past the `{` when none does.
  const char* past_block(const char* brace);
  /// Past `( … )` that holds what it cannot hold, line breaks in strings or a `;`, but does end before the next item
  /// seems to begin; nullptr when it does not end.
  const char* past_meant_sql(const char* open);
  /// True when a block begins here and may.
  bool may_open(const char* at);
  /// The end of a skipped text without the white space at its back.
  static const char* trimmed(const char* from, const char* to);

  /// Whether so many mistakes were told that the rest is not read: moves to the end then.
  bool gives_up(const char*& at);
  /// Moves to the next item, or past the end of the list.
  Step next_item(const char*& at, const Block& block);

  Scanner scanner;
  Trace trace;
  Item item;
  Expectations* probe = nullptr;  ///< what is noted where an item fails at `probe_at`; null: nothing
  std::uint32_t probe_at = 0;
  std::uint32_t depth = 0;
  bool braces_mismatched = false;

 private:
  const char* skip_slowly(const char* at);
  const char* skip_comment(const char* at);
  bool begins_line(const char* at) const;
  const char* line_begin(const char* at) const;
  std::uint32_t column(const char* at) const;
  std::uint32_t indentation(const char* at) const;
  bool is_flush(const Block& block);
  void report_unclosed(const Block& block, const char* at);
  const char* past_token(const char* at);
  bool opens_lost_dollar(const char* at);
  const char* closing_brace(const char* brace);
  void match_braces();
  void note_for_probe() const;

  struct Assumed {
    const char* begin = nullptr;
    const char* end = nullptr;
    std::string_view word;
  };

  Tree& tree_;
  Diagnostics& diagnostics_;
  Assumed assumed_;
  bool by_indentation_;
  bool gave_up_ = false;
  const char* begin_;
  const char* limit_;
  mutable const char* line_ = nullptr;
  mutable const char* line_known_to_ = nullptr;
  const char* skipped_from_ = nullptr;
  const char* skipped_to_ = nullptr;
  std::vector<std::uint32_t> open_comments_;
  bool comments_checked_ = false;
  const char* comment_reported_ = nullptr;
  std::vector<std::pair<const char*, const char*>> braces_;
  bool braces_matched_ = false;

  friend class FailureReport;
};

}  // namespace dmc::grammar
