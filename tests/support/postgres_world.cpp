// Writes what it reads of PostgreSQL down as SQLite's statements, and has SQLite's dialect read those.
#include "tests/support/postgres_world.hpp"

#include <stdexcept>

#include "runtime/executor/inspection.hpp"
#include "runtime/session/sqlite_session.hpp"
#include "tests/support/fake_server.hpp"

namespace dmc::tests {

namespace {

std::string cell(const std::optional<std::string>& text) { return text.value_or(""); }

dialects::Inspected mirrored(const dialects::Dialect& sqlite, const dialects::Query& query) {
  const auto scratch = session::open_sqlite(":memory:", session::Missing::create, session::Access::write);
  const auto columns =
      query(R"(select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid), coalesce(a.attnum = any(p.conkey), false)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  left join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1, a.attnum)");
  std::string table, sql;
  const auto flush = [&] {
    if (!sql.empty()) scratch->execute(sql + ")");
  };
  for (const auto& row : columns) {
    const bool is_key = cell(row.at(5)) == "1";
    if (cell(row.at(0)) != table) {
      flush();
      table = cell(row.at(0));
      sql = "create table \"" + table + "\" (";
    } else {
      sql += ", ";
    }
    sql += "\"" + cell(row.at(1)) + "\" " + cell(row.at(2));
    if (is_key)
      sql += " primary key";
    else if (cell(row.at(3)) == "1")
      sql += " not null";
    if (row.at(4)) sql += " default " + *row.at(4);
  }
  flush();
  for (const auto& row : query(R"(select i.relname::text, t.relname::text, x.indisunique, a.attname::text
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
  where t.relnamespace = 'public'::regnamespace and x.indisvalid and not x.indisprimary order by 1)"))
    scratch->execute(std::string("create ") + (cell(row.at(2)) == "1" ? "unique " : "") + "index \"" + cell(row.at(0)) +
                     "\" on \"" + cell(row.at(1)) + "\" (\"" + cell(row.at(3)) + "\")");
  return sqlite.inspect(executor::query_on(*scratch));
}

}  // namespace

dialects::Dialects mirrored_postgres() { return sqlite_called("postgres", mirrored); }

void PostgresWorld::begin_with(const std::vector<std::string>& statements, const executor::PlanPair& plans) {
  auto all = statements;
  all.insert(all.begin(), "set search_path = public");
  server.script(database, all);
  session::Stop quiet;
  auto surroundings = environment(*real, quiet);
  const auto adopted =
      executor::adopt({"tests", "shop", plans.forward.plan.databases.front().from, "0"}, target(), surroundings);
  if (adopted.exit_code != 0) throw std::runtime_error(adopted.text);
}

executor::RunResult PostgresWorld::run(const executor::PlanPair& plans, executor::Options options,
                                       session::Connector* connector, session::Stop* stop) {
  session::Stop quiet;
  auto surroundings = environment(connector ? *connector : *real, stop ? *stop : quiet);
  return executor::run(plans, {target()}, options, surroundings);
}

executor::RunResult PostgresWorld::undo(const executor::PlanPair& plans, executor::Options options,
                                        session::Connector* connector) {
  session::Stop quiet;
  auto surroundings = environment(connector ? *connector : *real, quiet);
  return executor::undo(plans, {target()}, options, surroundings);
}

executor::TargetVerification PostgresWorld::verify() {
  session::Stop quiet;
  auto surroundings = environment(*real, quiet);
  return executor::verify({target()}, surroundings).targets.front();
}

std::string PostgresWorld::states() const {
  std::string text;
  for (const auto& row :
       rows("select state from dmc.step where generation = (select generation from dmc.target) order by ordinal"))
    text += (text.empty() ? "" : " ") + row;
  return text;
}

}  // namespace dmc::tests
