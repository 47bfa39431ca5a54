// SQLite as a dialect. The door of the folder.
#pragma once

#include <memory>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::sqlite {

std::unique_ptr<Dialect> make_sqlite();

}  // namespace dmc::dialects::sqlite
