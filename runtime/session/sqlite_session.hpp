// A session with an SQLite file. The only folder that knows the client library.
#pragma once

#include <memory>
#include <string>

#include "runtime/session/target.hpp"

namespace dmc::session {

/// `path` as the operating system takes it. The file itself is never opened but by SQLite, because closing any other
/// descriptor of it would drop SQLite's own locks.
std::unique_ptr<Session> open_sqlite(const std::string& path, Missing missing, Access access);

/// Sessions in several threads then share no lock that SQLite only counts its memory with. Does nothing once a database
/// is open.
void prepare_sqlite_for_threads();

/// The database's path with every link resolved, also when the file does not exist yet; throws when its folder does
/// not.
std::string resolved(const std::string& path);

}  // namespace dmc::session
