// A database of some statements, filled.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "runtime/executor/inspection.hpp"
#include "runtime/rehearse/fill.hpp"
#include "tests/support/small_world.hpp"
#include "tests/support/sqlite_file.hpp"

namespace dmc::tests {

struct FilledDatabase {
  Folder folder;
  std::string path = folder.at("filled.db");
  model::Database model;
  std::vector<rehearse::Filled> tables;

  explicit FilledDatabase(const std::string& schema, rehearse::Wish wish = {}) {
    if (wish.seed.empty()) wish.seed = "seed";
    execute_script(path, schema);
    const auto connector = session::connector();
    const auto session = connector->open({"sqlite", path}, session::Missing::refuse, session::Access::write);
    const dialects::Dialects dialects;
    model = executor::inspect(*session, *dialects.find("sqlite")).database;
    model.name = "filled";
    tables = rehearse::fill(*session, model, *rehearse::engine_of("sqlite"), wish);
  }

  std::int64_t rows(const std::string& table) const {
    for (const auto& filled : tables)
      if (filled.table == table) return filled.rows;
    return -1;
  }
  const rehearse::Filled& table(const std::string& name) const {
    return *std::find_if(tables.begin(), tables.end(), [&](const auto& filled) { return filled.table == name; });
  }
  std::string one(const std::string& sql) const { return rows_of(path, sql).at(0); }
};

}  // namespace dmc::tests
