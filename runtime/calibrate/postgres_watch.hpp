// One statement is executed and looked at. Internal to this folder.
#pragma once

#include <string>

#include "runtime/calibrate/postgres_observed.hpp"
#include "runtime/calibrate/postgres_world.hpp"

namespace dmc::calibrate {

/// In a transaction that is then rolled back, asked by itself. Throws SessionError when the statement is refused.
Observed watch_inside(session::Session& actor, const std::string& statement);

/// Outside any transaction: it meets a lock that it must wait for, and is looked at from a second session. Throws
/// SessionError when the statement is refused.
Observed watch_outside(PostgresWorld& world, const std::string& statement);

}  // namespace dmc::calibrate
