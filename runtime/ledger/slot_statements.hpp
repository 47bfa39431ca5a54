// The statements of a ledger on an engine without transactions: two append-only tables, and every statement is atomic
// by itself.
#pragma once

#include <span>
#include <string_view>

namespace dmc::ledger {

/// Parameters are positional. The promise that an engine must keep: `claim` is create-only, so that two runners cannot
/// both own a number, and an answered statement is durable (runtime.md §2.4).
struct SlotStatements {
  std::string_view engine;
  std::string_view server_version;           ///< → text
  std::string_view exists;                   ///< → a row when the tables are there
  std::span<const std::string_view> create;  ///< may be sent again
  std::span<const std::string_view> tables;  ///< names that no step may mention

  std::string_view claim;         ///< number, unit, payload → one row, none when the number is taken
  std::string_view last_slot;     ///< → number, payload
  std::string_view slots;         ///< → payload by number
  std::string_view put_record;    ///< kind, key, version, unit, body (null: gone) → one row, none when it is taken
  std::string_view last_version;  ///< kind, key → the highest version, committed or not; no row without one
  std::string_view
      records;  ///< kind → key, body by key and version, of the units that a slot or a record of kind 'unit' names
};

}  // namespace dmc::ledger
