// The items of a database's blocks, with what patterns bring, in one list of each kind.
#pragma once

#include "compiler/check/draft.hpp"
#include "compiler/check/expand.hpp"

namespace dmc::check {

/// Adds the items of one block to the draft; a database may have several blocks.
void gather(Context& context, Expander& expander, const UsePlace& place, const std::vector<ast::DatabaseItem>& items,
            DatabaseDraft& draft);

/// Adds to tables what patterns say of those that they were given; once every block was gathered.
void add_to_tables(Context& context, Expander& expander, const UsePlace& place, DatabaseDraft& draft);

/// Looks up the tables and columns that uses named, now that everything is declared.
void check_named_arguments(Context& context, DatabaseDraft& draft);

}  // namespace dmc::check
