// What SQLite's pragmas say of a table, and whether its stored text says the same.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::sqlite {

struct ColumnFact {
  std::string name;
  std::string type;
  bool not_null = false;
  std::optional<std::string> default_value;
  std::int64_t key_position = 0;  ///< from 1; 0: not in the primary key
  std::int64_t hidden = 0;        ///< 0, 2 generated, 3 generated and stored
};

struct IndexColumnFact {
  std::optional<std::string> name;  ///< none: an expression
  bool descending = false;
  std::string collation;
};

struct IndexFact {
  std::string name;
  bool unique = false;
  std::string origin;  ///< c: create index · u: unique · pk
  bool partial = false;
  std::vector<IndexColumnFact> columns;
};

struct ReferenceFact {
  std::string table;
  std::vector<std::string> columns;
  std::vector<std::string> referenced;  ///< empty: the primary key
  std::string on_update;
  std::string on_delete;
};

struct TableFacts {
  std::vector<ColumnFact> columns;
  std::vector<IndexFact> indexes;
  std::vector<ReferenceFact> references;
};

/// A row of sqlite_master.
struct Stored {
  std::string type;
  std::string name;
  std::string table;
  std::optional<std::string> sql;
};

/// Everything a database says about itself, in a number of queries that does not depend on its size.
struct Structure {
  std::string version;
  std::vector<Stored> stored;                ///< by kind and name
  std::map<std::string, TableFacts> tables;  ///< by name
};

Structure read_structure(const Query& query);

/// The first thing in which the table (read from its text, normalised, indexes included) is not what the pragmas say.
std::optional<std::string> disagreement(const model::Table& table, const TableFacts& facts);

}  // namespace dmc::dialects::sqlite
