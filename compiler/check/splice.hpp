// The text that a pattern becomes: its body with the arguments in it, each written the way its place demands.
#pragma once

#include <string>
#include <vector>

#include "compiler/check/arguments.hpp"

namespace dmc::check {

struct Spliced {
  std::string text;
  std::vector<grammar::Expansion::Piece> pieces;
};

/// A name is quoted where it must be, whole; in SQL a name is an identifier, a text a literal, SQL stands in
/// parentheses; in a string or a quoted name only its quotes are doubled. Reports, and answers nothing, where an
/// argument would end the text it stands in.
std::optional<Spliced> splice(Context& context, const ast::Pattern& pattern, const std::vector<Argument>& arguments);

}  // namespace dmc::check
