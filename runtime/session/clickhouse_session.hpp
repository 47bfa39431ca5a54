// A session with a ClickHouse server over HTTP, or with the engine in a library.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/session/target.hpp"

namespace dmc::session {

/// A library's folder is created when `missing` says so. With the lock of a server it is the session that holds the
/// lock.
std::unique_ptr<Session> open_clickhouse(const Url& url, Missing missing, Access access, Lock* lock);

std::unique_ptr<Lock> lock_clickhouse(const Url& url, const Holder& holder, Held held);
Holder holder_of_clickhouse(const Url& url);

}  // namespace dmc::session
