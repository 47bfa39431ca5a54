// PostgreSQL as a dialect. The door of the folder.
#pragma once

#include <memory>

#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::postgres {

std::unique_ptr<Dialect> make_postgres();

}  // namespace dmc::dialects::postgres
