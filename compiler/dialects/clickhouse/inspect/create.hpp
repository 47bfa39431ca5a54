// The skeleton of ClickHouse's own CREATE statement, as servers show it: what stands in the list of columns, and which
// clause begins where. Expressions and queries stay texts.
#pragma once

#include <string>
#include <string_view>

#include "compiler/model/database.hpp"

namespace dmc::dialects::clickhouse {

struct Created {
  std::string kind;    ///< "table", "view", "materialized view"; else the statement's own words: "dictionary"
  model::Table table;  ///< columns and clauses, also of a view that keeps its rows itself; without name
  std::string to;      ///< of a materialized view: the table that it writes into
  model::Sql query;    ///< of a view
  std::string unread;  ///< why it cannot be modelled; empty: it is
};

/// `database`: the one that it lies in, whose name is left out of the texts.
Created read_create(std::string_view statement, std::string_view database);

}  // namespace dmc::dialects::clickhouse
