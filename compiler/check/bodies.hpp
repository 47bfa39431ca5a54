// What the quotes inside a dollar quote say about a place in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dmc::check {

enum class BodyState : std::uint8_t { code, text, name };

/// A change of state inside a dollar-quoted text: from `begin` on.
struct BodyChange {
  std::size_t begin = 0;
  BodyState state = BodyState::code;
};
using BodyStates = std::vector<BodyChange>;

/// Every change of state in the dollar-quoted texts of a pattern's body, in order. In them `'…'` is a text, `"…"` a
/// name, as in SQL and in most languages that a database runs; comments are code.
BodyStates body_states(std::string_view pattern_body);

BodyState state_at(const BodyStates& states, std::size_t offset);

}  // namespace dmc::check
