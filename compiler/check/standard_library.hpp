// The patterns of stdlib/, packed into the program when it is built.
#pragma once

#include <span>
#include <string_view>

namespace dmc::check {

struct PackedPattern {
  std::string_view name;  ///< of its file: "std/updated_at.mig"
  std::string_view text;
};

/// By name. Every pattern in them is called `std.NAME`.
std::span<const PackedPattern> standard_library();

}  // namespace dmc::check
