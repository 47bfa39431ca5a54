// Reads one token each: white space first, then the token, its node, and what was expected where it did not match.
#pragma once

#include <cstdint>
#include <string_view>

#include "grammar/reading.hpp"

namespace dmc::grammar {

/// Every function moves `at` past the token and answers true, or leaves it and answers false.
bool read_name(const char*& at, Reading& reading);
/// A name that may be left out: the words that can follow it are no names unless they are quoted.
bool read_optional_name(const char*& at, Reading& reading);
/// The name of a column: any that does not begin a clause of a table, whatever its letter case.
bool read_column_name(const char*& at, Reading& reading);
/// The word of a privilege: any but `on`.
bool read_privilege_word(const char*& at, Reading& reading);
/// `'…'` on one line.
bool read_text(const char*& at, Reading& reading);
/// `'…'` or `$$ … $$`, for what may take many lines.
bool read_long_text(const char*& at, Reading& reading);
/// `( … )` or `$tag$ … $tag$`, one expression or one query.
bool read_sql(const char*& at, Reading& reading);
/// The same with whatever between dollar quotes: statements, or a body in any language.
bool read_statements(const char*& at, Reading& reading);
/// `( … )` of a type, an engine, a codec, or of parameters.
bool read_arguments(const char*& at, Reading& reading);
bool read_version(const char*& at, Reading& reading);
bool read_boolean(const char*& at, Reading& reading);
bool read_null(const char*& at, Reading& reading);
/// `${name}` in the place of a whole value, in the body of a pattern.
bool read_splice(const char*& at, Reading& reading);
/// `data.no_backup`: written without spaces.
bool read_hazard(const char*& at, Reading& reading);
/// `=`, `<>`, `<`, `<=`, `>`, `>=`.
bool read_comparison_sign(const char*& at, Reading& reading);
/// An operator of the database: `&&`, `=`, `operator(public.=)`.
bool read_database_operator(const char*& at, Reading& reading);
/// The `;` that ends a statement; left out at the end of a line, it is reported and taken as written.
bool read_end(const char*& at, Reading& reading);

/// Looks only. A type may begin here: no word of a column option, and not the next line of an unfinished statement.
bool look_for_type(const char*& at, Reading& reading);

/// Looks only. What follows a type may begin here, judged by its first byte.
bool look_for_type_suffix(const char*& at, Reading& reading);

/// The kinds of number that a place allows, as bits.
using NumberKinds = std::uint8_t;

constexpr NumberKinds number_bit(Kind kind) {
  return kind == Kind::number ? 1 : kind == Kind::percent ? 2 : kind == Kind::size ? 4 : 8;
}

bool read_number(const char*& at, Reading& reading, NumberKinds allowed);

/// Fails, with `text` expected at the place where the token should begin.
bool missing(const char* begin, Reading& reading, std::string_view text);

/// Past the word `at`, or nullptr when another word or a splice stands there.
inline const char* past_word(const char* at, std::string_view word, const Reading& reading) {
  const char* end = at;
  for (const char c : word) {
    if (*end++ != c) return nullptr;
  }
  const bool whole = !is_name_part(*end) && !(*end == '$' && end[1] == '{') && static_cast<unsigned char>(*end) < 0x80;
  return whole && reading.continues(at) ? end : nullptr;
}

}  // namespace dmc::grammar
