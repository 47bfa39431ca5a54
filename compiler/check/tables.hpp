// Tables: columns, constraints and indexes from syntax to model.
#pragma once

#include "compiler/check/draft.hpp"
#include "compiler/check/types.hpp"

namespace dmc::check {

/// A foreign key whose table is looked up once every table is known. `place` counts in the model's list.
struct PendingReference {
  TableDraft* table = nullptr;
  std::size_t place = 0;
  const ast::References* references = nullptr;
  grammar::Span span;
};

/// One table in the making, lent to the readers of its parts.
struct TableBuilder {
  Context& context;
  DatabaseDraft& database;
  TableDraft& draft;
  Types& types;
  std::vector<PendingReference>& references;
  std::optional<grammar::Span> primary_key;  ///< the first one written

  const dialects::Description& engine() const { return database.engine(); }
  model::Table& table() { return draft.table; }
};

/// Fills in `draft.table`. Foreign keys get their columns and wait in `references` for their tables.
void build_table(Context& context, DatabaseDraft& database, TableDraft& draft, Types& types,
                 std::vector<PendingReference>& references);

/// Once every foreign key has its table: names for the constraints and indexes that have none.
void name_table_parts(Context& context, DatabaseDraft& database, TableDraft& draft);

/// What they are made of.
void add_column(TableBuilder& builder, const ast::Column& column);
void add_clause(TableBuilder& builder, const ast::TableClause& clause);
void add_primary_key(TableBuilder& builder, model::Key key, const std::optional<ast::Name>& name, grammar::Span span);
void add_unique(TableBuilder& builder, model::Key key, const std::optional<ast::Name>& name, grammar::Span span);
void add_check(TableBuilder& builder, const ast::Check& check);
void add_foreign_key(TableBuilder& builder, std::vector<std::string> columns, const ast::References& references,
                     const std::optional<ast::Name>& name, grammar::Span span);
void add_index(TableBuilder& builder, const ast::Index& index);
/// Elements with their columns found; those that were not are reported and left out.
std::vector<model::Element> read_elements(TableBuilder& builder, const std::vector<ast::Element>& elements,
                                          std::string_view where);
/// The declared spelling of a column, or an error that offers the nearest.
std::optional<std::string> read_column(TableBuilder& builder, const ast::Name& name, std::string_view where);
std::vector<std::string> read_columns(TableBuilder& builder, const std::vector<ast::Name>& names,
                                      std::string_view where);
/// The word of `on conflict`, an error where the engine has none.
std::optional<std::string> read_conflict(TableBuilder& builder, ast::ConflictResolution conflict, grammar::Span span);
/// Gives every index a name, from its table and columns where its author gave none.
void name_indexes(Context& context, model::Table& table);
/// Reports two constraints of one name, and one that stands twice.
void check_constraints(Context& context, const TableDraft& draft, bool fold);

/// Reports a column that a table does not have.
void report_unknown_column(Context& context, const TableDraft& table, const ast::Name& name, std::string_view where);

/// Finds the table of every foreign key and compares the columns.
void resolve_references(Context& context, DatabaseDraft& database, std::vector<PendingReference>& references);

}  // namespace dmc::check
