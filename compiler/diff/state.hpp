// A database as it stands at one place of the change: the base, moved on by the statements and additions before that
// place.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/dialects/dialect.hpp"
#include "compiler/diff/layered.hpp"
#include "compiler/model/database.hpp"

namespace dmc::diff {

struct State {
  State(const model::Database& base, const dialects::Dialect& its_dialect)
      : name(base.name),
        dialect(&its_dialect),
        tables(base.tables),
        views(base.views),
        triggers(base.triggers),
        objects(base.objects) {}

  std::string name;
  const dialects::Dialect* dialect;
  Layered<model::Table> tables;
  Layered<model::View> views;
  Layered<model::Trigger> triggers;
  Layered<model::Object> objects;
  std::map<std::string, std::string, std::less<>> renamed;  ///< path of a table before a rename → after it

  bool has_relation(std::string_view path) const { return tables.has(path) || views.has(path); }
};

}  // namespace dmc::diff
