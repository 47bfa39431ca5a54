// The door of the syntax: tree to typed values.
//
// Diagnostics of this layer:
//   E0150  a number does not fit 64 bits where a 64-bit number is needed
//   E0151  a count, a duration, a size or a version is negative or has a fraction where it may not
//   E0152  a duration, a size or a share is too large, or finer than can be kept exactly
//   E0153  an unknown unit after a number
//   E0154  a clause that may stand once stands twice
//   E0155  a clause that must be there is missing
//   E0156  two words that exclude each other
//   E0157  `${…}` outside a pattern
//   E0158  a value of another kind was expected here
#pragma once

#include "compiler/ast/ast.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/tree.hpp"

namespace dmc::ast {

/// A parsed file as typed syntax. The result views into `sources` and into itself, never into `tree`. Items that did
/// not parse (Kind::unknown) are left out: whoever parsed them has reported them.
File build(const grammar::Tree& tree, const grammar::Sources& sources, grammar::Diagnostics& diagnostics);

/// What grammar::parse_items made of the text that a pattern expanded to, for each place a pattern may be used in.
ExpandedTable build_table(const grammar::Tree& tree, const grammar::Sources& sources,
                          grammar::Diagnostics& diagnostics);
ExpandedDatabase build_database(const grammar::Tree& tree, const grammar::Sources& sources,
                                grammar::Diagnostics& diagnostics);
ExpandedChange build_change(const grammar::Tree& tree, const grammar::Sources& sources,
                            grammar::Diagnostics& diagnostics);
ExpandedProject build_project(const grammar::Tree& tree, const grammar::Sources& sources,
                              grammar::Diagnostics& diagnostics);

}  // namespace dmc::ast
