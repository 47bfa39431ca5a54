// Finds where a quoted or bracketed text ends. Knows strings, names, comments, dollar quotes and splices, and no
// grammar.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/tree.hpp"

namespace dmc::grammar {

/// What can be wrong inside one token.
enum class Fault : std::uint8_t {
  none,
  open_comment,
  open_text,
  open_name,
  open_dollar,
  open_bracket,
  wrong_bracket,
  semicolon,
  line_break,
  backslash,
  empty_name,
  too_deep,
  too_long,
  splice_outside,
  splice_malformed,
  number_exponent,
  number_malformed,
  number_unit
};

/// A fault, the bytes that show it, and the offset where what it belongs to was opened.
struct Finding {
  Fault fault = Fault::none;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t opened = 0;
};

constexpr std::uint32_t nesting_limit = 64;
constexpr std::uint32_t token_limit = 16U << 20U;

/// Of an opening bracket the one that closes it.
constexpr char closing(char open) { return open == '(' ? ')' : open == '[' ? ']' : '}'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

/// Reads tokens in a text that ends with a NUL and holds no other. Every function takes a pointer to the token's first
/// byte and returns the one past its last, or nullptr with `finding` filled in.
class Scanner {
 public:
  /// What `sql` passes over; the reporter asks again with more allowed to tell one mistake from another.
  struct Allowed {
    bool line_breaks = false;
    bool semicolons = false;
  };

  Scanner(FileId file, std::string_view text, std::vector<Splice>& splices)
      : base_(text.data()), file_(file), splices_(splices) {}

  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - base_); }
  void in_pattern(bool value) { in_pattern_ = value; }
  bool in_pattern() const { return in_pattern_; }

  /// `/* … */`, nesting. `--` needs no function: it ends before the next line break.
  const char* comment(const char* at, Finding& finding) const;
  /// `'…'` or `"…"` of the language itself: one line, quotes doubled.
  const char* text(const char* at, Finding& finding);
  const char* quoted_name(const char* at, Finding& finding);
  /// `$tag$ … $tag$`; at must begin one.
  const char* dollar(const char* at, Finding& finding);
  static bool begins_dollar(const char* at);
  /// The same where one expression or one query is meant: its brackets match, and no `;` stands outside of them all.
  const char* sql_dollar(const char* at, Finding& finding);
  /// `( … )`.
  const char* sql(const char* at, Finding& finding, Allowed allowed);
  const char* sql(const char* at, Finding& finding) { return sql(at, finding, Allowed{}); }
  /// `${name}` in a name or in the place of a value.
  const char* splice(const char* at, SpliceContext context, Finding& finding);

 private:
  const char* quoted(const char* at, SpliceContext context, bool breaks, bool escapes, Finding& finding);
  const char* spliced(const char* at, SpliceContext context, Finding& finding);
  const char* fail(Finding& finding, Fault fault, const char* begin, const char* end, const char* opened) const;
  const char* within_limit(const char* at, const char* end, Finding& finding) const;

  const char* base_;
  FileId file_;
  std::vector<Splice>& splices_;
  bool in_pattern_ = false;
};

}  // namespace dmc::grammar
