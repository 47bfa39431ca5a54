// The dialects of this build: one line each.
#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/sqlite/sqlite.hpp"

namespace dmc::dialects {

Dialects::Dialects() { all_.push_back(sqlite::make_sqlite()); }

Dialects::~Dialects() = default;

const Dialect* Dialects::find(std::string_view name) const {
  for (const auto& dialect : all_)
    if (dialect->description().name == name) return dialect.get();
  return nullptr;
}

}  // namespace dmc::dialects
