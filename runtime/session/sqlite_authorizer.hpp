// What may be sent to SQLite and when, decided while a statement is prepared.
#pragma once

namespace dmc::session {

/// Lent to SQLite's authorizer for the life of a connection.
struct Permissions {
  bool transaction_verbs = false;  ///< only the session's own begin, commit and rollback
  bool read_only = false;  ///< around checks: nothing that changes a row, the schema, the connection or the transaction
};

/// The callback of sqlite3_set_authorizer; `permissions` is a Permissions.
int authorize(void* permissions, int action, const char* first, const char* second, const char* database,
              const char* trigger);

}  // namespace dmc::session
