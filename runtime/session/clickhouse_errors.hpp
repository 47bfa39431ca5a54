// What went wrong with ClickHouse, as a person reads it, and what is known of the statement. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "runtime/session/clickhouse_wire.hpp"
#include "runtime/session/session.hpp"

namespace dmc::session {

/// "Code: 60. DB::Exception: … (UNKNOWN_TABLE) (version 26.7.2.1)" or 18.16's "Code: 60, e.displayText() =
/// DB::Exception: …, e.what() = DB::Exception", with whatever stands in front of it. False when the text is none.
bool read_clickhouse_exception(std::string_view text, ClickhouseFailure& failure);

/// Of a code that dmc acts on; empty for every other, which new servers name themselves.
std::string_view clickhouse_name_of(int code);

/// Of the first question to a server.
SessionError clickhouse_unreachable(const ClickhouseFailure& failure, const ClickhouseAddress& address);

/// Of a statement in the session by which a runner holds its target: that may have been ended.
SessionError clickhouse_failed_in_session(const ClickhouseFailure& failure, std::string_view sql, bool question);

/// Of a statement. Never tells a value of a row.
SessionError clickhouse_failed(const ClickhouseFailure& failure, std::string_view sql);

}  // namespace dmc::session
