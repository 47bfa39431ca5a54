// What was seen here against what was measured before, without a server. Internal to this folder.
#pragma once

#include <string>
#include <string_view>

#include "compiler/dialects/postgres/locks.hpp"
#include "runtime/calibrate/calibrate.hpp"
#include "runtime/calibrate/postgres_observed.hpp"

namespace dmc::calibrate {

/// What a step's lock would say of it: catalog, scan, index, rewrite.
std::string_view work_seen(const Observed& observed);

/// Of a statement that was executed.
Finding compare_postgres(const dialects::postgres::Trial& trial, int major, const Observed& observed);

/// Of a statement that the server refused with these words.
Finding compare_postgres(const dialects::postgres::Trial& trial, int major, const std::string& refusal);

/// Of one that could not be tried.
Finding not_measured(const dialects::postgres::Trial& trial, std::string reason);

}  // namespace dmc::calibrate
