// The canonical layout of a `.mig` file: what `dmc fmt` writes.
#pragma once

#include <string>

#include "grammar/source.hpp"
#include "grammar/tree.hpp"

namespace dmc::ast {

/// The file's tokens and comments, all of them and in their order, in the canonical layout: one item a line, two spaces
/// a block, columns aligned, at most one empty line, SQL byte for byte. What comes out is a fixed point. A tree in
/// which something did not parse is answered with the text as it stands; callers refuse files with errors before that.
std::string format(const grammar::Sources& sources, grammar::FileId file, const grammar::Tree& tree);

}  // namespace dmc::ast
