// The dialects of this build: one line each.
#include "compiler/dialects/clickhouse/check.hpp"
#include "compiler/dialects/clickhouse/clickhouse.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/explanations.hpp"
#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/postgres.hpp"
#include "compiler/dialects/sqlite/check.hpp"
#include "compiler/dialects/sqlite/sqlite.hpp"

namespace dmc::dialects {

Dialects::Dialects() {
  all_.push_back(clickhouse::make_clickhouse());
  all_.push_back(postgres::make_postgres());
  all_.push_back(sqlite::make_sqlite());
}

Dialects::~Dialects() = default;

const Dialect* Dialects::find(std::string_view name) const {
  for (const auto& dialect : all_)
    if (dialect->description().name == name) return dialect.get();
  return nullptr;
}

std::vector<grammar::Explanation> explanations() {
  std::vector<grammar::Explanation> all;
  for (const auto part : {sqlite::explanations(), postgres::explanations(), clickhouse::explanations()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace dmc::dialects
