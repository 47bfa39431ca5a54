// SQLite's stored statements, read back into the model. Nothing is guessed: what cannot be read says where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "compiler/model/database.hpp"

namespace dmc::dialects::sqlite {

struct Unread {
  std::string near;  ///< the token at which reading stopped; empty: the end of the text
};

/// A `CREATE TABLE` as SQLite keeps it: every column and constraint, names as written, constraints without a name
/// unnamed.
std::variant<model::Table, Unread> parse_table(std::string_view sql);

struct ParsedIndex {
  std::string table;
  model::Index index;  ///< an element that is a single name is a column, even when it was written as a string
};
std::variant<ParsedIndex, Unread> parse_index(std::string_view sql);
std::variant<model::View, Unread> parse_view(std::string_view sql);
std::variant<model::Trigger, Unread> parse_trigger(std::string_view sql);

}  // namespace dmc::dialects::sqlite
