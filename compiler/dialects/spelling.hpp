// How a database must be written as `.mig` so that this dialect reads back what it inspected.
#pragma once

#include "compiler/dialects/dialect.hpp"
#include "compiler/model/print.hpp"

namespace dmc::dialects {

/// Refers to the dialect, which must outlive it.
inline model::Spelling spelling_of(const Dialect& dialect) {
  return {[&dialect](const model::PlainType& type) {
            const auto answer = dialect.type({.text = type.text,
                                              .name = type.name,
                                              .arguments = type.arguments,
                                              .array_depth = type.array_depth,
                                              .native = false,
                                              .strict_table = type.strict_table,
                                              .identity_key = type.identity_key});
            const auto* native = std::get_if<NativeType>(&answer);
            return native ? native->text : std::string();
          },
          dialect.description().unquoted_names_are_lower_case,
          dialect.description().has_schemas ? dialect.description().default_schema : std::string(),
          !dialect.description().nullable_type.empty(), dialect.description().has("materialized columns")};
}

}  // namespace dmc::dialects
