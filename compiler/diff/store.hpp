// What a change may do to objects, alike for a database of the model and for one that is layered over its base.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diff/state.hpp"

namespace dmc::diff {

template <class Visit>
void each_table(const State& state, Visit&& visit) {
  state.tables.each(visit);
}
template <class Visit>
void each_view(const State& state, Visit&& visit) {
  state.views.each(visit);
}
template <class Visit>
void each_trigger(const State& state, Visit&& visit) {
  state.triggers.each(visit);
}
template <class Visit>
void each_object(const State& state, Visit&& visit) {
  state.objects.each(visit);
}

template <class Visit>
void each_table(const model::Database& database, Visit&& visit) {
  for (const auto& table : database.tables) visit(table);
}
template <class Visit>
void each_view(const model::Database& database, Visit&& visit) {
  for (const auto& view : database.views) visit(view);
}
template <class Visit>
void each_trigger(const model::Database& database, Visit&& visit) {
  for (const auto& trigger : database.triggers) visit(trigger);
}
template <class Visit>
void each_object(const model::Database& database, Visit&& visit) {
  for (const auto& object : database.objects) visit(object);
}

/// Puts an object in the place of the one of its path, or adds it.
void put(State& state, change::ObjectValue value);
void put(model::Database& database, change::ObjectValue value);

/// Takes out "table users", "view v", "trigger t" or "object o" with the triggers on it; answers the triggers that went
/// along.
std::vector<std::string> erase(State& state, std::string_view object);
std::vector<std::string> erase(model::Database& database, std::string_view object);

const model::Table* find_table(const State& state, std::string_view path);
const model::Table* find_table(const model::Database& database, std::string_view path);

/// Renames a table (`column` none, `to` its new path) or a column everywhere: where the model holds names, and by the
/// dialect in the texts that the engine rewrites. Answers the objects that changed, the table's old and new name among
/// them, sorted.
std::vector<std::string> carry_rename(State& state, const dialects::Dialect& dialect, const std::string& table,
                                      const std::optional<std::string>& column, const std::string& to);
std::vector<std::string> carry_rename(model::Database& database, const dialects::Dialect& dialect,
                                      const std::string& table, const std::optional<std::string>& column,
                                      const std::string& to);

}  // namespace dmc::diff
