// A question to the person at the terminal.
#pragma once

#include <string_view>

#include "runtime/cli/world.hpp"

namespace dmc::cli {

/// True for `y` or `yes`; anything else, and the end of the input, is no. Ask only where `terminal.asks`.
bool ask(World& world, std::string_view question);

}  // namespace dmc::cli
