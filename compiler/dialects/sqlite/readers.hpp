// What reads a table: views, however far off, and triggers. They are taken away before a table is put in another's
// place and come back after it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/query_check.hpp"

namespace dmc::dialects::sqlite {

/// The part of a database that has to do with a table: the table, the tables that reference it, the views that read it
/// directly or through others, the triggers on any of these or that name one, and the tables that those texts name.
model::Database neighbourhood(const model::Database& database, const model::Table& table);

struct Readers {
  std::vector<std::string> views;     ///< names
  std::vector<std::string> triggers;  ///< names
  bool empty() const { return views.empty() && triggers.empty(); }
};

/// Every reader of the table in its neighbourhood.
Readers all_readers(const model::Database& neighbourhood);
/// Those that name one of the columns, or have another text in `after`, with everything that reads them in turn.
Readers readers_of_columns(const model::Database& before, const model::Database& after,
                           const std::vector<std::string>& columns);

/// That the view can be read; of one that reads other views only that it is there, because they may have their turn
/// yet.
plan::QueryCheck stands(const model::View& view, const model::Database& database);

std::vector<std::string> drop_statements(const Readers& readers);
/// As they are in `database`; those it no longer has are left out.
std::vector<std::string> create_statements(const model::Database& database, const Readers& readers);

/// The names of the tables other than itself that reference the table.
std::vector<std::string> children_of(const model::Database& database, std::string_view table);

}  // namespace dmc::dialects::sqlite
