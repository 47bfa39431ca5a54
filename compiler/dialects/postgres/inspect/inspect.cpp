// Asks the questions and puts the answers together.
#include "compiler/dialects/postgres/inspect/inspect.hpp"

#include <algorithm>

#include "compiler/dialects/postgres/inspect/queries.hpp"
#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/normal.hpp"

namespace dmc::dialects::postgres {

namespace {

/// Whether `.mig` can hold the name: it stands on one line and shows all that it is.
bool can_be_written(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

constexpr std::string_view unwritable = "a name in it holds a character that .mig has no way to write";

bool can_be_written(const model::Table& table) {
  const auto all = [](const auto& list) {
    return std::ranges::all_of(list, [](const auto& item) { return can_be_written(item.name); });
  };
  return can_be_written(table.name) && can_be_written(table.schema) && all(table.columns) && all(table.uniques) &&
         all(table.checks) && all(table.foreign_keys) && all(table.indexes) && all(table.exclusions) &&
         (!table.primary_key || can_be_written(table.primary_key->name)) &&
         std::ranges::all_of(table.foreign_keys, [](const auto& key) { return can_be_written(key.table); });
}

/// Takes out what has such a name, and says so.
void leave_out_unwritable(reading::Reading& reading) {
  auto& database = reading.database();
  std::erase_if(database.tables, [&](const model::Table& table) {
    if (can_be_written(table)) return false;
    reading.leave_out("table", table.path(), unwritable);
    return true;
  });
  const auto lost = [&](const std::string& path) { return !database.table(path) && !database.view(path); };
  std::erase_if(database.views, [&](const model::View& view) {
    if (can_be_written(view.path())) return false;
    reading.leave_out("view", view.path(), unwritable);
    return true;
  });
  std::erase_if(database.triggers, [&](const model::Trigger& trigger) {
    if (can_be_written(trigger.name) && !lost(trigger.table)) return false;
    reading.leave_out("trigger", trigger.path(), unwritable);
    return true;
  });
  std::erase_if(database.objects, [&](const model::Object& object) {
    if (can_be_written(object.name)) return false;
    reading.leave_out("object", object.name, unwritable);
    return true;
  });
}

}  // namespace

Inspected inspect(const Query& query) {
  using namespace reading;
  Reading reading;
  const auto server = query(server_question());
  const int major = static_cast<int>(Cells(server.at(0)).number(0) / 10'000);
  reading.major = major;
  reading.database().engine = "postgres";
  reading.database().oldest_version = std::to_string(major);
  read_others(reading, query(others_question(major)));
  read_relations(reading, query(relations_question(major)));
  read_columns(reading, query(columns_question(major)));
  read_sequences(reading, query(sequences_question()));
  place_columns(reading);
  const auto constraints = query(constraints_question(major));
  read_types(reading, query(types_question(major)), constraints);
  read_indexes(reading, query(indexes_question(major)), constraints);
  read_constraints(reading, constraints);
  read_triggers(reading, query(triggers_question(major)));
  read_rules(reading, query(rules_question()));
  read_policies(reading, query(policies_question()));
  read_routines(reading, query(routines_question()));
  read_grants(reading, query(grants_question()));
  read_comments(reading, query(comments_question()));
  read_dependencies(reading, query(dependencies_question()));
  leave_out_unwritable(reading);
  normalise(reading.database());
  std::ranges::sort(reading.result.unmodelled);
  std::ranges::sort(reading.result.names);
  return std::move(reading.result);
}

}  // namespace dmc::dialects::postgres
