// Writes what it reads of ClickHouse down as SQLite's statements, and has SQLite's dialect read those.
#include "tests/support/clickhouse_world.hpp"

#include <stdexcept>

#include "runtime/executor/inspection.hpp"
#include "runtime/session/sqlite_session.hpp"
#include "tests/support/fake_server.hpp"

namespace dmc::tests {

namespace {

dialects::Inspected mirrored(const dialects::Dialect& sqlite, const dialects::Query& query) {
  const auto scratch = session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
  std::string table, sql;
  const auto flush = [&] {
    if (!sql.empty()) scratch->execute(sql + ")");
  };
  for (const auto& row :
       query("select table, name, type from system.columns where database = currentDatabase() and not "
             "startsWith(table, '_dmc_') order by table, name")) {
    if (row.at(0).value_or("") != table) {
      flush();
      table = row.at(0).value_or("");
      sql = "create table " + table + " (";
    } else {
      sql += ", ";
    }
    sql += row.at(1).value_or("") + (row.at(2) == "Int32" ? " integer" : " text") + " not null";
  }
  flush();
  return sqlite.inspect(executor::query_on(*scratch));
}

}  // namespace

dialects::Dialects mirrored_clickhouse() { return sqlite_called("clickhouse", mirrored); }

ClickhouseWorld::ClickhouseWorld(ClickhouseServer& server, const std::string& database) : url(server.at(database)) {
  const auto session = real->open(server.at("default"), session::Missing::refuse, session::Access::write);
  session->execute("drop database if exists " + database);
  session->execute("create database " + database);
}

void ClickhouseWorld::begin_with(const std::vector<std::string>& statements, const executor::PlanPair& plans) {
  for (const auto& statement : statements) execute(statement);
  session::Stop quiet;
  auto surroundings = environment(*real, quiet);
  const auto adopted =
      executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, target(), surroundings);
  if (adopted.exit_code != 0) throw std::runtime_error(adopted.text);
}

executor::RunResult ClickhouseWorld::run(const executor::PlanPair& plans, executor::Options options,
                                         session::Connector* connector, session::Stop* stop) {
  session::Stop quiet;
  auto surroundings = environment(connector ? *connector : *real, stop ? *stop : quiet);
  return executor::run(plans, {target()}, options, surroundings);
}

executor::RunResult ClickhouseWorld::undo(const executor::PlanPair& plans, executor::Options options,
                                          session::Connector* connector) {
  session::Stop quiet;
  auto surroundings = environment(connector ? *connector : *real, quiet);
  return executor::undo(plans, {target()}, options, surroundings);
}

executor::TargetVerification ClickhouseWorld::verify() {
  session::Stop quiet;
  auto surroundings = environment(*real, quiet);
  return executor::verify({target()}, surroundings).targets.front();
}

std::vector<std::string> ClickhouseWorld::rows(const std::string& sql) const {
  std::vector<std::string> found;
  const auto session = real->open(url, session::Missing::refuse, session::Access::write);
  for (const auto& row : session->query(sql).rows) {
    std::string text;
    for (const auto& value : row) {
      if (!text.empty()) text += "|";
      if (const auto* number = std::get_if<std::int64_t>(&value)) text += std::to_string(*number);
      if (const auto* word = std::get_if<std::string>(&value)) text += *word;
    }
    found.push_back(text);
  }
  return found;
}

void ClickhouseWorld::execute(const std::string& sql) const {
  real->open(url, session::Missing::refuse, session::Access::write)->execute(sql);
}

}  // namespace dmc::tests
