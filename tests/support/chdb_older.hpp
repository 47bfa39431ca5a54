// Libraries of ClickHouse before 25 had other functions; here they are those of today, as far as the test server needs.
#pragma once

#include "runtime/session/chdb_functions.hpp"

namespace dmc::tests {

/// False where the library has neither kind. Its connections share their settings, and rows come with their statement.
bool find_older(void* library, session::chdb::Api& api);

}  // namespace dmc::tests
