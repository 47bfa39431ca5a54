// `keeping both`: two columns of a table that a trigger keeps equal, and a view under a table's old name.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/beside.hpp"

namespace dmc::dialects::postgres {

/// Asked of the database itself, because triggers that dmc does not manage fire too.
plan::QueryCheck no_trigger_names(const std::string& table, const std::string& column);

/// The kept column as it stands beside the other one of `table`.
Beside kept_beside(const Lowering& lowering, const model::Table& table, const model::Column& kept);
/// The trigger that keeps it equal, and how it is taken away.
std::vector<std::string> keep_equal(const model::Column& kept, const model::Table& table);
std::vector<std::string> keep_no_longer(const model::Column& kept, const model::Table& table);
/// All that is made for the kept columns of a table that has just been created, at once; and what of it a dropped table
/// leaves behind.
std::vector<std::string> kept_parts(const model::Table& table, const Lowering& lowering);
std::vector<std::string> kept_leftovers(const model::Table& table);

/// The functions of its triggers go with the table to another schema.
std::vector<std::string> move_keepers(const model::Table& table, const std::string& schema);

/// The view under a table's old name, with owner and rights as the table has them. `table`: as statements name it.
std::vector<std::string> stand_in(const model::View& view, const std::string& table);

/// The column that the alteration lets go on under its old name; null: none.
const model::Column* kept_name(const Alteration& alteration);
void lower_kept_name(Alteration& alteration, const model::Column& kept);
/// Must have a value, and has none from its own declaration: on its way back it is filled before it is made so.
bool filled_before_mandatory(const model::Column& column);
/// What stands before the drop of a kept column, so that the way back makes the two equal again.
void lower_kept_end(Alteration& alteration, const model::Column& kept);

}  // namespace dmc::dialects::postgres
