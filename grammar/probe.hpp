// What could stand at a place of a text that is being written: the parser's own expectations, for completion.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/items.hpp"
#include "grammar/kind.hpp"

namespace dmc::grammar {

struct Expectations {
  bool met = false;                     ///< an item failed exactly at the place; else the rest is empty
  std::vector<std::string_view> words;  ///< keywords, in the order in which they were tried
  std::vector<std::string_view> texts;  ///< for people, as in grammar/expected.hpp: "a name", "a type"
  Kind within = Kind::file;             ///< the construct that the place lies in
  Items items = Items::project;         ///< the list that its item stands in
  std::uint32_t item = 0;               ///< where that item begins
};

/// Reads `text` as a file of a project with a mark in the place of the word at `offset`, and tells what could stand
/// there. Not met inside of SQL, texts and comments, where anything can.
Expectations expectations_at(std::string_view text, std::uint32_t offset);

}  // namespace dmc::grammar
