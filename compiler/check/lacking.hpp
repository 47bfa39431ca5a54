// What an engine does not have, or this version does not know of it: said as such, with the engine's own way where
// there is one.
#pragma once

#include <string>
#include <string_view>

#include "compiler/check/context.hpp"

namespace dmc::check {

/// An option or a clause. `thing` is a plural: "column codecs". False, and no error, when the engine has it.
bool report_lacking(Context& context, const dialects::Description& engine, grammar::Span span, std::string_view thing,
                    std::string way = {});

/// A whole kind of object; `declared` when an item declares one, else a statement speaks of one. A `way` that is empty
/// is filled in from what is known of the engine. False, and no error, when the engine has it.
bool report_lacking_kind(Context& context, const dialects::Description& engine, ast::ObjectKind kind,
                         grammar::Span span, std::string way = {});

/// Whether an error says that there is no such thing on an engine, in the version of it that is declared, or in this
/// version of dmc: what nobody is offered.
bool says_lacking(const grammar::Diagnostic& diagnostic, const dialects::Dialects& dialects);

/// Whether the model can hold objects of this kind.
bool is_modelled(ast::ObjectKind kind);

/// Something of the language that this version parses and does not run.
void report_unsupported(Context& context, grammar::Span span, std::string_view thing, std::string_view instead = {});

}  // namespace dmc::check
