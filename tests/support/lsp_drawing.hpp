// Messages of the language server as lines that a person reads.
#pragma once

#include <string>

#include "editors/lsp/json.hpp"

namespace dmc::tests {

/// What was asked last: its word, and of a completion the letters that its items are to begin with.
struct AskedFor {
  std::string command;
  std::string prefix;
};

/// Lines that begin with `< `; places count from 1, and of the files of `root` only the name is shown.
std::string drawn(const lsp::Json& message, const AskedFor& asked, const std::string& root);

}  // namespace dmc::tests
