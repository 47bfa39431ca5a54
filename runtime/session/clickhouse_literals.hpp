// Values as ClickHouse's literals. Servers before 19.x know no parameters, so that a bound value becomes a part of the
// text: this is the only place where that happens.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// "-3", "NULL", "'it\\'s'", "unhex('00FF')": read by every version as exactly this value. A double keeps its bits; its
/// type is Float64. The most negative integer is written so that its type is Int64.
std::string clickhouse_literal(const Value& value);

/// "'…'", with what ClickHouse reads in it: backslashes, not doubled quotes.
std::string clickhouse_text(std::string_view text);

/// The texts that stand in quotes in a statement, as they are read, in their order.
std::vector<std::string> clickhouse_texts_in(std::string_view sql);

/// The statement with its markers replaced: `$1`, `$2`, … where there is one, else each `?` in turn. Markers inside
/// texts, quoted names, comments and heredocs are none. Throws a SessionError (not begun) when markers and values do
/// not fit. Without values the statement stays as it is.
std::string with_clickhouse_values(std::string_view sql, std::span<const Value> values);

/// The word behind FORMAT, in lower case: of the rows that stand in an insert. Empty when there is none.
std::string clickhouse_format_of(std::string_view sql);

}  // namespace dmc::session
