// Bytes from outside as valid UTF-8, so that they can stand in a message, a journal or a ledger.
#pragma once

#include <string>
#include <string_view>

namespace dmc::session {

/// Every byte that is no part of valid UTF-8 becomes a question mark.
std::string readable(std::string_view bytes);

/// The first 160 bytes of a statement on one line: what an error names.
std::string clipped(std::string_view sql);

}  // namespace dmc::session
