// Words as the author wrote them: names, paths, types, and SQL that belongs to the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "grammar/source.hpp"

namespace dmc::ast {

using grammar::Span;

/// One identifier, unquoted and unescaped; never empty. The view points into the Sources or into the Texts of its File.
struct Name {
  std::string_view text;
  Span span;
  bool quoted = false;  ///< stood in `"…"`: an engine that folds case must not
  bool operator==(const Name&) const = default;
};

enum class SqlForm : std::uint8_t { parenthesised, dollar, bare };

/// SQL without its parentheses or dollar quotes, byte for byte; `span` is exactly this text, so an offset in `text`
/// plus `span.begin` is a place in the file. `${env NAME}` is still in it. `bare` is a call in a list of elements.
struct Sql {
  std::string_view text;
  Span span;
  SqlForm form = SqlForm::parenthesised;
  bool operator==(const Sql&) const = default;
};

/// One balanced argument of a type, an engine or a codec, as written, without surrounding white space.
struct Argument {
  std::string_view text;
  Span span;
  bool operator==(const Argument&) const = default;
};

enum class TimeZone : std::uint8_t { unstated, with, without };
enum class Sign : std::uint8_t { unstated, with_sign, without_sign };

/// A type as written; which type it is, is the dialect's to say.
struct Type {
  Span span;
  std::string_view text;    ///< exactly the source, for messages; for `native` the passed-through text is `name`
  std::string_view name;    ///< the words, one space between them: `bigint`, `double precision`, `interval`
  std::string_view prefix;  ///< of a dotted name, everything before the last dot, unquoted; else empty
  std::string_view fields;  ///< of an interval: `year to month`; else empty
  std::vector<Argument> arguments;
  std::uint32_t array_depth = 0;  ///< number of `[…]`; a written bound is in `text` alone
  TimeZone time_zone = TimeZone::unstated;
  Sign sign = Sign::unstated;
  bool zerofill = false;
  bool has_arguments = false;  ///< parentheses were written, perhaps empty ones
  bool quoted = false;         ///< the name stood in `"…"`
  bool native = false;         ///< `native '…'`: not read any further
  bool operator==(const Type&) const = default;
};

/// `[database.][schema.]table[.member]`, at least one part, to be read from the right.
struct Path {
  std::vector<Name> parts;
  std::vector<Type> arguments;  ///< of a function: `tax(numeric)`
  bool has_arguments = false;   ///< parentheses were written, perhaps empty ones: `now()`
  Span span;
  bool operator==(const Path&) const = default;
};

/// A hazard or a family of them: `data.drop_table`, `perf`.
struct Hazard {
  std::string_view text;
  Span span;
  bool operator==(const Hazard&) const = default;
};

}  // namespace dmc::ast
