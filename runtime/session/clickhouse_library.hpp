// libchdb, which is ClickHouse in a library, loaded when it is needed. Internal to this folder.
#pragma once

#include <memory>
#include <string>

#include "runtime/session/clickhouse_wire.hpp"

namespace dmc::session {

/// `path` is the folder of the data: one in a process at a time, and one process for it at a time. Throws a
/// SessionError when there is no library, or when it cannot open the folder.
std::unique_ptr<ClickhouseWire> chdb_wire(const std::string& path);

}  // namespace dmc::session
