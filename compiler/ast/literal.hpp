// Values that need no database to be understood. Nothing here is a floating point number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/name.hpp"

namespace dmc::ast {

/// `'…'`, unescaped.
struct Text {
  std::string_view value;
  Span span;
  bool operator==(const Text&) const = default;
};

struct Integer {
  std::int64_t value = 0;
  Span span;
  bool operator==(const Integer&) const = default;
};

/// A number with a fraction, or one that does not fit 64 bits: its digits without `_`, so that none is lost.
struct Decimal {
  std::string_view text;
  Span span;
  bool operator==(const Decimal&) const = default;
};

struct Boolean {
  bool value = false;
  Span span;
  bool operator==(const Boolean&) const = default;
};

struct Null {
  Span span;
  bool operator==(const Null&) const = default;
};

using Literal = std::variant<Text, Integer, Decimal, Boolean, Null>;

/// A number of things; 0 or more.
struct Count {
  std::int64_t value = 0;
  Span span;
  bool operator==(const Count&) const = default;
};

struct Duration {
  std::int64_t milliseconds = 0;
  Span span;
  bool operator==(const Duration&) const = default;
};

struct Size {
  std::int64_t bytes = 0;
  Span span;
  bool operator==(const Size&) const = default;
};

/// An exact share: `0.1%` is 100000 millionths of one percent.
struct Percent {
  std::int64_t millionths = 0;
  Span span;
  bool operator==(const Percent&) const = default;
};

/// `env NAME`: bound when the plan runs; no plan and no message holds its value.
struct Environment {
  Name variable;
  bool operator==(const Environment&) const = default;
};

/// How much a chunked step does at a time; the same words everywhere.
struct Pace {
  std::optional<std::variant<Count, Size>> batch;
  std::optional<Count> parallel;
  std::optional<Count> rate;  ///< rows a second
  std::optional<Duration> pause;
  bool operator==(const Pace&) const = default;
};

/// A bare word where a value may stand: `settings storage_policy = hot`.
struct Word {
  std::string_view text;
  Span span;
  bool operator==(const Word&) const = default;
};

/// `name = value` after `settings`.
struct Setting {
  using Value = std::variant<Text, Integer, Decimal, Boolean, Null, Duration, Size, Percent, Word, Environment>;
  Path name;
  Value value;
  Span span;
  bool operator==(const Setting&) const = default;
};

enum class Comparison : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

struct Compared {
  Comparison comparison = Comparison::equal;
  Literal literal;
  bool operator==(const Compared&) const = default;
};
struct IsEmpty {
  bool operator==(const IsEmpty&) const = default;
};
struct IsNotEmpty {
  bool operator==(const IsNotEmpty&) const = default;
};

/// `(…) = 0`, `(…) is empty`: a query and what it must answer.
struct Expectation {
  Sql query;
  std::variant<Compared, IsEmpty, IsNotEmpty> answer;
  Span span;
  bool operator==(const Expectation&) const = default;
};

}  // namespace dmc::ast
