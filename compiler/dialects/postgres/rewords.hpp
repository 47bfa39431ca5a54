// What a server shows of an object beside what was declared of it.
#pragma once

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

/// See `Dialect::rewords`.
Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown,
                const model::Database& all_shown);

}  // namespace dmc::dialects::postgres
