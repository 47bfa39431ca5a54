// The model as SQLite's own statements, laid out for someone who reads `.schema`.
#pragma once

#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

/// `CREATE TABLE …`; under the name `as` where one is given, for a table that gets its own name later.
std::string create_table(const model::Table& table, std::string_view as = {});

/// The column with the constraints that stand in it: what `alter table … add column` takes.
std::string column_definition(const model::Table& table, const model::Column& column);

/// `CONSTRAINT n CHECK (…)`; the name only when it does not follow from the check.
std::string check_clause(const model::Table& table, const model::Check& check);

/// `on` takes the place of the table's name, for a table that gets its own name later.
std::string create_index(const model::Table& table, const model::Index& index, std::string_view on = {});
std::string create_view(const model::View& view);
std::string create_trigger(const model::Trigger& trigger, std::string_view on = {});

/// A key's or an index's element as it stands in a statement: `name collate nocase desc`, `(lower(name))`.
std::string element_text(const model::Element& element);

}  // namespace dmc::dialects::sqlite
