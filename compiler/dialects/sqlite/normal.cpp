// Each rule here is one that SQLite applies itself, so two texts that differ by it are the same database.
#include "compiler/dialects/sqlite/normal.hpp"

#include <algorithm>
#include <map>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Database;
using model::Element;
using model::Key;
using model::Table;

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

const Column* column_of(const Table& table, std::string_view name) {
  for (const auto& column : table.columns)
    if (same_name(column.name, name)) return &column;
  return nullptr;
}

/// Tables and views by the folded path.
template <class T>
using ByPath = std::map<std::string, const T*>;

template <class T>
ByPath<T> by_path(const std::vector<T>& list) {
  ByPath<T> found;
  for (const auto& item : list) found.emplace(folded(item.path()), &item);
  return found;
}

template <class T>
const T* find(const ByPath<T>& list, std::string_view path) {
  const auto found = list.find(folded(path));
  return found == list.end() ? nullptr : found->second;
}

/// The column as its table spells it.
void spell(const Table& table, std::string& name) {
  if (const auto* column = column_of(table, name)) name = column->name;
}

void normalise_collation(std::optional<std::string>& collation) {
  if (!collation) return;
  collation = upper(std::move(*collation));
  if (*collation == "BINARY") collation.reset();
}

/// `abort` is what happens anyway.
void normalise_conflict(std::optional<std::string>& conflict) {
  if (!conflict) return;
  conflict = folded(*conflict);
  if (*conflict == "abort") conflict.reset();
}

void normalise(Column& column) {
  normalise_collation(column.collation);
  if (column.default_value) {
    column.default_value->text = bare(column.default_value->text);
    if (folded(column.default_value->text) == "null") column.default_value.reset();
  }
  if (column.generated) column.generated->expression.text = bare(column.generated->expression.text);
  if (!column.not_null) column.not_null_conflict.reset();
  normalise_conflict(column.not_null_conflict);
}

/// An explicit collation counts only where it is another than the column's own; BINARY over a column that has one is
/// explicit.
void normalise(const Table& table, Element& element) {
  // `(a)` is the column a.
  if (element.expression) {
    const auto tokens = tokens_of(element.expression->text = bare(element.expression->text));
    if (tokens.size() == 1 && tokens[0].kind != Token::Kind::string && column_of(table, tokens[0].name())) {
      element.column = tokens[0].name();
      element.expression.reset();
    }
  }
  if (element.collation) element.collation = upper(std::move(*element.collation));
  if (element.column) {
    spell(table, *element.column);
    const auto* column = column_of(table, *element.column);
    const std::string own = column && column->collation ? *column->collation : "BINARY";
    if (element.collation == own) element.collation.reset();
  } else {
    if (element.collation == "BINARY") element.collation.reset();
    if (element.expression) element.expression->text = without_qualifier(element.expression->text, table.name);
  }
}

bool same_columns(const Key& a, const Key& b) {
  return std::ranges::equal(a.elements, b.elements, [](const Element& x, const Element& y) {
    return x.column == y.column && x.expression == y.expression && x.collation == y.collation;
  });
}

/// Of two keys alike SQLite makes one index, and it does what either says about a conflict.
void take_conflict(Key& kept, const Key& repeated) {
  if (!kept.conflict) kept.conflict = repeated.conflict;
}

/// Leaves out what another one says already; one that its author named is kept before one that has no name.
template <class T, class Same, class Absorb>
void without_repeats(std::vector<T>& list, const Same& same, const Absorb& absorb) {
  std::ranges::stable_sort(
      list, [](const T& a, const T& b) { return a.name.empty() != b.name.empty() ? b.name.empty() : a.name < b.name; });
  std::vector<T> kept;
  for (auto& item : list) {
    const auto found = std::ranges::find_if(kept, [&](const T& other) { return same(item, other); });
    if (found == kept.end())
      kept.push_back(std::move(item));
    else
      absorb(*found, item);
  }
  list = std::move(kept);
}

void normalise_keys(Table& table) {
  const auto each = [&](Key& key) {
    for (auto& element : key.elements) normalise(table, element);
    normalise_conflict(key.conflict);
  };
  if (table.primary_key) each(*table.primary_key);
  for (auto& key : table.uniques) each(key);
  const bool alias = has_rowid_alias(table);
  if (alias) {
    auto& element = table.primary_key->elements.front();
    element.collation.reset();
  }
  without_repeats(table.uniques, same_columns, take_conflict);
  if (table.primary_key && !alias)
    std::erase_if(table.uniques, [&](const Key& key) {
      if (!same_columns(key, *table.primary_key)) return false;
      take_conflict(*table.primary_key, key);
      return true;
    });
  if (!table.primary_key) return;
  const bool implied = alias || is_without_rowid(table) || is_strict(table);
  for (auto& column : table.columns) {
    const bool in_key = std::ranges::any_of(table.primary_key->elements,
                                            [&](const Element& element) { return element.column == column.name; });
    if (in_key && implied) column.not_null = true;
    if (in_key && alias) column.not_null_conflict.reset();
  }
}

void normalise(const ByPath<Table>& tables, Table& table) {
  for (auto& column : table.columns) normalise(column);
  for (auto& setting : table.settings) setting.name = folded(setting.name);
  normalise_keys(table);
  for (auto& check : table.checks) check.expression.text = without_qualifier(bare(check.expression.text), table.name);
  const auto nothing = [](const auto&, const auto&) {};
  without_repeats(
      table.checks,
      [](const auto& a, const auto& b) {
        return a.expression == b.expression && (a.name.empty() || b.name.empty() || a.name == b.name);
      },
      nothing);
  for (auto& index : table.indexes) {
    for (auto& element : index.elements) normalise(table, element);
    if (index.where) index.where->text = without_qualifier(bare(index.where->text), table.name);
  }
  for (auto& key : table.foreign_keys) {
    for (auto& name : key.columns) spell(table, name);
    key.on_delete = folded(key.on_delete);
    key.on_update = folded(key.on_update);
    key.deferrable = key.deferrable || key.initially_deferred;
    const auto* parent = find(tables, key.table);
    if (!parent) continue;
    key.table = parent->path();
    if (key.referenced.empty() && parent->primary_key && parent->primary_key->elements.size() == key.columns.size())
      for (const auto& element : parent->primary_key->elements) key.referenced.push_back(element.column.value_or(""));
    for (auto& name : key.referenced) spell(*parent, name);
  }
  without_repeats(
      table.foreign_keys,
      [](auto a, auto b) {
        a.name.clear();
        b.name.clear();
        return a == b;
      },
      nothing);
}

}  // namespace

std::string rowid_alias(const Table& table) {
  if (is_without_rowid(table) || !table.primary_key || table.primary_key->elements.size() != 1) return {};
  const auto& element = table.primary_key->elements.front();
  const auto* column = element.column ? column_of(table, *element.column) : nullptr;
  return column && column->type == "INTEGER" && !element.descending ? column->name : std::string();
}

bool has_rowid_alias(const Table& table) { return !rowid_alias(table).empty(); }
bool counts_keys(const Table& table) {
  const auto* key = column_of(table, rowid_alias(table));
  return key && key->identity;
}
bool is_without_rowid(const Table& table) { return table.has_setting("without rowid"); }
bool is_strict(const Table& table) { return table.has_setting("strict"); }

std::string rowid_name(const Table& table) {
  if (is_without_rowid(table)) return {};
  for (const char* name : {"rowid", "_rowid_", "oid"})
    if (!column_of(table, name)) return name;
  return rowid_alias(table);
}

std::string trigger_body(std::string_view text) {
  auto tokens = tokens_of(text);
  std::size_t first = 0, last = tokens.size();
  while (last > first && tokens[last - 1].is_sign(";")) --last;
  if (last - first >= 2 && tokens[first].is("begin") && tokens[last - 1].is("end")) {
    ++first;
    --last;
    while (last > first && tokens[last - 1].is_sign(";")) --last;
  }
  if (first == last) return {};
  return std::string(text.substr(tokens[first].begin, tokens[last - 1].end - tokens[first].begin)) + ";";
}

void normalise(Database& database) {
  for (auto& table : database.tables) {
    if (same_name(table.schema, "main")) table.schema.clear();
    model::clear_derived_names(table);
  }
  const auto tables = by_path(database.tables);
  const auto views = by_path(database.views);
  for (auto& table : database.tables) normalise(tables, table);
  for (auto& table : database.tables) model::name_constraints(table);
  for (auto& view : database.views) {
    if (same_name(view.schema, "main")) view.schema.clear();
    const auto tokens = tokens_of(view.query.text);
    std::size_t last = tokens.size();
    while (last > 0 && tokens[last - 1].is_sign(";")) --last;
    if (last > 0) view.query.text = view.query.text.substr(tokens[0].begin, tokens[last - 1].end - tokens[0].begin);
  }
  for (auto& trigger : database.triggers) {
    if (same_name(trigger.schema, "main")) trigger.schema.clear();
    if (trigger.timing.empty()) trigger.timing = "before";
    if (trigger.when) trigger.when->text = bare(trigger.when->text);
    if (trigger.body) trigger.body->text = trigger_body(trigger.body->text);
    if (const auto* table = find(tables, trigger.table)) {
      trigger.table = table->path();
      for (auto& name : trigger.of_columns) spell(*table, name);
    }
    if (const auto* view = find(views, trigger.table)) trigger.table = view->path();
  }
  database.sort();
}

}  // namespace dmc::dialects::sqlite
