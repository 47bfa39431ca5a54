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
/// "sqlite": the engine that this variant is for; empty: all of them.
std::string engine_of(const Met& pattern);
/// How it is used, for people and as a snippet with places for what each parameter takes: a text in its quotes, SQL in
/// its parentheses.
struct Call {
  std::string label, snippet;
};
Call call_of(const std::string& name, const Met& pattern);
/// "table": where a pattern can be used, as it says itself; empty while it does not.
std::string_view place_of(const Met& pattern);
/// Every pattern of the project and of the standard library, by the name that a use says.
std::vector<std::pair<std::string, Met>> patterns_of(const Workspace& workspace);

}  // namespace dmc::lsp
