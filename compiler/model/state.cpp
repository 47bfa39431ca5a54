// Digests of objects and databases. What is digested is a masked copy: SQL by its tokens, columns and constraints by
// name, dependencies that only order the work (`after`) left out.
#include <algorithm>

#include "compiler/model/database.hpp"
#include "compiler/model/masked.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::model {

namespace {

template <class T>
void by_name(std::vector<T>& list) {
  std::sort(list.begin(), list.end(), [](const T& a, const T& b) { return a.name < b.name; });
}

template <class T>
std::string masked_digest(T object) {
  mask(object);
  if constexpr (std::same_as<T, Table>) {
    for (auto& column : object.columns) column.kept.reset();
    by_name(object.columns);
    by_name(object.uniques);
    by_name(object.checks);
    by_name(object.foreign_keys);
    by_name(object.indexes);
    by_name(object.settings);
    by_name(object.exclusions);
    by_name(object.projections);
  } else {
    object.after.clear();
  }
  if constexpr (std::same_as<T, View>) object.old_name_of.clear();
  if constexpr (std::same_as<T, Object>) {
    // How it is replaced and dropped is no part of what it is, where its type is known.
    if (object.has_type_in_name()) {
      object.replace.reset();
      object.drop = {};
    }
  }
  if constexpr (std::same_as<T, Trigger>) {
    std::sort(object.events.begin(), object.events.end());
    std::sort(object.of_columns.begin(), object.of_columns.end());
  }
  return plan::digest(plan::canonical(object));
}

template <class T>
void add_states(std::vector<ObjectState>& states, std::string_view kind, const std::vector<T>& objects) {
  for (const T& object : objects) states.push_back({std::string(kind) + " " + object.path(), state_of(object)});
}

}  // namespace

std::string state_of(const Table& table) { return masked_digest(table); }
std::string state_of(const View& view) { return masked_digest(view); }
std::string state_of(const Trigger& trigger) { return masked_digest(trigger); }
std::string state_of(const Object& object) { return masked_digest(object); }

std::vector<ObjectState> states_of(const Database& database) {
  std::vector<ObjectState> states;
  states.reserve(database.tables.size() + database.views.size() + database.triggers.size() + database.objects.size());
  for (const Object& object : database.objects) states.push_back({object.label(), state_of(object)});
  add_states(states, "table", database.tables);
  add_states(states, "trigger", database.triggers);
  add_states(states, "view", database.views);
  std::sort(states.begin(), states.end(), [](const auto& a, const auto& b) { return a.object < b.object; });
  return states;
}

std::string state_hash(std::string_view engine, const std::vector<ObjectState>& states) {
  std::vector<const ObjectState*> sorted;
  sorted.reserve(states.size());
  for (const ObjectState& state : states) sorted.push_back(&state);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->object < b->object; });
  std::string content = "{\"engine\":";
  plan::write_string(content, engine);
  content += ",\"objects\":[";
  for (const ObjectState* state : sorted) {
    if (state != sorted.front()) content += ',';
    content += '[';
    plan::write_string(content, state->object);
    content += ',';
    plan::write_string(content, state->state);
    content += ']';
  }
  content += "],\"schema_version\":";
  plan::write_integer(content, catalog_schema_version);
  content += '}';
  return plan::digest(content);
}

std::string state_hash(const Database& database) { return state_hash(database.engine, states_of(database)); }

}  // namespace dmc::model
