// A copy of a database on the same ClickHouse server. Internal to this folder.
#pragma once

#include <string>

#include "runtime/session/session.hpp"

namespace dmc::rehearse {

/// Makes `to` anew, what `from` is: tables with their very parts, views, dictionaries. `admin` may have any database of
/// the server open. Both names are plain words that stand in no statement but for these databases. Throws a
/// SessionError.
void copy_clickhouse_database(session::Session& admin, const std::string& from, const std::string& to);

/// Whether the engine keeps its rows in parts.
bool keeps_parts(const std::string& engine);

}  // namespace dmc::rehearse
