// What keeps a function or a type from being dropped: the texts of the database that call it, or have it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/dialects/holders.hpp"

namespace dmc::dialects::postgres {

/// What the server would refuse to drop each of the objects under, in one walk over all texts. Of functions that share
/// a name, a call means the one that takes what it gives; where that is not known, it may mean each of them.
std::vector<std::vector<Holder>> holders_of(const std::function<const model::Database&()>& now,
                                            std::span<const model::Object* const> objects);

/// What the desired state calls the function from, where nothing that stays takes such a call.
std::vector<Holder> callers_without(const model::Database& before, const model::Database& desired,
                                    const model::Object& function);

}  // namespace dmc::dialects::postgres
