// The pieces that steps on SQLite are put together from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/change/change.hpp"
#include "compiler/plan/step.hpp"

namespace dmc::dialects::sqlite {

/// The question answers no row.
plan::QueryCheck no_rows(std::string means, std::string query, std::string mend = {});
/// The question's one value is `value`.
plan::QueryCheck equals(std::string means, std::string query, std::string value, std::string mend = {});

/// Nothing in the database has the name; `kind` is for people: "table", "index".
plan::QueryCheck name_is_free(std::string_view kind, std::string_view name);
/// Something of that type (table, view, index, trigger) and name is there.
plan::QueryCheck is_there(std::string_view type, std::string_view name);
plan::QueryCheck is_gone(std::string_view type, std::string_view name);
/// The table holds no row.
plan::QueryCheck is_empty(std::string_view table, std::string mend = {});
/// Every name in the view still means something.
plan::QueryCheck can_be_read(std::string_view view);

/// Statements in one transaction, under the write lock for as long as `work` takes (catalog, scan, index, rewrite,
/// rows).
plan::Step run_sql(std::string object, std::string summary, std::vector<std::string> statements,
                   std::string work = "catalog");

plan::Reverse exact();
plan::Reverse until_written(std::string loses);
plan::Reverse lossy(std::string loses);

/// `alter table` must not rewrite what other objects say, and no foreign key may act: for recipes that take care of
/// both.
std::vector<plan::SessionSetting> without_foreign_keys();
std::vector<plan::SessionSetting> without_foreign_keys_or_rewriting();

/// `accepted` by the statement that asked for the change, or by what the step itself does against it.
void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted = std::nullopt);
/// The words that accept what a declared change does; none for what follows from the desired state alone.
std::optional<std::string> own_acceptance(const change::Change& change);

/// A thing with a derived name that only a crash, the end of the change, or a purge takes away.
plan::Leftover leftover(std::string_view kind, const std::string& name, std::string_view release);

}  // namespace dmc::dialects::sqlite
