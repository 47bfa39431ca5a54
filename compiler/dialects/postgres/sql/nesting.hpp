// How deep the tree of a text can be, before anything is parsed.
#pragma once

#include <cstddef>
#include <string_view>

namespace dmc::dialects::postgres::sql {

/// An upper bound of the levels that the parser's tree has, from the tokens alone: a level takes a token, and what
/// stands side by side in a list (`,`, `;`, `and`, `or`, the branches of a `case`) does not add up.
std::size_t nesting(std::string_view text);

/// More than anybody writes; the library calls itself once a level and is known to survive three times as many on a
/// thread with a small stack.
inline constexpr std::size_t deepest = 1000;

}  // namespace dmc::dialects::postgres::sql
