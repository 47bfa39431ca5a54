// What a dialect finds only while it lowers: that a change, as it was put together, has no way on this engine.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace dmc::dialects {

/// Thrown by `Dialect::lower`; the planner says it as an error at the change.
struct Refused : std::runtime_error {
  Refused(std::string error_code, const std::string& message, std::string why, std::string way_out)
      : std::runtime_error(message), code(std::move(error_code)), label(std::move(why)), help(std::move(way_out)) {}

  std::string code;
  std::string label;
  std::string help;
};

}  // namespace dmc::dialects
