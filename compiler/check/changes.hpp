// Changes: their numbers, and their statements as the model keeps them.
#pragma once

#include <vector>

#include "compiler/check/expand.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::check {

/// A database that statements may name; `dialect` is null where its engine has none.
struct KnownDatabase {
  std::string_view name;
  const dialects::Dialect* dialect = nullptr;
};

/// What statements are checked against.
struct StatementPlace {
  std::vector<KnownDatabase> databases;
  const dialects::Dialect* only_dialect = nullptr;  ///< of all databases, where they are on one engine
};

/// The databases that the blocks declare, by name.
StatementPlace statement_place(const Context& context, const std::vector<const ast::Database*>& blocks);

/// By number. Two changes of one number, and numbers left out, are errors.
std::vector<model::Intent> check_changes(Context& context, Expander& expander,
                                         const std::vector<const ast::Change*>& changes, const StatementPlace& place);

}  // namespace dmc::check
