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

}  // namespace dmc::dialects::postgres
