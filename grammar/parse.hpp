// The door of the grammar: text to tree. The only place that knows the parser generator is parse.cpp.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"
#include "grammar/tree.hpp"

namespace dmc::grammar {

/// Where items stand, which decides what their first word means. A pattern names its own after `in`.
enum class Context : std::uint8_t { project, database, in_table, change };

/// Parses a file of the project: top-level declarations. Never throws for what an author wrote; always returns a tree.
/// Items that did not parse are Kind::unknown, each with at least one diagnostic (E0100 to E0149).
Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics);

/// Parses the whole file as a list of items of `context`, as they stand inside a block: what a pattern expanded to.
Tree parse_items(const Sources& sources, FileId file, Context context, Diagnostics& diagnostics);

}  // namespace dmc::grammar
