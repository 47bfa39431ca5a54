#include "compiler/dialects/postgres/server_names.hpp"

#include <fmt/format.h>

namespace dmc::dialects::postgres {

std::vector<ServerName> server_names(const model::Database& desired) {
  std::vector<ServerName> names;
  for (const auto& object : desired.objects)
    if (object.type == "extension")
      names.push_back({"extension", object.provides(), fmt::format("database '{}'", desired.name), object.origin,
                       "select name from pg_catalog.pg_available_extensions"});
  return names;
}

}  // namespace dmc::dialects::postgres
