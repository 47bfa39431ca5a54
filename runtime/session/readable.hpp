// Bytes from outside as valid UTF-8, so that they can stand in a message, a journal or a ledger.
#pragma once

#include <string>
#include <string_view>

namespace dmc::session {

/// Every byte that is no part of valid UTF-8 becomes a question mark.
std::string readable(std::string_view bytes);

}  // namespace dmc::session
