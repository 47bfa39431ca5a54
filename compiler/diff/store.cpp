// Puts, erases and renames objects. A rename looks at what mentions the name and leaves the rest of the database alone,
// because most of thousands of tables have nothing to do with it.
#include "compiler/diff/store.hpp"

#include <algorithm>
#include <map>
#include <type_traits>

#include "compiler/diff/reading.hpp"

namespace dmc::diff {

namespace {

template <class T>
auto lower_bound(std::vector<T>& list, std::string_view path) {
  return std::lower_bound(list.begin(), list.end(), path,
                          [](const T& object, std::string_view wanted) { return object.path() < wanted; });
}

template <class T>
void put_into(std::vector<T>& list, T object) {
  const std::string path = object.path();
  const auto at = lower_bound(list, path);
  if (at != list.end() && at->path() == path)
    *at = std::move(object);
  else
    list.insert(at, std::move(object));
}

template <class T>
void erase_from(std::vector<T>& list, std::string_view path) {
  const auto at = lower_bound(list, path);
  if (at != list.end() && at->path() == path) list.erase(at);
}

void put_into(State& state, model::Table table) { state.tables.put(std::move(table)); }
void put_into(State& state, model::View view) { state.views.put(std::move(view)); }
void put_into(State& state, model::Trigger trigger) { state.triggers.put(std::move(trigger)); }
void put_into(State& state, model::Object object) { state.objects.put(std::move(object)); }
void put_into(model::Database& database, model::Table table) { put_into(database.tables, std::move(table)); }
void put_into(model::Database& database, model::View view) { put_into(database.views, std::move(view)); }
void put_into(model::Database& database, model::Trigger trigger) { put_into(database.triggers, std::move(trigger)); }
void put_into(model::Database& database, model::Object object) { put_into(database.objects, std::move(object)); }

void erase_path(State& state, std::string_view kind, std::string_view path) {
  if (kind == "table") state.tables.erase(path);
  if (kind == "view") state.views.erase(path);
  if (kind == "trigger") state.triggers.erase(path);
  if (kind == "object") state.objects.erase(path);
}
void erase_path(model::Database& database, std::string_view kind, std::string_view path) {
  if (kind == "table") erase_from(database.tables, path);
  if (kind == "view") erase_from(database.views, path);
  if (kind == "trigger") erase_from(database.triggers, path);
  if (kind == "object") erase_from(database.objects, path);
}

template <class Store>
std::vector<std::string> erase_object(Store& store, std::string_view object) {
  const auto blank = object.find(' ');
  const std::string kind(object.substr(0, blank));
  const std::string path(object.substr(blank + 1));
  std::vector<std::string> along;
  if (kind == "table" || kind == "view")
    each_trigger(store, [&](const model::Trigger& trigger) {
      if (trigger.table == path) along.push_back(trigger.path());
    });
  if (kind == "table" || kind == "view" || kind == "trigger")
    erase_path(store, kind, path);
  else
    erase_path(store, "object", kind == "object" ? path : std::string(object));
  for (std::string& trigger : along) {
    erase_path(store, "trigger", trigger);
    trigger.insert(0, "trigger ");
  }
  // What is nothing without it.
  std::vector<std::string> gone{std::string(object)};
  gone.insert(gone.end(), along.begin(), along.end());
  for (std::size_t before = 0; before != gone.size();) {
    before = gone.size();
    std::vector<std::string> living;
    each_object(store, [&](const model::Object& other) {
      if (std::ranges::any_of(other.lives_on(),
                              [&](const std::string& host) { return std::ranges::find(gone, host) != gone.end(); }))
        living.push_back(other.path());
    });
    for (const std::string& other : living) {
      erase_path(store, "object", other);
      along.push_back(model::Object::label_of(other));
      gone.push_back(along.back());
    }
  }
  return along;
}

/// Whether any SQL inside a value of the model holds the word.
template <class T>
bool holds(const T& value, std::string_view word) {
  using namespace plan::canonical_detail;
  bool found = false;
  if constexpr (std::same_as<T, model::Sql>) {
    found = may_mention(value.text, word);
  } else if constexpr (IsOptional<T>::value) {
    found = value && holds(*value, word);
  } else if constexpr (IsVector<T>::value) {
    for (const auto& item : value) found = found || holds(item, word);
  } else if constexpr (plan::HasFields<T>) {
    T::fields(value, [&](std::string_view, const auto& member) { found = found || holds(member, word); });
  }
  return found;
}

bool references(const model::Table& table, const std::string& path) {
  return std::ranges::any_of(table.foreign_keys, [&](const auto& key) { return key.table == path; });
}

/// Whether a clause, or a column's type, may name it: a parent, a row type.
bool may_name(const model::Table& table, std::string_view word) {
  return std::ranges::any_of(table.settings, [&](const auto& one) { return may_mention(one.value, word); }) ||
         std::ranges::any_of(table.columns, [&](const auto& column) { return may_mention(column.type, word); });
}

/// A copy of everything that may have to do with the table.
template <class Store>
model::Database mentioning(const Store& store, const std::string& path, std::string_view word, bool is_column) {
  model::Database found;
  // A free name in a text is another table's where that one has such a column too.
  const auto may_be_meant = [&](const model::Table& table) {
    return is_column && std::ranges::any_of(table.columns, [&](const model::Column& column) {
             return column.name.size() == word.size() && may_mention(column.name, word);
           });
  };
  each_table(store, [&](const model::Table& table) {
    if (table.path() == path || references(table, path) || holds(table, word) || may_be_meant(table) ||
        (!is_column && may_name(table, word)))
      found.tables.push_back(table);
  });
  each_view(store, [&](const model::View& view) {
    if (holds(view, word)) found.views.push_back(view);
  });
  each_trigger(store, [&](const model::Trigger& trigger) {
    const bool calls = trigger.execute && may_mention(*trigger.execute, word);
    if (trigger.table == path || calls || holds(trigger, word)) found.triggers.push_back(trigger);
  });
  each_object(store, [&](const model::Object& object) {
    if (holds(object, word)) found.objects.push_back(object);
  });
  return found;
}

void rename_in(std::string& name, const std::string& from, const std::string& to) {
  if (name == from) name = to;
}
void rename_in(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  for (auto& name : names) rename_in(name, from, to);
}
void rename_in(std::vector<model::Element>& elements, const std::string& from, const std::string& to) {
  for (auto& element : elements)
    if (element.column) rename_in(*element.column, from, to);
}

void rename_table_names(model::Database& database, const std::string& from, const std::string& to) {
  const auto dot = to.rfind('.');
  for (auto& table : database.tables) {
    if (table.path() == from) {
      table.schema = dot == std::string::npos ? std::string() : to.substr(0, dot);
      table.name = dot == std::string::npos ? to : to.substr(dot + 1);
    }
    for (auto& key : table.foreign_keys) rename_in(key.table, from, to);
  }
  for (auto& trigger : database.triggers) rename_in(trigger.table, from, to);
  for (auto& view : database.views) rename_in(view.old_name_of, from, to);
}

void rename_column_names(model::Database& database, const std::string& path, const std::string& from,
                         const std::string& to) {
  for (auto& table : database.tables) {
    for (auto& key : table.foreign_keys)
      if (key.table == path) rename_in(key.referenced, from, to);
    if (table.path() != path) continue;
    for (auto& column : table.columns) rename_in(column.name, from, to);
    if (table.primary_key) rename_in(table.primary_key->elements, from, to);
    for (auto& key : table.uniques) rename_in(key.elements, from, to);
    for (auto& key : table.foreign_keys) rename_in(key.columns, from, to);
    for (auto& index : table.indexes) {
      rename_in(index.elements, from, to);
      rename_in(index.include, from, to);
    }
  }
  for (auto& trigger : database.triggers)
    if (trigger.table == path) rename_in(trigger.of_columns, from, to);
}

/// As plans call it: "table users", "grant on table users to app".
template <class T>
std::string called(std::string_view kind, const T& object) {
  if constexpr (std::same_as<T, model::Object>)
    return object.label();
  else
    return std::string(kind) + " " + object.path();
}

/// Writes back those of `after` that are no longer as they were, by place in the same lists.
template <class Store, class T>
void write_back(Store& store, std::string_view kind, const std::vector<T>& before, const std::vector<T>& after,
                std::vector<std::string>& changed) {
  // By path: a new name may stand elsewhere in the order.
  std::map<std::string, const T*> was, is;
  for (const auto& object : before) was.emplace(object.path(), &object);
  for (const auto& object : after) is.emplace(object.path(), &object);
  const auto same = [](const std::map<std::string, const T*>& others, const std::string& path, const T& object) {
    const auto other = others.find(path);
    return other != others.end() && *other->second == object;
  };
  std::vector<const T*> written;
  for (const auto& [path, object] : was) {
    if (same(is, path, *object)) continue;
    changed.push_back(called(kind, *object));
    if (!is.contains(path)) erase_path(store, kind, path);
  }
  for (const auto& [path, object] : is) {
    if (same(was, path, *object)) continue;
    if (!was.contains(path)) changed.push_back(called(kind, *object));
    written.push_back(object);
  }
  for (const auto* object : written) put_into(store, *object);
}

template <class Store>
std::vector<std::string> carry(Store& store, const dialects::Dialect& dialect, const std::string& table,
                               const std::optional<std::string>& column, const std::string& to) {
  const std::string word = column ? *column : table.substr(table.rfind('.') + 1);
  const model::Database before = mentioning(store, table, word, column.has_value());
  model::Database after = before;
  dialect.texts().rename(after, table, column, to);
  if (column)
    rename_column_names(after, table, *column, to);
  else
    rename_table_names(after, table, to);
  std::vector<std::string> changed;
  write_back(store, "table", before.tables, after.tables, changed);
  write_back(store, "view", before.views, after.views, changed);
  write_back(store, "trigger", before.triggers, after.triggers, changed);
  write_back(store, "object", before.objects, after.objects, changed);
  std::ranges::sort(changed);
  return changed;
}

}  // namespace

void put(State& state, change::ObjectValue value) {
  std::visit([&](auto& object) { put_into(state, std::move(object)); }, value);
}
void put(model::Database& database, change::ObjectValue value) {
  std::visit([&](auto& object) { put_into(database, std::move(object)); }, value);
}

std::vector<std::string> erase(State& state, std::string_view object) { return erase_object(state, object); }
std::vector<std::string> erase(model::Database& database, std::string_view object) {
  return erase_object(database, object);
}

const model::Table* find_table(const State& state, std::string_view path) { return state.tables.find(path); }
const model::Table* find_table(const model::Database& database, std::string_view path) {
  const auto at =
      std::lower_bound(database.tables.begin(), database.tables.end(), path,
                       [](const model::Table& table, std::string_view wanted) { return table.path() < wanted; });
  return at != database.tables.end() && at->path() == path ? &*at : nullptr;
}

std::vector<std::string> carry_rename(State& state, const dialects::Dialect& dialect, const std::string& table,
                                      const std::optional<std::string>& column, const std::string& to) {
  return carry(state, dialect, table, column, to);
}
std::vector<std::string> carry_rename(model::Database& database, const dialects::Dialect& dialect,
                                      const std::string& table, const std::optional<std::string>& column,
                                      const std::string& to) {
  return carry(database, dialect, table, column, to);
}

}  // namespace dmc::diff
