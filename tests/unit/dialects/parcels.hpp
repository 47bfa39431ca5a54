// A small database, as texts see it that stand on its table `parcels`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/dialects/postgres/sql/surroundings.hpp"

namespace parcels {

using dmc::dialects::postgres::sql::FunctionTypes;
using dmc::dialects::postgres::sql::NamedType;
using dmc::dialects::postgres::sql::Surroundings;

inline const std::map<std::string, std::vector<NamedType>, std::less<>> tables{
    {"parcels",
     {{"id", "bigint"},
      {"sender", "integer"},
      {"code", "text"},
      {"label", "character varying(20)"},
      {"zone", "character(3)"},
      {"weight", "numeric(12,2)"},
      {"volume", "double precision"},
      {"state", "parcel_state"},
      {"sent", "timestamp with time zone"},
      {"due", "date"},
      {"extra", "jsonb"},
      {"tags", "text[]"},
      {"mail", "mail_address"},
      {"fragile", "boolean"}}},
    {"people", {{"id", "integer"}, {"name", "text"}, {"town", "character varying(40)"}}},
};

/// `type`: what the value of an expression becomes.
inline Surroundings around(std::string type = {}) {
  Surroundings s;
  s.table = "parcels";
  s.row = tables.at("parcels");
  s.type = std::move(type);
  s.relation = [](std::string_view schema, std::string_view name) -> std::optional<std::vector<NamedType>> {
    const auto found = schema == "public" ? tables.find(name) : tables.end();
    return found == tables.end() ? std::nullopt : std::optional(found->second);
  };
  s.domain = [](std::string_view, std::string_view name) -> std::optional<std::string> {
    if (name == "mail_address") return "text";
    return name == "parcel_state" ? std::optional<std::string>("") : std::nullopt;
  };
  s.function = [](std::string_view schema, std::string_view name, std::size_t) -> std::optional<FunctionTypes> {
    if (schema != "public" || name != "fee") return std::nullopt;
    return FunctionTypes{{"text"}, "numeric"};
  };
  return s;
}

}  // namespace parcels
