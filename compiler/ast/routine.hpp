// Code that lives in the database: functions, procedures, triggers.
#pragma once

#include "compiler/ast/constraint.hpp"

namespace dmc::ast {

enum class RoutineKind : std::uint8_t { function, procedure };

/// `trigger`, `setof users`, `table (id bigint, …)`.
struct Returns {
  std::string_view text;  ///< exactly the source after `returns`
  bool set = false;
  std::optional<Type> type;
  std::vector<Argument> table_columns;  ///< of `returns table (…)`; then there is no type
  Span span;
  bool operator==(const Returns&) const = default;
};

/// `set search_path = public, pg_temp`.
struct RoutineSetting {
  Path name;
  std::vector<Setting::Value> values;
  bool operator==(const RoutineSetting&) const = default;
};

/// `language plpgsql`, `security definer`, `cost 100`, `set search_path = public`.
struct RoutineOption {
  std::string_view words;  ///< one space between them
  std::variant<std::monostate, Name, Integer, Decimal, RoutineSetting> value;
  Span span;
  bool operator==(const RoutineOption&) const = default;
};

/// The two texts of a function in a loaded library: `as 'library', 'symbol'`.
struct LibraryBody {
  Text library;
  Text symbol;
  bool operator==(const LibraryBody&) const = default;
};

/// A function or a procedure; parameters and options are the engine's words.
struct Routine {
  RoutineKind kind = RoutineKind::function;
  Path name;
  std::vector<Argument> parameters;  ///< as written: `inout total numeric default 0`
  std::optional<Returns> returns;
  std::vector<RoutineOption> options;
  std::variant<Sql, Text, LibraryBody> body;  ///< SQL, the same in `'…'`, or a loaded library
  std::vector<Path> after;
  Span span;
  Span head;
  bool operator==(const Routine&) const = default;
};

enum class TriggerTiming : std::uint8_t { before, after, instead_of };
enum class TriggerEventKind : std::uint8_t { insert, update, remove, truncate };
enum class TriggerLevel : std::uint8_t { unstated, row, statement };
/// When it fires at all: as a rule on the server that rows are written to, and not where they only arrive from one.
enum class Firing : std::uint8_t { unstated, disabled, always, replica };

struct TriggerEvent {
  TriggerEventKind kind = TriggerEventKind::insert;
  std::vector<Name> columns;  ///< `update of (a, b)`
  Span span;
  bool operator==(const TriggerEvent&) const = default;
};

/// `referencing old table as gone`.
struct Transition {
  bool old_rows = false;
  bool whole_table = false;  ///< `table` rather than `row`
  Name name;
  Span span;
  bool operator==(const Transition&) const = default;
};

/// `execute touch('a')`.
struct TriggerCall {
  Path function;
  std::vector<Argument> arguments;
  Span span;
  bool operator==(const TriggerCall&) const = default;
};

struct Trigger {
  Name name;
  TriggerTiming timing = TriggerTiming::before;
  std::vector<TriggerEvent> events;
  Path table;
  std::vector<Transition> transitions;
  TriggerLevel level = TriggerLevel::unstated;
  std::optional<Sql> when;
  Deferral deferral = Deferral::unstated;
  std::variant<TriggerCall, Sql, Text> action;  ///< a call, or the statements themselves
  Firing firing = Firing::unstated;
  std::vector<Path> after;
  Span span;
  Span head;
  bool operator==(const Trigger&) const = default;
};

}  // namespace dmc::ast
