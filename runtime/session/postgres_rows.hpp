// Cells of an answer of PostgreSQL as the type that its query gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// 0 for null.
inline std::int64_t number_in(const Row& row, std::size_t at) {
  const auto* number = std::get_if<std::int64_t>(&row.at(at));
  return number ? *number : 0;
}

/// Empty for null.
inline std::string text_in(const Row& row, std::size_t at) {
  const auto* text = std::get_if<std::string>(&row.at(at));
  return text ? *text : std::string();
}

}  // namespace dmc::session
