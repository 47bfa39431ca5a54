// Lends the dialect a connection and carries its answers over.
#include "runtime/cli/live.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "compiler/dialects/spelling.hpp"
#include "compiler/model/print.hpp"
#include "runtime/cli/exit.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/session/clickhouse_address.hpp"
#include "runtime/session/postgres_address.hpp"

namespace dmc::cli {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

dialects::Inspected inspect_live(const session::Url& url, const std::string& name, World& world) {
  const auto* dialect = world.dialects.find(url.engine);
  if (dialect == nullptr)
    throw Refusal(Exit::usage, fmt::format("this version of dmc does not know the engine '{}'", url.engine),
                  {"dmc version    lists those it knows"});
  try {
    const auto session = world.connector.open(url, session::Missing::refuse, session::Access::read);
    auto inspected = dialect->inspect(executor::query_on(*session));
    inspected.database.name = name;
    for (auto& line : unproven(inspected.database)) inspected.unmodelled.push_back(std::move(line));
    return inspected;
  } catch (const session::TargetMissing& missing) {
    throw Refusal(Exit::failed, missing.what(), {"nothing was created; check the path"});
  } catch (const session::SessionError& error) {
    throw Refusal(Exit::failed, error.what(), {"nothing was changed"});
  }
}

std::vector<std::string> unproven(const model::Database& database) {
  std::vector<std::string> lines;
  const auto constraint = [&](const model::Table& table, std::string_view what, const std::string& name) {
    lines.push_back(fmt::format("{} {} of table {}: nothing proves that every row fits it", what, name, table.path()));
  };
  const auto indexes = [&](const auto& relation) {
    for (const auto& index : relation.indexes)
      if (index.unusable)
        lines.push_back(fmt::format("index {} of {}: its build has not ended", index.name, relation.path()));
  };
  for (const auto& table : database.tables) {
    for (const auto& column : table.columns)
      if (column.not_null_unproven) constraint(table, "not null", column.name);
    for (const auto& check : table.checks)
      if (check.unproven) constraint(table, "check", check.name);
    for (const auto& key : table.foreign_keys)
      if (key.unproven) constraint(table, "foreign key", key.name);
    indexes(table);
  }
  for (const auto& view : database.views) indexes(view);
  return lines;
}

std::string print_live(const dialects::Inspected& inspected, const World& world) {
  const auto& dialect = *world.dialects.find(inspected.database.engine);
  return model::print(inspected.database, inspected.unmodelled, dialects::spelling_of(dialect));
}

namespace {

/// What its server calls the database; of a file its name without folder and ending.
std::string called(const session::Url& url) {
  std::string ignored;
  if (url.location.starts_with("clickhouse"))
    if (const auto address = session::read_clickhouse_address(url.location, ignored)) return address->database;
  if (url.engine == "postgres")
    if (const auto address = session::read_postgres_address(url.location, ignored)) return address->value("dbname");
  return std::filesystem::path(url.location).stem().string();
}

}  // namespace

std::string name_from(const session::Url& url) {
  std::string name;
  for (const char c : called(url)) name += letter(c) || digit(c) ? c : '_';
  if (name.empty() || digit(name.front())) name.insert(0, "db_");
  return name;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return letter(c) || digit(c); });
}

}  // namespace dmc::cli
