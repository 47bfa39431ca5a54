// What an engine has names for besides types: methods of indexes, engines of tables, collations, privileges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"

namespace dmc::lsp {

struct EngineName {
  std::string_view name;
  std::string_view engine;  ///< for people
  bool is_quoted = false;   ///< it is written as names are
};

/// The word `word` stands right before the cursor.
bool ends_with_word(std::string_view before, std::string_view word);

/// Those that can stand behind `before`, which is without blanks at its end. `engines`: "postgres 14".
std::vector<EngineName> engine_names(std::string_view before, bool in_index, bool privilege,
                                     const std::vector<std::string>& engines, const dialects::Dialects& dialects);

/// `LowCardinality(`: types that the engine takes within that one.
std::vector<EngineName> inner_types(std::string_view outer, const std::vector<std::string>& engines,
                                    const dialects::Dialects& dialects);

}  // namespace dmc::lsp
