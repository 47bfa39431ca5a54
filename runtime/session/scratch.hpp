// An engine's own judgement of statements, in a database that is nowhere and gone afterwards.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dmc::session {

/// Executes the statements one after the other in an empty database in memory. For each that the engine refuses: its
/// words. An engine that cannot be had this way refuses nothing.
std::vector<std::optional<std::string>> try_in_scratch(std::string_view engine,
                                                       const std::vector<std::string>& statements);

}  // namespace dmc::session
