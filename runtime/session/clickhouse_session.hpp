// A session with a ClickHouse server over HTTP, or with the engine in a library.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/session/target.hpp"

namespace dmc::session {

/// A library's folder is created when `missing` says so.
std::unique_ptr<Session> open_clickhouse(const Url& url, Missing missing, Access access);

}  // namespace dmc::session
