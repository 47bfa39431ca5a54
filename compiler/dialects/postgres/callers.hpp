// What calls a function and must be out of the way while it is another one.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/readers.hpp"

namespace dmc::dialects::postgres {

/// Triggers, policies, rules, views and defaults that call the function: they keep it from being dropped.
struct Callers {
  std::vector<std::string> drop;
  std::vector<std::string> create;
  std::vector<std::string> tables;  ///< of the triggers, policies, rules and defaults
  Readers readers;
};

/// Of the database in front of the change. Refused (E0911) where an index, a check or a generated column calls it, or
/// an object that cannot be put aside.
Callers callers_of(const Lowering& lowering, const model::Object& function);

/// "; function touch() says it, and trigger t.touched executes that": a body is text, of which the server knows
/// nothing. Empty where no trigger of the table executes one that says the column.
std::string said_by_triggers(const Lowering& lowering, const std::string& table, const std::string& column);

}  // namespace dmc::dialects::postgres
