// Whether what is dropped had rows of its own, as an engine can tell it that has tables over other tables.
#pragma once

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects {

/// A dialect whose engine has tables without rows of their own is one of these too.
class RowKeeping {
 public:
  virtual ~RowKeeping() = default;
  /// Whether rows go with the table, and values with a column of it.
  virtual bool loses_rows(const model::Table& table) const = 0;
};

/// Whether some table of the engine may hold no rows of its own.
inline bool has_rowless_tables(const Dialect& dialect) { return dynamic_cast<const RowKeeping*>(&dialect) != nullptr; }

inline bool loses_rows(const Dialect& dialect, const model::Table& table) {
  const auto* keeping = dynamic_cast<const RowKeeping*>(&dialect);
  return !keeping || keeping->loses_rows(table);
}

}  // namespace dmc::dialects
