// Uses of patterns as they are typed, and what the pattern takes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "editors/lsp/workspace.hpp"

namespace dmc::lsp {

/// `use NAME(…` with the place behind the parenthesis.
struct OpenUse {
  std::string_view name;
  std::size_t argument = 0;  ///< from 0: the one that the place is in
};
std::optional<OpenUse> open_use(std::string_view text, std::uint32_t offset);

/// "t: table", one for each parameter.
std::vector<std::string> parameters_of(const Met& pattern);
/// "table": where a pattern can be used, as it says itself; empty while it does not.
std::string_view place_of(const Met& pattern);
/// Every pattern of the project and of the standard library, by the name that a use says.
std::vector<std::pair<std::string, Met>> patterns_of(const Workspace& workspace);

}  // namespace dmc::lsp
