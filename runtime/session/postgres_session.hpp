// A session with a PostgreSQL database, and the change lock that lives in it.
#pragma once

#include <memory>

#include "runtime/session/target.hpp"

namespace dmc::session {

/// `location` as `Url` keeps it. With a lock of `lock_postgres`, the session acts on the connection that holds it.
std::unique_ptr<Session> open_postgres(const std::string& location, Access access, Lock* lock);

/// An advisory lock of the database, on a connection of its own that `open_postgres` then acts on.
std::unique_ptr<Lock> lock_postgres(const std::string& location, const Holder& holder, Held held);
Holder holder_of_postgres(const std::string& location);

}  // namespace dmc::session
