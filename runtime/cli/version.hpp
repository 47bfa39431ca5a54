// The version of this build; part of every plan that it compiles.
#pragma once

#include <string_view>

namespace dmc::cli {

inline constexpr std::string_view version = DMC_VERSION;

}  // namespace dmc::cli
