// Statements tried out in the engine itself before anything is planned; the runtime lends a scratch database for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/model/intent.hpp"

namespace dmc::dialects {

/// For each statement, executed one after the other in an empty database of the engine, the engine's own words when it
/// refuses it. Empty when nothing is lent: then nothing is tried.
using Trial = std::function<std::vector<std::optional<std::string>>(std::string_view engine,
                                                                    const std::vector<std::string>& statements)>;

/// What is tried: texts of `desired` that `before` does not hold already, and those of the statements of a change.
struct Tried {
  const model::Database* before = nullptr;  ///< none: everything is new
  const model::Database& desired;
  const model::Intent* intent = nullptr;  ///< none: no statements
};

}  // namespace dmc::dialects
