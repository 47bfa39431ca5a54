// Types that change while columns have them.
#pragma once

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Values added (in place), renamed or taken away (the type is made anew, and its columns with it).
Pairs lower_enum(const Lowering& lowering, const model::Object& before, const model::Object& after);
Pairs lower_domain(const Lowering& lowering, const model::Object& before, const model::Object& after);
Pairs lower_composite(const Lowering& lowering, const model::Object& before, const model::Object& after);

}  // namespace dmc::dialects::postgres
