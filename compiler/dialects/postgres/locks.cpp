// Looks up in the tables that are packed out of locks.json.
#include "compiler/dialects/postgres/locks.hpp"

#include <algorithm>

namespace dmc::dialects::postgres {

namespace {

template <class Measured>
const Measured* measured_on(std::span<const Measured> table, std::string_view id, int major) {
  const auto found = std::ranges::find_if(
      table, [&](const Measured& one) { return one.id == id && one.oldest <= major && major <= one.newest; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

const Operation* operation(std::string_view id, int major) { return measured_on(operations(), id, major); }
const NoOperation* no_operation(std::string_view id, int major) { return measured_on(errors(), id, major); }

std::string_view work_class(std::string_view work) {
  if (work == "scan" || work == "fk_scan" || work == "query" || work == "maintenance") return "scan";
  if (work == "index" || work == "rewrite") return work;
  return "catalog";
}

}  // namespace dmc::dialects::postgres
