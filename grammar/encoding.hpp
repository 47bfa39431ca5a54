// Checks that a file is text at all, before anything is read from it.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc::grammar {

/// Reports bytes that are not UTF-8, NUL bytes, and characters that change the direction of the text. False when the
/// file is not worth reading on: it holds NUL bytes, or is longer than offsets reach.
bool check_encoding(FileId file, std::string_view text, Diagnostics& diagnostics);

}  // namespace dmc::grammar
