// The values that a constraint's own text names: a check is most easily met with what stands in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/session/session.hpp"

namespace dmc::rehearse {

/// Lower case in ASCII, as engines fold names.
std::string folded(std::string_view text);

/// Whether the text says the name, as a word or in quotes.
bool says(std::string_view sql, std::string_view name);

/// Numbers with their neighbours, texts, texts that a LIKE or GLOB pattern takes, and texts of the lengths that are
/// asked for; each once.
std::vector<session::Value> literals_in(std::string_view sql);

}  // namespace dmc::rehearse
