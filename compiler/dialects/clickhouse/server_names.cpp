// A server is built with more or less than its version has, and another than the oldest one has what came since.
#include "compiler/dialects/clickhouse/server_names.hpp"

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

class Names {
 public:
  std::vector<ServerName> take() { return std::move(names_); }

  void of(const model::Table& table) {
    const auto whose = fmt::format("table '{}'", table.name);
    of(*table.storage, table.settings, whose, table.origin);
    for (const auto& column : table.columns) {
      const auto of_column = fmt::format("column '{}' of {}", column.name, whose);
      if (const auto type = type_of(column.type)) of(*type, of_column, column.origin);
      // `Default` stands for another codec, and is in no list.
      for (const auto& part : parts_of(column.codec))
        if (const auto name = std::string(call_of(part).name); name != "Default")
          add("codec", name, of_column, column.origin, "system.codecs");
    }
    for (const auto& index : table.indexes)
      if (index.method)
        add("index type", std::string(call_of(*index.method).name), fmt::format("index '{}' of {}", index.name, whose),
            index.origin, "system.data_skipping_index_types");
  }

  void of(const model::Storage& storage, const std::vector<model::Setting>& settings, const std::string& whose,
          const model::Origin& origin) {
    add("engine", std::string(engine_name(storage.engine)), whose, origin, "system.table_engines");
    if (!is_merge_tree(storage.engine)) return;
    for (const auto& setting : settings)
      add("table setting", setting.name, whose, origin, "system.merge_tree_settings");
  }

 private:
  void of(const Type& type, const std::string& whose, const model::Origin& origin) {
    if (!type.name.empty()) add("type", type.name, whose, origin, "system.data_type_families");
    for (const auto& argument : type.arguments) of(argument, whose, origin);
  }

  void add(std::string kind, std::string name, std::string whose, const model::Origin& origin, std::string_view list) {
    names_.push_back(
        {std::move(kind), std::move(name), std::move(whose), origin, fmt::format("select name from {}", list)});
  }

  std::vector<ServerName> names_;
};

}  // namespace

std::vector<ServerName> server_names(const model::Database& desired) {
  Names names;
  for (const auto& table : desired.tables)
    if (table.storage) names.of(table);
  for (const auto& view : desired.views)
    if (view.storage && !view.storage->engine.empty())
      names.of(*view.storage, view.settings, fmt::format("view '{}'", view.name), view.origin);
  return names.take();
}

}  // namespace dmc::dialects::clickhouse
