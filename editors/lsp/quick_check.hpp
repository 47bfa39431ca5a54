// The check of one file within the time of a keystroke: the file as it is typed, and of all others only what it names.
#pragma once

#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "editors/lsp/workspace.hpp"

namespace dmc::lsp {

/// What the compiler's check says of the file. The check of the whole project, which follows, has the last word.
std::vector<Finding> quick_check(const Workspace& workspace, const Document& document,
                                 const dialects::Dialects& dialects);

}  // namespace dmc::lsp
