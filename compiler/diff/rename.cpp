// rename KIND A to b
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/forgotten.hpp"
#include "compiler/diff/keeping.hpp"
#include "compiler/diff/place.hpp"
#include "compiler/diff/pointing.hpp"
#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

/// The path of the object once it bears its new name: in its own schema, unless the new name says another.
std::string new_path(const Subject& subject, const model::Path& to, const State& state) {
  const auto& description = state.dialect->description();
  const auto dot = subject.path.rfind('.');
  std::string schema = dot == std::string::npos ? std::string() : subject.path.substr(0, dot);
  if (to.parts.size() > 1) schema = to.parts[to.parts.size() - 2];
  if (schema == description.default_schema || (to.parts.size() > 1 && !description.has_schemas)) schema.clear();
  return schema.empty() ? to.parts.back() : schema + "." + to.parts.back();
}

Subject target_of(const Subject& subject, const model::Path& to, const State& state) {
  Subject target = subject;
  if (is_member(subject.kind))
    target.member = to.parts.back();
  else
    target.path = new_path(subject, to, state);
  return target;
}

bool exists(const Subject& subject, const State& state) {
  const auto* table = state.tables.find(subject.path);
  switch (subject.kind) {
    case Kind::table:
    case Kind::view:
      return state.has_relation(subject.path);
    case Kind::trigger:
      return state.triggers.has(subject.path);
    case Kind::object:
      return state.objects.has(subject.path);
    case Kind::column:
      return table && table->column(subject.member);
    case Kind::index:
      return table && has_index(*table, subject.member);
    case Kind::constraint:
      return table && has_constraint(*table, subject.member);
    case Kind::partition:
      return state.has_relation(subject.member);
    case Kind::projection:
      return table && std::ranges::find(table->projections, subject.member, &model::Projection::name) !=
                          table->projections.end();
  }
  return false;
}

/// A rename leaves its object where it is: a member in its table, everything in its database.
bool check_target(const model::RenameStatement& statement, const Subject& subject, const Place& place) {
  const auto& to = statement.to;
  if (to.parts.size() == 1) return true;
  const State& state = place.state(subject.site);
  if (is_member(subject.kind)) {
    const model::Path holder{{to.parts.begin(), to.parts.end() - 1}, to.origin};
    const auto tables = candidates(holder, Kind::table, place.states);
    if (std::ranges::find(tables, Subject{subject.site, Kind::table, subject.path, {}}) != tables.end()) return true;
    place
        .error("E0290", to.origin, fmt::format("{} cannot move out of its table", shown(place.ground, subject)),
               "the new name alone stands here")
        .help.push_back(fmt::format("write:  rename {} {} to {};", word_of(subject.kind),
                                    written(place.ground, subject), model::quoted(to.parts.back())));
    return false;
  }
  const auto& description = state.dialect->description();
  const bool in_database = to.parts.size() == 2 ? description.has_schemas || to.parts[0] == state.name ||
                                                      to.parts[0] == description.default_schema
                                                : to.parts.size() == 3 && to.parts[0] == state.name;
  if (in_database) return true;
  place
      .error("E0290", to.origin, fmt::format("{} cannot move out of '{}'", shown(place.ground, subject), state.name),
             "a rename leaves it in its database")
      .help.push_back(fmt::format("write:  rename {} {} to {};", word_of(subject.kind), written(place.ground, subject),
                                  model::quoted(to.parts.back())));
  return false;
}

/// Whether `from` is gone and `to` there: the statement has nothing left to do.
bool is_done(const model::RenameStatement& statement, Kind kind, const Place& place) {
  if (!candidates(statement.from, kind, place.states).empty()) return false;
  model::Path to = statement.from;
  if (is_member(kind))
    to.parts.back() = statement.to.parts.back();
  else
    to.parts = statement.to.parts;
  return candidates(to, kind, place.states).size() == 1;
}

/// The table alone, with its own texts renamed.
model::Table renamed(const model::Table& table, const State& state, const std::optional<std::string>& column,
                     const std::string& to) {
  model::Database alone;
  alone.name = state.name;
  alone.engine = state.dialect->description().name;
  alone.tables.push_back(table);
  carry_rename(alone, *state.dialect, table.path(), column, to);
  return std::move(alone.tables.front());
}

bool rename_table(const Subject& subject, const Subject& target, bool keeping_both, const Place& place) {
  State& state = place.state(subject.site);
  const model::Table before = *state.tables.find(subject.path);
  change::RenameTable kind{before, renamed(before, state, std::nullopt, target.path)};
  if (keeping_both) {
    kind.old_name = old_name(before, kind.after, subject.site, place);
    if (!kind.old_name) return false;
  }
  place.add(subject.site, "table " + subject.path, std::move(kind));
  state.renamed[subject.path] = target.path;
  return true;
}

void rename_column(const Subject& subject, const Subject& target, bool keeping_both, const Place& place) {
  const State& state = place.state(subject.site);
  const model::Table before = *state.tables.find(subject.path);
  change::AlterTable kind{before,
                          renamed(before, state, subject.member, target.member),
                          {{subject.member, target.member, {}, {}}},
                          {},
                          false};
  if (keeping_both) kind.after.columns.push_back(kept_column(subject, place, subject.member, target.member));
  place.add(subject.site, "table " + subject.path, std::move(kind));
}

template <class T>
void rename_named(std::vector<T>& list, const std::string& from, const std::string& to) {
  for (auto& item : list)
    if (item.name == from) item.name = to;
  std::ranges::sort(list, {}, &T::name);
}

void rename_part(const Subject& subject, const Subject& target, const Place& place) {
  const auto* table = place.state(subject.site).tables.find(subject.path);
  change::AlterTable kind{*table, *table, {}, {}, false};
  if (subject.kind == Kind::index) rename_named(kind.after.indexes, subject.member, target.member);
  if (subject.kind == Kind::constraint) {
    if (kind.after.primary_key && kind.after.primary_key->name == subject.member)
      kind.after.primary_key->name = target.member;
    rename_named(kind.after.uniques, subject.member, target.member);
    rename_named(kind.after.checks, subject.member, target.member);
    rename_named(kind.after.foreign_keys, subject.member, target.member);
  }
  place.add(subject.site, "table " + subject.path, std::move(kind));
}

template <class T>
T moved_to(T object, const std::string& path) {
  const auto dot = path.rfind('.');
  object.schema = dot == std::string::npos ? std::string() : path.substr(0, dot);
  object.name = dot == std::string::npos ? path : path.substr(dot + 1);
  return object;
}

/// A view has no rows: the new one is made, what reads it moves over, the old one goes.
bool rename_view(const Subject& subject, const Subject& target, const Place& place) {
  const model::View old = *place.state(subject.site).views.find(subject.path);
  place.add(subject.site, "view " + target.path, change::CreateView{moved_to(old, target.path)});
  if (place.order) {
    place.order->settle();
    const auto pointers = readers_of(place.ground, place.state(subject.site), subject.site, subject.path);
    if (report_pointers(place.ground, subject, place.statement.origin, pointers)) return false;
  }
  place.add(subject.site, "view " + subject.path, change::DropView{old});
  return true;
}

void rename_trigger(const Subject& subject, const Subject& target, const Place& place) {
  const model::Trigger old = *place.state(subject.site).triggers.find(subject.path);
  place.add(subject.site, "trigger " + subject.path, change::DropTrigger{old});
  place.add(subject.site, "trigger " + target.path, change::CreateTrigger{moved_to(old, target.path)});
}

}  // namespace

bool can_be_renamed(std::string_view kind) {
  const auto known = kind_of(kind);
  if (kind == "value") return true;
  return known && *known != Kind::object && *known != Kind::partition && *known != Kind::projection;
}

bool perform(const model::RenameStatement& statement, const Place& place) {
  if (statement.object_kind == "value") return rename_value(statement, place);
  const auto kind = kind_at(statement.object_kind, place);
  if (!kind || statement.to.parts.empty()) return false;
  if (*kind == Kind::object) {
    place.error("E0290", "an object that is declared whole cannot be renamed by dmc",
                "drop it and declare it under its new name");
    return false;
  }
  if (is_done(statement, *kind, place)) {
    place.ground.diagnostics().warning(
        "E0293", place.statement.origin.span,
        fmt::format("the {} '{}' bears its new name already", word_of(*kind), statement.to.text()),
        "nothing is left to do here");
    return true;
  }
  const auto subject = resolve(statement.from, *kind, place.ground, place.states);
  if (!subject || !check_target(statement, *subject, place)) return false;
  if (*kind == Kind::column && is_bound(*subject, place, false)) return false;
  if (statement.keeping_both && !can_keep_both(*subject, place)) return false;
  const Subject target = target_of(*subject, statement.to, place.state(subject->site));
  if (exists(target, place.state(subject->site))) {
    if (place.survey && place.survey->excuses(target)) return false;
    place
        .error("E0293",
               fmt::format("{} cannot take the name of {}", shown(place.ground, *subject), shown(place.ground, target)),
               "both are there at this place of the change")
        .help.push_back(fmt::format("if the other one is not wanted any more, before this line:  drop {} {}{};",
                                    word_of(*kind), written(place.ground, target),
                                    *kind == Kind::table || *kind == Kind::column ? " with backup" : ""));
    return false;
  }
  if (place.survey) {
    place.survey->arrivals.insert_or_assign(target, place.number);
    (statement.keeping_both ? place.survey->old_names : place.survey->departures)
        .insert_or_assign(statement.keeping_both && *kind == Kind::table
                              ? Subject{subject->site, Kind::view, subject->path, {}}
                              : *subject,
                          place.number);
  }
  const State before = place.state(subject->site);
  switch (*kind) {
    case Kind::table:
      if (!rename_table(*subject, target, statement.keeping_both, place)) return false;
      if (place.order) report_forgotten(*subject, target, before, place);
      return true;
    case Kind::column:
      rename_column(*subject, target, statement.keeping_both, place);
      if (place.order) report_forgotten(*subject, target, before, place);
      return true;
    case Kind::view:
      return rename_view(*subject, target, place);
    case Kind::trigger:
      rename_trigger(*subject, target, place);
      return true;
    case Kind::index:
    case Kind::constraint:
      rename_part(*subject, target, place);
      return true;
    case Kind::object:
    case Kind::partition:
    case Kind::projection:
      place.error("E0290", fmt::format("this version cannot rename {}", shown(place.ground, *subject)),
                  "drop it and declare the other one, or rename it in a 'run'");
      return false;
  }
  return false;
}

}  // namespace dmc::diff
