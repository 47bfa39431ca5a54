// Types that change while columns have them.
#pragma once

#include "compiler/dialects/postgres/lowering.hpp"

namespace dmc::dialects::postgres {

/// Whether the server cannot alter an enum or a domain so, and it is made anew with the columns that have it.
bool is_made_anew(const model::Object& before, const model::Object& after);

/// Values added (in place), renamed or taken away (the type is made anew, and its columns with it).
Pairs lower_enum(const Lowering& lowering, const model::Object& before, const model::Object& after);
Pairs lower_domain(const Lowering& lowering, const model::Object& before, const model::Object& after);
Pairs lower_composite(const Lowering& lowering, const model::Object& before, const model::Object& after);

}  // namespace dmc::dialects::postgres
