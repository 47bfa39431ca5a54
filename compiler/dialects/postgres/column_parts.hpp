// Statements about one column of an altered table, and the sequence that numbers it.
#pragma once

#include <string>
#include <vector>

#include "compiler/dialects/postgres/alteration.hpp"

namespace dmc::dialects::postgres {

/// `alter table t alter column c WORDS`
std::string alter_column(const Alteration& alteration, const model::Column& column, const std::string& words);
std::string drop_column_words(const Alteration& alteration, const std::string& column);
/// "t.c", for people.
std::string column_path(const Alteration& alteration, const std::string& column);

/// A type of the database itself that does not take every value, or no null.
bool is_constrained_domain(const Alteration& alteration, const std::string& type);
/// Of a domain whose own default gives what has no value one, and which takes null all the same.
bool is_filling_domain(const Alteration& alteration, const std::string& type);

/// Whether a sequence gives its values.
bool counted(const model::Column& column);
/// The column's own sequence by the name that the server would give it.
std::string sequence_of(const Alteration& alteration, const model::Column& column);
/// Makes the sequence that a serial column counts by, and its default.
std::vector<std::string> start_counting(const Alteration& alteration, const model::Column& column);
/// The sequence goes on behind what the rows hold. Without an index that tells the greatest value they are read.
std::string count_on(const Alteration& alteration, const model::Column& column);
/// "scan", or "catalog" where an index tells the column's greatest value.
std::string work_of_counting(const model::Table& table, std::string_view column);
/// From the sequence that filled the rows to the one of the identity, and back.
std::vector<std::string> become_identity(const Alteration& alteration, const model::Column& column);
std::vector<std::string> no_identity(const Alteration& alteration, const model::Column& column);

}  // namespace dmc::dialects::postgres
