// What the texts of a database can see, as its own parts tell.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"
#include "compiler/model/database.hpp"

namespace dmc::dialects::postgres {

/// Refers to the database, whose tables and objects must not change meanwhile. Views are read as they are asked for.
class Scope {
 public:
  explicit Scope(const model::Database& database);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  int major() const;
  /// Of a query, or a text that is about no table.
  sql::Surroundings anywhere();
  /// Of an expression of the table; `type`: what its value becomes.
  sql::Surroundings inside(const model::Table& table, std::string type);
  /// Of an expression over a table or view that is known by its path.
  sql::Surroundings inside(std::string_view path, std::string type);

 private:
  using Columns = std::vector<sql::NamedType>;
  std::optional<Columns> columns_of(const std::string& path);
  std::optional<sql::FunctionTypes> function(const std::string& path, std::size_t arguments) const;

  const model::Database& database_;
  std::unordered_map<std::string, const model::Table*> tables_;
  std::unordered_map<std::string, const model::View*> views_;
  std::map<std::string, Columns> view_columns_;
  std::set<std::string> being_read_;
  struct Function {
    std::vector<std::string> arguments;
    std::size_t optional = 0;
    std::string result;
  };
  std::unordered_map<std::string, std::vector<Function>> functions_;  ///< by path: the overloads
  std::unordered_map<std::string, std::string> types_;                ///< "" of what is no domain
};

}  // namespace dmc::dialects::postgres
