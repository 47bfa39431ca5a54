// The one form that a source text and an inspected database are brought to, so that only real differences are seen.
#pragma once

#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

/// Whether the table's one key column is another name of the rowid: `integer primary key` (and not `desc`, an old
/// quirk).
bool has_rowid_alias(const model::Table& table);
/// The name of that column; empty without one.
std::string rowid_alias(const model::Table& table);
/// AUTOINCREMENT: SQLite keeps the highest key that there ever was.
bool counts_keys(const model::Table& table);
bool is_without_rowid(const model::Table& table);
bool is_strict(const model::Table& table);
/// A name under which statements reach the rowid: none of the three may be left over, and WITHOUT ROWID has none.
std::string rowid_name(const model::Table& table);

/// Of a trigger's text only the statements, each closed with `;`: what stands between BEGIN and END.
std::string trigger_body(std::string_view text);

/// Applies what SQLite itself takes for the same: letter case of names, parentheses, default collations, `default
/// null`, keys that repeat a key, what a primary key implies, the key that a bare `references t` means. Names of
/// constraints that follow from what they are follow from the result. Touches nothing else; a second time changes
/// nothing.
void normalise(model::Database& database);

}  // namespace dmc::dialects::sqlite
