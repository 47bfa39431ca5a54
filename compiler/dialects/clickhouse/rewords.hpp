// What a server shows of an object beside what was declared of it.
#pragma once

#include "compiler/change/change.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

/// See `Texts::rewords`.
Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown);

}  // namespace dmc::dialects::clickhouse
