// A database on its way from syntax to model: what its blocks declare, gathered before any of it is checked.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/check/names.hpp"
#include "compiler/model/database.hpp"

namespace dmc::check {

/// A table with the columns and clauses that patterns brought, in the order that the text means.
struct TableDraft {
  const ast::Table* syntax = nullptr;
  std::string_view schema;
  std::vector<const ast::Column*> columns;
  std::vector<const ast::TableClause*> clauses;
  std::vector<std::string_view> reported;  ///< columns that are not there, of which an error says so already
  bool incomplete = false;                 ///< something inside could not be read: what is not found may be there
  bool strict = false;                     ///< SQLite: a `strict` stands among the clauses
  bool faulty = false;                     ///< has an error, and is left out of the answer
  model::Table table;
};

template <typename Item>
struct Placed {
  const Item* syntax = nullptr;
  std::string_view schema;
};

/// What is kept as the engine's own statements.
struct Declared {
  std::variant<const ast::Sequence*, const ast::Enum*, const ast::Domain*, const ast::Routine*, const ast::Extension*,
               const ast::RowPolicy*, const ast::Grant*, const ast::Schema*>
      syntax;
  std::string_view schema;
};

/// An argument of a use that names a table, or a column of one, to be looked up once everything is declared.
struct NamedArgument {
  const ast::Use* use = nullptr;
  const ast::UseArgument* argument = nullptr;
  bool is_column = false;
  std::vector<const ast::Path*> tables;  ///< the tables that the same use names, for a column without one
  const TableDraft* inside = nullptr;    ///< the table that the use stands in
};

struct DatabaseDraft {
  DatabaseDraft(const dialects::Dialect& its_dialect, std::string_view its_name, grammar::Span its_head)
      : dialect(its_dialect), name(its_name), head(its_head), directory(its_dialect.description(), its_name) {}

  const dialects::Dialect& dialect;
  std::string_view name;
  grammar::Span head;
  std::string oldest_version;
  Directory directory;
  std::deque<TableDraft> tables;  ///< never moved, because arguments point at them
  std::vector<Placed<ast::View>> views;
  std::vector<Placed<ast::Trigger>> triggers;
  std::vector<const ast::Object*> objects;
  std::vector<Placed<ast::MaterializedView>> materialized;
  std::vector<Declared> declared;
  std::vector<NamedArgument> arguments;
  std::vector<const ast::Table*> additions;  ///< what patterns add to tables that they were given

  const dialects::Description& engine() const { return dialect.description(); }
  bool fold() const { return engine().names_fold_case; }
};

/// The column of that name, or nothing.
const ast::Column* find_column(const TableDraft& table, std::string_view name, bool fold);

/// The table's own column of that name, or else one that it inherits.
const ast::Column* find_column(const DatabaseDraft& database, const TableDraft& table, std::string_view name);

/// Whether an error was added since there were `before` findings.
bool has_errors_since(const grammar::Diagnostics& diagnostics, std::size_t before);

}  // namespace dmc::check
