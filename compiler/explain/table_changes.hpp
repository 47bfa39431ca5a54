// What a plan makes of the tables of a database, for diagrams. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/explain/explain.hpp"

namespace dmc::explain {

/// `adopted` and `forgotten`: it stays as it is, and is managed from now on or no longer.
enum class Became : std::uint8_t { same, added, gone, changed, adopted, forgotten };

struct DrawnColumn {
  std::string name;
  std::string type;
  std::string keys;  ///< "PK, FK"
  Became became = Became::same;
  std::string was;  ///< in words, when changed: "was integer", "was nickname"
};

struct DrawnTable {
  std::string path;
  std::vector<DrawnColumn> columns;
  Became became = Became::same;
  std::string was;         ///< the path before, when it has another now
  bool only_name = false;  ///< it stays as it is, and stands there because of what references it or what it references
};

struct DrawnKey {
  std::size_t from = 0, to = 0;  ///< places in the list of tables
  std::vector<std::string> columns;
  bool required = false;  ///< a row must reference one
  Became became = Became::same;
};

struct Drawing {
  std::vector<DrawnTable> tables;
  std::vector<DrawnKey> keys;
  std::size_t left_out = 0;  ///< tables that stay as they are, and are not drawn
};

/// Every table of it.
Drawing drawing_of(const model::Database& database);
/// Those that change, and those next to them.
Drawing drawing_of(const TwoStates& states, const plan::Plan& plan);

/// "PK, FK": what the column is part of.
std::string keys_of(const model::Table& table, const model::Column& column);

}  // namespace dmc::explain
