// Which of the words that the grammar allows an engine has something for: the checker itself is asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "grammar/items.hpp"

namespace dmc::lsp {

/// An item that is being written, in a list whose engines are known.
struct Begun {
  grammar::Items items = grammar::Items::project;
  std::string_view text;             ///< of the item, up to the word that is asked about
  std::vector<std::string> engines;  ///< as a database declares them: "postgres 14"; none: nothing is known
};

/// Those of `words` that some statement on one of the engines can go on with; all of them where no engine is known, or
/// none can be tried. In their order.
std::vector<std::string_view> possible_words(const Begun& begun, const std::vector<std::string_view>& words,
                                             const dialects::Dialects& dialects);

}  // namespace dmc::lsp
