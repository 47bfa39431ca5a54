// Whether a default gives every row the same value.
#pragma once

#include <string_view>

namespace dmc::dialects::postgres {

/// False only for constants and what PostgreSQL itself calls stable or immutable: anything else must be taken for
/// volatile, because no database is asked here.
bool may_be_volatile(std::string_view expression);

/// Whether anything is called at all, so that it may be another value tomorrow.
bool computes(std::string_view expression);

}  // namespace dmc::dialects::postgres
