// Tables and columns are the same by name; what a change renames is followed.
#include "compiler/explain/table_changes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace dmc::explain {

namespace {

bool is_required(const model::Table& table, const model::ForeignKey& key) {
  return std::all_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
    const auto* column = table.column(name);
    return column && column->not_null;
  });
}

DrawnColumn drawn(const model::Table& table, const model::Column& column, Became became) {
  return {column.name, column.type, keys_of(table, column), became, ""};
}

DrawnTable drawn(const model::Table& table, Became became) {
  DrawnTable drawn_table{table.path(), {}, became, "", false};
  for (const auto& column : table.columns) drawn_table.columns.push_back(drawn(table, column, Became::same));
  return drawn_table;
}

std::string nullness(const model::Column& column) { return column.not_null ? "not null" : "null"; }

/// In a few words, how a column was before.
std::string was(const model::Column& before, const model::Column& after) {
  std::string words;
  const auto add = [&](const std::string& what) { words += (words.empty() ? "was " : ", ") + what; };
  if (before.name != after.name) add(before.name);
  if (before.type != after.type) add(before.type);
  if (before.not_null != after.not_null) add(nullness(before));
  if (before.default_value != after.default_value)
    add(before.default_value ? "default " + before.default_value->text : "without a default");
  return words.empty() ? "changed" : words;
}

using Places = std::map<std::string, std::size_t>;  ///< of tables in the drawing, by path

std::vector<DrawnKey> keys_between(const model::Database& database, const Places& places) {
  std::vector<DrawnKey> keys;
  for (const auto& table : database.tables)
    for (const auto& key : table.foreign_keys)
      if (const auto from = places.find(table.path()), to = places.find(key.table);
          from != places.end() && to != places.end())
        keys.push_back({from->second, to->second, key.columns, is_required(table, key), Became::same});
  return keys;
}

/// Compares the two states table by table.
class Comparer {
 public:
  Comparer(const TwoStates& states, const plan::Plan& plan) : before_(*states.before), after_(*states.after) {
    const auto& name = after_.name.empty() ? before_.name : after_.name;
    for (const auto& renamed : plan.renames)
      if (renamed.database == name) note(renamed);
    for (const auto& database : plan.databases)
      if (database.name == name) input_ = &database;
  }

  Drawing run() {
    for (const auto& table : after_.tables) {
      const auto* before = before_of(table);
      if (before) matched_.insert(before);
      compare(before, table);
    }
    for (const auto& table : before_.tables)
      if (!matched_.contains(&table))
        add(drawn(table, is_in(&plan::DatabaseInput::forgotten, table) ? Became::forgotten : Became::gone),
            table.path());
    compare_keys();
    keep_those_next_to_changes();
    return std::move(drawing_);
  }

 private:
  void note(const plan::Renamed& renamed) {
    renames_[renamed.to] = renamed.from;
    left_tables_.insert(renamed.from);
    left_columns_.insert(renamed.to.substr(0, renamed.to.rfind('.') + 1) + last_of(renamed.from));
  }
  /// Whether the plan only begins, or ends, to manage the table.
  bool is_in(std::vector<std::string> plan::DatabaseInput::*list, const model::Table& table) const {
    if (!input_) return false;
    const auto& names = input_->*list;
    return std::find(names.begin(), names.end(), "table " + table.path()) != names.end();
  }
  static std::string last_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

  static const model::Table* table_of(const model::Database& database, const std::string& path) {
    const auto found = std::find_if(database.tables.begin(), database.tables.end(),
                                    [&](const auto& each) { return each.path() == path; });
    return found == database.tables.end() ? nullptr : &*found;
  }

  // A rename comes first: the name that it left behind may be another's now.
  const model::Table* before_of(const model::Table& table) const {
    const auto renamed = renames_.find(table.path());
    const auto* before = renamed == renames_.end() ? nullptr : table_of(before_, renamed->second);
    if (!before && !left_tables_.contains(table.path())) before = table_of(before_, table.path());
    return before && !matched_.contains(before) ? before : nullptr;
  }
  const model::Column* before_of(const model::Table& before, const model::Table& after,
                                 const model::Column& column) const {
    const auto path = after.path() + "." + column.name;
    const auto renamed = renames_.find(path);
    const auto* old = renamed == renames_.end() ? nullptr : before.column(last_of(renamed->second));
    if (!old && !left_columns_.contains(path)) old = before.column(column.name);
    return old && !kept_.contains(old) ? old : nullptr;
  }

  /// `before_path` is empty for a table that is new.
  void add(DrawnTable table, const std::string& before_path) {
    if (table.became != Became::gone && table.became != Became::forgotten) places_[table.path] = drawing_.tables.size();
    if (!before_path.empty()) old_places_[before_path] = drawing_.tables.size();
    drawing_.tables.push_back(std::move(table));
  }

  void compare(const model::Table* before, const model::Table& after) {
    if (!before)
      return add(drawn(after, is_in(&plan::DatabaseInput::adopted, after) ? Became::adopted : Became::added), "");
    DrawnTable table = drawn(after, Became::same);
    for (std::size_t i = 0; i < after.columns.size(); ++i) {
      const auto& column = after.columns[i];
      const auto* old = before_of(*before, after, column);
      if (!old)
        table.columns[i].became = Became::added;
      else if (!(*old == column) || old->name != column.name)
        table.columns[i].became = Became::changed, table.columns[i].was = was(*old, column);
      if (!old) continue;
      kept_.insert(old);
      if (old->name != column.name) new_names_[{drawing_.tables.size(), old->name}] = column.name;
    }
    for (const auto& column : before->columns)
      if (!kept_.contains(&column)) table.columns.push_back(drawn(*before, column, Became::gone));
    const bool moved = before->path() != after.path();
    if (moved) table.was = before->path();
    if (moved || !(*before == after)) table.became = Became::changed;
    add(std::move(table), before->path());
  }

  /// What both have, what is new, and what goes.
  void compare_keys() {
    auto now = keys_between(after_, places_);
    auto before = keys_between(before_, old_places_);
    for (auto& key : before)
      for (auto& column : key.columns)
        if (const auto renamed = new_names_.find({key.from, column}); renamed != new_names_.end())
          column = renamed->second;
    for (auto& key : now) {
      const auto same = std::find_if(before.begin(), before.end(), [&](const DrawnKey& each) {
        return each.from == key.from && each.to == key.to && each.columns == key.columns;
      });
      if (same == before.end())
        key.became = drawing_.tables[key.from].became == Became::adopted ? Became::same : Became::added;
      else
        before.erase(same);
    }
    for (auto& key : before)
      key.became = drawing_.tables[key.from].became == Became::forgotten ? Became::same : Became::gone;
    drawing_.keys = std::move(now);
    drawing_.keys.insert(drawing_.keys.end(), before.begin(), before.end());
  }

  void keep_those_next_to_changes() {
    std::vector<bool> kept(drawing_.tables.size());
    for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = drawing_.tables[i].became != Became::same;
    std::set<std::size_t> next;
    for (const auto& key : drawing_.keys) {
      if (kept[key.from]) next.insert(key.to);
      if (kept[key.to]) next.insert(key.from);
    }
    Drawing smaller;
    std::vector<std::size_t> place(kept.size());
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (!kept[i] && !next.contains(i)) {
        ++smaller.left_out;
        continue;
      }
      place[i] = smaller.tables.size();
      smaller.tables.push_back(std::move(drawing_.tables[i]));
      smaller.tables.back().only_name = !kept[i];
    }
    for (auto& key : drawing_.keys)
      if ((kept[key.from] || next.contains(key.from)) && (kept[key.to] || next.contains(key.to)))
        smaller.keys.push_back({place[key.from], place[key.to], std::move(key.columns), key.required, key.became});
    drawing_ = std::move(smaller);
  }

  const model::Database& before_;
  const model::Database& after_;
  const plan::DatabaseInput* input_ = nullptr;
  std::map<std::string, std::string> renames_;  ///< new to old
  std::set<std::string> left_tables_;           ///< old names, which another may have now
  std::set<std::string> left_columns_;          ///< the same, by the path that the table has now
  std::set<const model::Table*> matched_;
  std::set<const model::Column*> kept_;
  std::map<std::pair<std::size_t, std::string>, std::string> new_names_;  ///< of columns, by table and old name
  Places places_, old_places_;
  Drawing drawing_;
};

}  // namespace

std::string keys_of(const model::Table& table, const model::Column& column) {
  std::string keys;
  const auto add = [&](std::string_view key) { keys.append(keys.empty() ? "" : ", ").append(key); };
  const auto holds = [&](const model::Key& key) {
    return std::any_of(key.elements.begin(), key.elements.end(),
                       [&](const auto& each) { return each.column == column.name; });
  };
  if (table.primary_key && holds(*table.primary_key)) add("PK");
  if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& key) {
        return std::find(key.columns.begin(), key.columns.end(), column.name) != key.columns.end();
      }))
    add("FK");
  if (std::any_of(table.uniques.begin(), table.uniques.end(),
                  [&](const auto& key) { return key.elements.size() == 1 && holds(key); }))
    add("UK");
  return keys;
}

Drawing drawing_of(const model::Database& database) {
  Drawing drawing;
  Places places;
  for (const auto& table : database.tables) {
    places.emplace(table.path(), drawing.tables.size());
    drawing.tables.push_back(drawn(table, Became::same));
  }
  drawing.keys = keys_between(database, places);
  return drawing;
}

Drawing drawing_of(const TwoStates& states, const plan::Plan& plan) { return Comparer(states, plan).run(); }

}  // namespace dmc::explain
