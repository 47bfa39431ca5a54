// What an SQL text depends on, and the text after something in it got another name.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"
#include "compiler/model/sql_mentions.hpp"

namespace dmc::dialects::postgres::sql {

/// The schema is "" where the text has none.
struct NamedObject {
  std::string schema;
  std::string name;
  auto operator<=>(const NamedObject&) const = default;
};
struct NamedColumn {
  NamedObject relation;  ///< its name is "" in an expression of a table, and when the text does not tell
  std::string name;
  auto operator<=>(const NamedColumn&) const = default;
};
struct NamedFunction {
  std::string schema;
  std::string name;
  std::size_t arguments = 0;
  auto operator<=>(const NamedFunction&) const = default;
};

/// Without names of WITH, aliases and PostgreSQL's own types. A column without a qualifier belongs to the relation that
/// is known to have it, else to every one that may.
struct Dependencies {
  std::set<NamedObject> relations;
  std::set<NamedColumn> columns;
  std::set<NamedFunction> functions;
  std::set<NamedObject> types;
  std::set<NamedObject> sequences;  ///< also what `'x'::regclass` names
  bool star = false;                ///< a `*` that stands for columns
  bool complete = true;             ///< false: some of the text could not be read
};

Dependencies names_in_expression(std::string_view text, const Surroundings& around = {});
/// A query, or the statements of a function `language sql`.
Dependencies names_in_statements(std::string_view text, const Surroundings& around = {});
/// A whole `create function` or `create procedure` statement, of either language: its signature and its body.
Dependencies names_in_function(std::string_view create_function, const Surroundings& around = {});

struct Rename {
  std::string schema;  ///< of the relation; "" is `around.schema`
  std::string relation;
  std::optional<std::string> column;  ///< none: the relation itself
  std::string to;
  std::optional<std::string> to_schema{};  ///< the relation goes there; "" is the one that goes without saying
};

/// The text as the server has it after the rename; nothing else in it changes. An output column of a query keeps its
/// name: `select a` becomes `select b as a`. Nothing when the text cannot be read, or the server would write it anew
/// (a renamed column that a USING joins by).
std::optional<std::string> renamed_expression(std::string_view text, const Rename& rename, const Surroundings& around);
std::optional<std::string> renamed_query(std::string_view text, const Rename& rename, const Surroundings& around);

/// The places that a rename would change, in the order of the text; those that it cannot be sure of, too. A statement,
/// or an expression of `around.table`. Nothing when the text cannot be read.
std::optional<std::vector<model::SqlMention>> mentions_of(std::string_view text, const Rename& rename,
                                                          const Surroundings& around);

}  // namespace dmc::dialects::postgres::sql
