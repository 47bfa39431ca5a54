// run 'name' on DB, adopt, forget, accept
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/place.hpp"

namespace dmc::diff {

namespace {

template <class T>
std::optional<change::ObjectValue> value_of(const Layered<T>& layer, const std::string& path) {
  const auto* found = layer.find(path);
  return found ? std::optional<change::ObjectValue>(*found) : std::nullopt;
}

std::optional<change::ObjectValue> whole(const Subject& subject, const State& state) {
  switch (subject.kind) {
    case Kind::table:
      return value_of(state.tables, subject.path);
    case Kind::view:
      return value_of(state.views, subject.path);
    case Kind::trigger:
      return value_of(state.triggers, subject.path);
    case Kind::object:
      return value_of(state.objects, subject.path);
    case Kind::column:
    case Kind::index:
    case Kind::constraint:
    case Kind::partition:
    case Kind::projection:
      return std::nullopt;
  }
  return std::nullopt;
}

template <class T>
void become(std::vector<T>& list, const std::vector<T>& desired, const std::string& name) {
  const auto wanted = std::ranges::find(desired, name, &T::name);
  const auto there = std::ranges::find(list, name, &T::name);
  if (wanted == desired.end()) {
    if (there != list.end()) list.erase(there);
  } else if (there != list.end()) {
    *there = *wanted;
  } else if constexpr (std::same_as<T, model::Column>) {
    list.push_back(*wanted);
  } else {
    list.insert(std::ranges::lower_bound(list, name, {}, &T::name), *wanted);
  }
}

/// The table with one part of it as desired, whether that means there, changed or gone.
model::Table with_part(model::Table table, const model::Table& desired, const Subject& part) {
  if (part.kind == Kind::column) become(table.columns, desired.columns, part.member);
  if (part.kind == Kind::index) become(table.indexes, desired.indexes, part.member);
  if (part.kind == Kind::projection) become(table.projections, desired.projections, part.member);
  if (part.kind == Kind::partition && table.partitioned && desired.partitioned)
    table.partitioned->partitions = desired.partitioned->partitions;
  if (part.kind != Kind::constraint) return table;
  const auto is_it = [&](const std::optional<model::Key>& key) { return key && key->name == part.member; };
  if (is_it(table.primary_key) || is_it(desired.primary_key)) table.primary_key = desired.primary_key;
  become(table.uniques, desired.uniques, part.member);
  become(table.checks, desired.checks, part.member);
  become(table.foreign_keys, desired.foreign_keys, part.member);
  become(table.exclusions, desired.exclusions, part.member);
  return table;
}

/// What `for KIND A` comes to: A as desired.
std::optional<std::vector<change::ObjectAfter>> outcome(const Subject& subject, const Place& place) {
  const State& wanted = place.wanted(subject.site);
  if (!is_member(subject.kind)) return std::vector<change::ObjectAfter>{{object_of(subject), whole(subject, wanted)}};
  const auto* here = place.state(subject.site).tables.find(subject.path);
  const auto* desired = wanted.tables.find(subject.path);
  if (!here || !desired) {
    place.error("E0294",
                fmt::format("the table of {} is not both here and in the desired state", shown(place.ground, subject)),
                "name the whole table");
    return std::nullopt;
  }
  return std::vector<change::ObjectAfter>{{object_of(subject), with_part(*here, *desired, subject)}};
}

bool is_managed(const Subject& subject, const State& state) { return whole(subject, state).has_value(); }

/// Those of a list that the state does not know yet.
template <class T>
void add_unmanaged(std::vector<change::ObjectAfter>& objects, std::string_view kind, const Layered<T>& wanted,
                   const Layered<T>& here, const auto& belongs) {
  wanted.each([&](const T& object) {
    if (here.has(object.path()) || !belongs(object)) return;
    if constexpr (requires { object.label(); })
      objects.push_back({object.label(), object});
    else
      objects.push_back({fmt::format("{} {}", kind, object.path()), object});
  });
}

void adopt(std::vector<change::ObjectAfter> objects, std::size_t site, std::string object, const Place& place) {
  std::ranges::sort(objects, {}, &change::ObjectAfter::object);
  place.add(site, std::move(object), change::Adopt{std::move(objects)});
}

bool adopt_database(const model::AdoptStatement& statement, const Place& place) {
  const auto site = site_at(statement.path.text(), statement.path.origin, place);
  if (!site) return false;
  const State &here = place.state(*site), &wanted = place.wanted(*site);
  const auto all = [](const auto&) { return true; };
  std::vector<change::ObjectAfter> objects;
  add_unmanaged(objects, "table", wanted.tables, here.tables, all);
  add_unmanaged(objects, "view", wanted.views, here.views, all);
  add_unmanaged(objects, "trigger", wanted.triggers, here.triggers, all);
  add_unmanaged(objects, "object", wanted.objects, here.objects, all);
  adopt(std::move(objects), *site, "database " + here.name, place);
  return true;
}

std::vector<std::string> triggers_on(const State& state, const std::string& path) {
  std::vector<std::string> found;
  state.triggers.each([&](const model::Trigger& trigger) {
    if (trigger.table == path) found.push_back("trigger " + trigger.path());
  });
  return found;
}

std::vector<std::string> everything(const State& state) {
  std::vector<std::string> objects;
  state.tables.each([&](const auto& table) { objects.push_back("table " + table.path()); });
  state.views.each([&](const auto& view) { objects.push_back("view " + view.path()); });
  state.triggers.each([&](const auto& trigger) { objects.push_back("trigger " + trigger.path()); });
  state.objects.each([&](const auto& object) { objects.push_back(object.label()); });
  return objects;
}

void forget(std::vector<std::string> objects, std::size_t site, std::string object, const Place& place) {
  std::ranges::sort(objects);
  place.add(site, std::move(object), change::Forget{std::move(objects)});
}

}  // namespace

bool perform(const model::RunStatement& statement, const Place& place) {
  const auto site = site_at(statement.database, statement.database_origin, place);
  if (!site) return false;
  change::RunStatements kind{statement, {}};
  std::string object = fmt::format("run '{}'", statement.name);
  if (statement.for_object) {
    const auto subject_kind = kind_at(statement.for_object->first, place);
    if (!subject_kind) return false;
    // What the statements create is in the desired state alone, on the walk as in the survey.
    const auto& path = statement.for_object->second;
    const bool coming = candidates(path, *subject_kind, place.states).empty();
    const auto subject = resolve(path, *subject_kind, place.ground, coming ? place.ground.wanted() : place.states);
    if (!subject) return false;
    if (subject->site != *site) {
      place.error("E0294", path.origin,
                  fmt::format("{} is not in '{}'", shown(place.ground, *subject), statement.database),
                  "the statements run on another database");
      return false;
    }
    auto after = outcome(*subject, place);
    if (!after) return false;
    kind.objects = std::move(*after);
    object = object_of(*subject);
  }
  place.add(*site, std::move(object), std::move(kind));
  return true;
}

bool can_be_adopted(std::string_view kind) {
  const auto known = kind_of(kind);
  return kind == "database" || (known && !is_member(*known));
}

bool perform(const model::AdoptStatement& statement, const Place& place) {
  if (statement.object_kind == "database") return adopt_database(statement, place);
  const auto kind = kind_at(statement.object_kind, place);
  if (!kind) return false;
  if (is_member(*kind)) {
    place.error("E0290", "only whole objects can be adopted: a table is managed with everything inside it",
                "what somebody added to a managed table is drift: declare it, or drop it");
    return false;
  }
  if (const auto here = candidates(statement.path, *kind, place.states); !here.empty()) {
    place.error("E0294", fmt::format("{} is managed already", shown(place.ground, here.front())),
                "leave this statement out");
    return false;
  }
  const auto subject = resolve(statement.path, *kind, place.ground, place.ground.wanted());
  if (!subject) return false;
  const State &state = place.state(subject->site), &wanted = place.wanted(subject->site);
  std::vector<change::ObjectAfter> objects{{object_of(*subject), whole(*subject, wanted)}};
  if (*kind == Kind::table || *kind == Kind::view)
    add_unmanaged(objects, "trigger", wanted.triggers, state.triggers,
                  [&](const model::Trigger& trigger) { return trigger.table == subject->path; });
  adopt(std::move(objects), subject->site, object_of(*subject), place);
  return true;
}

bool perform(const model::ForgetStatement& statement, const Place& place) {
  if (statement.object_kind == "database") {
    const auto site = site_at(statement.path.text(), statement.path.origin, place);
    if (!site) return false;
    forget(everything(place.state(*site)), *site, "database " + place.state(*site).name, place);
    return true;
  }
  const auto kind = kind_at(statement.object_kind, place);
  if (!kind) return false;
  if (is_member(*kind)) {
    place.error("E0290", "only whole objects can be forgotten: a table is managed with everything inside it",
                "drop it, or forget its table");
    return false;
  }
  const auto subject = resolve(statement.path, *kind, place.ground, place.states);
  if (!subject) return false;
  if (is_managed(*subject, place.wanted(subject->site))) {
    place.error("E0294",
                fmt::format("this forgets {}, but the desired state still has it", shown(place.ground, *subject)),
                "take it out of the desired state");
    return false;
  }
  std::vector<std::string> objects = triggers_on(place.state(subject->site), subject->path);
  objects.push_back(object_of(*subject));
  forget(std::move(objects), subject->site, object_of(*subject), place);
  return true;
}

bool perform(const model::AcceptStatement&, const Place&) { return true; }

}  // namespace dmc::diff
