// What is known of the database while scripts are read: told by the model, moved on by each statement.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/postgres/sql/tree.hpp"
#include "compiler/dialects/postgres/sql/types.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres::lint {

using sql::Node;
using sql::Type;

struct Column {
  std::string name;
  Type type;
  bool not_null = false;
};

struct Constraint {
  enum class Kind { check, foreign, unique, primary, exclude };
  Kind kind = Kind::check;
  std::string name;  ///< "" when the server chooses it
  std::vector<std::string> columns;
  std::string referenced;  ///< of a foreign key: the table
  std::string proves;      ///< of `check (c is not null)`: c
  bool valid = true;
  std::size_t added_in = 0;  ///< the transaction; 0: before the first
};

struct Index {
  std::string name;
  std::vector<std::string> columns;  ///< "" for an expression
  bool unique = false;
  bool partial = false;
};

struct Table {
  std::string path;
  std::vector<Column> columns;
  std::vector<Constraint> constraints;
  std::vector<Index> indexes;
  std::size_t created_in = 0;  ///< the transaction; 0: before the first
  bool complete = true;        ///< whether all columns are known

  const Column* column(std::string_view name) const;
  const Constraint* constraint(std::string_view name) const;
  const Index* index(std::string_view name) const;
  /// A check that is proven says so.
  bool proves_not_null(std::string_view column) const;
};

class Ground {
 public:
  explicit Ground(const model::Database* before);
  /// What the statement leaves behind. `transaction` counts from 1.
  void apply(const Node& statement, std::size_t transaction);

  const Table* table(std::string_view path) const;
  const std::map<std::string, Table, std::less<>>& tables() const { return tables_; }
  bool is_constrained_domain(const Type& type) const { return constrained_.contains(type.name); }
  /// An index by its name, with its table; null when it is not known.
  const Table* table_of_index(std::string_view name) const;
  bool has_new_value(std::string_view value) const { return new_values_.contains(value); }
  void forget_new_values() { new_values_.clear(); }

 private:
  void create(const Node& statement, std::size_t transaction);
  void alter(const Node& statement, std::size_t transaction);
  void drop(const Node& statement);
  void rename(const Node& statement);

  std::map<std::string, Table, std::less<>> tables_;
  std::set<std::string, std::less<>> constrained_;  ///< domains with a check or not null
  std::set<std::string, std::less<>> new_values_;   ///< of enums, added in the transaction that runs
};

/// `users`, `audit.log`: without the schema public.
std::string path_of(const Node& range_var);
std::string path_of(const std::vector<Node>& names);
/// A Constraint node of a column (`column` is its name) or of a table.
Constraint constraint_of(const Node& node, std::string_view column, std::size_t transaction);
bool is_serial(const Type& type_as_written);
/// The type of a ColumnDef as written: serial stays serial.
Type type_of(const Node& column_definition);

}  // namespace dmc::dialects::postgres::lint
