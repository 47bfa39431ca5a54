// Tables tell their columns, views what their query gives, functions and domains what their statements say.
#include "compiler/dialects/postgres/scope.hpp"

#include <algorithm>

#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/sql/compare.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/version.hpp"

namespace dmc::dialects::postgres {

namespace {

std::string key_of(std::string_view schema, std::string_view name) {
  if (schema.empty() || schema == "public") return std::string(name);
  return std::string(schema) + "." + std::string(name);
}

std::vector<sql::NamedType> columns_in(const model::Table& table) {
  std::vector<sql::NamedType> columns;
  columns.reserve(table.columns.size());
  for (const auto& column : table.columns) columns.push_back({column.name, column.type});
  return columns;
}

}  // namespace

Scope::Scope(const model::Database& database) : database_(database) {
  const auto add_partitions = [&](const auto& self, const model::Table& table,
                                  const model::Partitioning& partitioning) -> void {
    for (const auto& partition : partitioning.partitions) {
      tables_.emplace(partition.path(), &table);
      for (const auto& inner : partition.by) self(self, table, inner);
    }
  };
  for (const auto& table : database.tables) {
    tables_.emplace(table.path(), &table);
    if (table.partitioned) add_partitions(add_partitions, table, *table.partitioned);
  }
  for (const auto& view : database.views) views_.emplace(view.path(), &view);
  for (const auto& object : database.objects) {
    if (object.type == "domain") {
      if (const auto domain = domain_in(object.create.text))
        types_[key_of(domain->schema, domain->name)] = domain->type;
    } else if (object.type == "enum" || object.type == "type") {
      if (const auto type = type_in(object.create.text)) types_[key_of(type->schema, type->name)] = "";
    } else if (object.type == "function") {
      auto function = function_in(object.create.text);
      if (!function) continue;
      functions_[key_of(function->schema, function->name)].push_back(
          {std::move(function->arguments), function->optional, std::move(function->result)});
    }
  }
}

std::optional<Scope::Columns> Scope::columns_of(const std::string& path) {
  if (const auto table = tables_.find(path); table != tables_.end()) {
    for (const auto& setting : table->second->settings)
      if (setting.name == "inherits") return std::nullopt;  // it has columns that are not its own
    return columns_in(*table->second);
  }
  const auto view = views_.find(path);
  if (view == views_.end()) return std::nullopt;
  const auto known = view_columns_.find(path);
  if (known != view_columns_.end()) return known->second.empty() ? std::nullopt : std::optional(known->second);
  if (!being_read_.insert(path).second) return std::nullopt;
  auto around = anywhere();
  around.output = view->second->columns;
  auto columns = sql::outputs_of(view->second->query.text, around);
  being_read_.erase(path);
  view_columns_.emplace(path, columns);
  return columns.empty() ? std::nullopt : std::optional(std::move(columns));
}

std::optional<sql::FunctionTypes> Scope::function(const std::string& path, std::size_t arguments) const {
  const auto overloads = functions_.find(path);
  if (overloads == functions_.end()) return std::nullopt;
  std::optional<sql::FunctionTypes> types;
  for (const auto& overload : overloads->second) {
    if (arguments > overload.arguments.size() || arguments + overload.optional < overload.arguments.size()) continue;
    const std::vector<std::string> taken(overload.arguments.begin(),
                                         overload.arguments.begin() + static_cast<std::ptrdiff_t>(arguments));
    if (!types) {
      types = sql::FunctionTypes{taken, overload.result};
      continue;
    }
    for (std::size_t i = 0; i < arguments; ++i)
      if (types->arguments[i] != taken[i]) types->arguments[i].clear();
    if (types->result != overload.result) types->result.clear();
  }
  return types;
}

int Scope::major() const { return major_of(database_.oldest_version); }

sql::Surroundings Scope::anywhere() {
  sql::Surroundings around;
  around.major = major();
  around.relation = [this](std::string_view schema, std::string_view name) { return columns_of(key_of(schema, name)); };
  around.function = [this](std::string_view schema, std::string_view name, std::size_t arguments) {
    return function(key_of(schema, name), arguments);
  };
  around.domain = [this](std::string_view schema, std::string_view name) -> std::optional<std::string> {
    const auto found = types_.find(key_of(schema, name));
    return found == types_.end() ? std::nullopt : std::optional(found->second);
  };
  return around;
}

sql::Surroundings Scope::inside(const model::Table& table, std::string type) {
  auto around = anywhere();
  around.table = table.name;
  around.row = columns_in(table);
  around.type = std::move(type);
  return around;
}

sql::Surroundings Scope::inside(std::string_view path, std::string type) {
  auto around = anywhere();
  const std::string wanted(path);
  if (auto columns = columns_of(wanted)) around.row = std::move(*columns);
  const auto table = tables_.find(wanted);
  const auto view = views_.find(wanted);
  if (table != tables_.end()) around.table = table->second->name;
  if (view != views_.end()) around.table = view->second->name;
  around.type = std::move(type);
  return around;
}

}  // namespace dmc::dialects::postgres
