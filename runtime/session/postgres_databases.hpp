// Databases that are made on a server for a while, beside the one that its address names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/session/session.hpp"
#include "runtime/session/url.hpp"

namespace dmc::session {

/// The server's address with another database in it.
Url postgres_database_on(const Url& server, std::string_view database);

/// Waits until no session is in any of them, so that they can be dropped or copied: one that has just ended is there
/// for a moment longer, and one that stays for two seconds is ended. Throws SessionError.
void settle_postgres(Session& admin, const std::vector<std::string>& databases);

}  // namespace dmc::session
