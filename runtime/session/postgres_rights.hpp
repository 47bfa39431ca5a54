// What a role needs before it can keep a ledger, and what it is told where it lacks that. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "runtime/session/postgres_link.hpp"

namespace dmc::session {

/// Throws with the statements that grant what is missing (E0835), before anything is written.
void require_ledger_rights(PostgresLink& link);

/// Those statements, for a statement that the server refused for want of a right; empty where they would not help.
/// `role` and `database` as SQL writes them.
std::string ledger_grants_for(std::string_view refused, const std::string& role, const std::string& database);

/// Throws when somebody made the role, the database or the server read-only (E0836).
void refuse_read_only(PostgresConnection& connection, const PostgresAddress& address);

}  // namespace dmc::session
