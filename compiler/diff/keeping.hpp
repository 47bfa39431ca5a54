// `keeping both`: what goes on under its old name, or with its old type, beside what it became.
#pragma once

#include <optional>
#include <string>

#include "compiler/diff/compare.hpp"
#include "compiler/diff/place.hpp"

namespace dmc::diff {

/// Whether the engine can keep both, else an error.
bool can_keep_both(const Subject& subject, const Place& place);

/// The column of `before` that goes on as `name` beside the column `with`: its values and its type alone are kept.
model::Column kept_column(const Subject& subject, const Place& place, std::string name, std::string with);

/// The view under the table's old name, as the engine writes it; none where it cannot stand for the table, which is
/// then reported.
std::optional<model::View> old_name(const model::Table& before, const model::Table& after, std::size_t site,
                                    const Place& place);

/// The column that goes on with the old type, when `subject` gets that of `desired`. None where it cannot, which is
/// then reported.
std::optional<model::Column> old_column(const model::RetypeStatement& statement, const Subject& subject,
                                        const model::Column& desired, const Place& place);

/// Whether the column is one of two that are kept equal, so that the statement cannot be done; reports it. `kept_one`:
/// the one that goes on under its old name may be meant.
bool is_bound(const Subject& subject, const Place& place, bool kept_one_may);
/// The same of a whole table that would be written anew.
bool is_bound(const model::Table& table, const Subject& subject, const Place& place);

/// What no source says: which columns and views of `desired` are kept for others. A kept column that has a value of its
/// own is reported.
void take_over_kept(Comparison& comparison, const model::Table& before, model::Table& desired);

}  // namespace dmc::diff
