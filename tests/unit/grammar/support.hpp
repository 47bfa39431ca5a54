// What the tests of the grammar share: one call from text to tree and rendered diagnostics.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/parse.hpp"

namespace dmc::grammar::tests {

/// A parsed text together with everything that it lends from.
struct Parsed {
  Sources sources;
  Diagnostics diagnostics;
  Tree tree;

  /// All diagnostics as a person reads them.
  std::string errors() const;
  /// The codes, in order, separated by spaces.
  std::string codes() const;
};

/// Parses `text` as a file called `shop.mig`, or as a list of items where a context is given. The result must not move.
void parse_into(Parsed& parsed, std::string_view text, std::optional<Context> context = std::nullopt);

/// The tree in one line: `column(name:id type(type_name(name:int)) not_null)`; leaves with text show it.
std::string shape(std::string_view text, std::optional<Context> context = std::nullopt);

/// Codes of the diagnostics of a text.
std::string codes(std::string_view text, std::optional<Context> context = std::nullopt);

std::string read_file(const std::string& path);

/// The ```mig blocks of a Markdown text.
std::vector<std::string> blocks(std::string_view markdown);

}  // namespace dmc::grammar::tests
