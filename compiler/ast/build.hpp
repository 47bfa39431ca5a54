// The door of the syntax: tree to typed values.
//
// Diagnostics of this layer, told in full in explanations.cpp:
//   E0150  a number does not fit
//   E0151  a number that may not be negative, have a fraction, or pass 100%
//   E0152  a quantity that cannot be kept exactly
//   E0153  a clause that may stand once stands twice
//   E0154  two words that exclude each other
//   E0155  a value of another kind was expected here
//   E0156  an index of a view that holds no rows
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
