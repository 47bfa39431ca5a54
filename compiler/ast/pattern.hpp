// Patterns: what one declares, and how one is used.
#pragma once

#include "compiler/ast/literal.hpp"
#include "grammar/tree.hpp"

namespace dmc::ast {

enum class PatternScope : std::uint8_t { table, database, change, project };

enum class ParameterKind : std::uint8_t { table, column, sql, text, number, duration, database };

struct Parameter {
  Name name;
  ParameterKind kind = ParameterKind::text;
  Span span;
  bool operator==(const Parameter&) const = default;
};

/// The body stays text: it is parsed where it is used, after `${name}` was replaced.
struct Pattern {
  Name name;
  std::vector<Parameter> parameters;
  PatternScope scope = PatternScope::database;
  std::optional<Name> engine;            ///< `on postgres`; none: for every engine
  std::string_view body;                 ///< between the braces, byte for byte
  Span body_span;                        ///< exactly that text
  std::vector<grammar::Splice> splices;  ///< those of the body, in order
  Span span;
  Span head;
  bool operator==(const Pattern&) const = default;
};

/// One argument as written; the parameter's kind decides what it must be.
struct UseArgument {
  using Value = std::variant<Path, Sql, Text, Integer, Decimal, Boolean, Null, Duration, Size, Percent>;
  Value value;
  std::string_view text;  ///< exactly the source, parentheses and quotes included
  Span span;
  bool operator==(const UseArgument&) const = default;
};

/// `use std.updated_at(users);`
struct Use {
  Path pattern;
  std::vector<UseArgument> arguments;
  Span span;
  bool operator==(const Use&) const = default;
};

}  // namespace dmc::ast
