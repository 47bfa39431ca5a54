// The language server on two streams. The door of the folder.
#pragma once

#include <iosfwd>
#include <string>

#include "compiler/dialects/dialect.hpp"
#include "editors/lsp/disk.hpp"

namespace dmc::lsp {

/// Talks until the client ends the conversation or goes away; answers the exit code of the process. Checks run in a
/// thread of their own, so that no keystroke waits for one.
int serve(std::istream& in, std::ostream& out, Disk& disk, const dialects::Dialects& dialects,
          const std::string& version);

}  // namespace dmc::lsp
