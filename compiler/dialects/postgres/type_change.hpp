// What stands in the way when a column's type changes, taken away and put back in the same transaction.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/lowering.hpp"
#include "compiler/dialects/postgres/readers.hpp"

namespace dmc::dialects::postgres {

struct InTheWay {
  std::vector<std::string> drop;
  std::vector<std::string> create;
  Readers views;
};

/// Views, triggers, policies and rules that name the columns of the table.
InTheWay in_the_way(const model::Database& database, const model::Table& table,
                    const std::vector<std::string>& columns);

/// The same of one column whose type changes, where some of them are other ones from then on. `back`: on the way back.
InTheWay in_the_way(const Lowering& lowering, const model::Table& table, const std::string& column, bool back);

/// Grants on the columns and extended statistics over them: they stay with a column that leaves, and are made anew on
/// the one in its place.
InTheWay left_behind(const model::Database& database, const model::Table& table,
                     const std::vector<std::string>& columns);

/// Whether the object is extended statistics over columns of the table.
bool is_statistics_of(const model::Object& object, const model::Table& table);

/// A publication that names the table, and the column of it if one is given; null: none does.
const model::Object* publication_of(const model::Database& database, const model::Table& table,
                                    const std::string& column = {});

/// A column whose type is the object's, or an array of it.
struct TypedColumn {
  const model::Table* table;
  const model::Column* column;
};
std::vector<TypedColumn> columns_of_type(const model::Database& database, const model::Object& type);

/// `type` with the default schema written out.
std::string type_name(const model::Object& type);

}  // namespace dmc::dialects::postgres
