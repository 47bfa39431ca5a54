// The arguments of a use, matched to the parameters of a pattern.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/check/context.hpp"

namespace dmc::check {

/// An argument as what its parameter makes of it.
struct Argument {
  ast::ParameterKind kind = ast::ParameterKind::text;
  std::vector<ast::Name> parts;  ///< of a table, a column, a database
  std::string text;              ///< of SQL, a text, a number without `_`, a duration
  const ast::UseArgument* syntax = nullptr;
};

/// One argument for each parameter, or nothing after an error at the use. `pattern_name` is the name in full.
std::optional<std::vector<Argument>> read_arguments(Context& context, const ast::Use& use, const ast::Pattern& pattern,
                                                    std::string_view pattern_name);

}  // namespace dmc::check
