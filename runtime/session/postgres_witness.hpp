// What a session of a PostgreSQL server really locks and writes anew. Internal to this folder.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "runtime/session/postgres_link.hpp"
#include "runtime/session/witness.hpp"

namespace dmc::session {

/// See `Session::witness`. Locks of a transaction are those it holds before its COMMIT; of statements outside any,
/// those that a second connection finds while they are executed, which can miss a short one.
std::unique_ptr<Witness> postgres_witness(std::shared_ptr<PostgresLink> link,
                                          const std::optional<std::vector<Claim>>& claims, TellHowFar tell);

}  // namespace dmc::session
