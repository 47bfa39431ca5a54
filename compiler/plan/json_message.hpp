// JSON that other programs write to us, as a language server gets it: any JSON of the size and depth of our files.
#pragma once

#include <optional>
#include <string_view>

#include "compiler/plan/json.hpp"

namespace dmc::plan {

/// As `read_json`, but a number outside of our domain is read as null, of a key that stands there twice the first
/// counts, and half of a surrogate pair is U+FFFD.
std::optional<Json> read_json_message(std::string_view text, JsonError& error);

}  // namespace dmc::plan
