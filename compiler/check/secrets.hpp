// Where a secret of the environment may stand.
#pragma once

#include "compiler/ast/ast.hpp"
#include "compiler/check/context.hpp"

namespace dmc::check {

/// Reports each `${env NAME}` that is not a whole literal, or that stands in what a catalog keeps: only `run` and
/// `object` hold statements that are sent and not compared. A pattern's body is looked at where it is used.
void check_secrets(Context& context, const ast::File& file);
void check_secrets(Context& context, const ast::ExpandedTable& expanded);
void check_secrets(Context& context, const ast::ExpandedDatabase& expanded);
void check_secrets(Context& context, const ast::ExpandedChange& expanded);
void check_secrets(Context& context, const ast::ExpandedProject& expanded);

}  // namespace dmc::check
