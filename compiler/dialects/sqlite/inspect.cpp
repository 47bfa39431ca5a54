// Reads every stored statement and lets the pragmas judge it: the text says what the pragmas do not, they say what is
// true.
#include "compiler/dialects/sqlite/inspect.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/parse.hpp"
#include "compiler/dialects/sqlite/reader.hpp"
#include "compiler/dialects/sqlite/structure.hpp"
#include "compiler/dialects/sqlite/version.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::sqlite {

namespace {

bool is_virtual(const Stored& stored) {
  Reader in(stored.sql ? std::string_view(*stored.sql) : std::string_view());
  return stored.type == "table" && in.accept_all({"create", "virtual", "table"});
}

/// The module behind a virtual table: `create virtual table t using fts5(…)`.
std::string module_of(const Stored& stored) {
  Reader in(*stored.sql);
  in.accept_all({"create", "virtual", "table"});
  in.last_name();
  in.expect("using");
  return folded(in.name());
}

/// The tables in which a module keeps its data, by what follows its own table's name.
std::vector<std::string_view> shadows_of(std::string_view module) {
  if (module == "fts5") return {"config", "content", "data", "docsize", "idx"};
  if (module == "fts3" || module == "fts4") return {"content", "docsize", "segdir", "segments", "stat"};
  if (module == "rtree" || module == "rtree_i32" || module == "geopoly") return {"node", "parent", "rowid"};
  return {};
}

/// Whether `.mig` can hold the name: it stands on one line and shows all that it is.
bool can_be_written(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool can_be_written(const model::Table& table) {
  const auto all = [](const auto& list) {
    return std::ranges::all_of(list, [](const auto& item) { return can_be_written(item.name); });
  };
  return can_be_written(table.name) && all(table.columns) && all(table.uniques) && all(table.checks) &&
         all(table.foreign_keys) && (!table.primary_key || can_be_written(table.primary_key->name)) &&
         std::ranges::all_of(table.foreign_keys, [](const auto& key) { return can_be_written(key.table); });
}

constexpr std::string_view unwritable = "a name in it holds a character that .mig has no way to write";

class Inspection {
 public:
  explicit Inspection(const Query& query) : structure_(read_structure(query)) {}

  Inspected read() {
    result_.database.engine = "sqlite";
    const auto version = version_of(structure_.version);
    result_.database.oldest_version = std::to_string(version.major) + "." + std::to_string(version.minor);
    find_virtual_tables();
    for (const auto& stored : structure_.stored)
      if (!is_own_name(stored.name)) result_.names.push_back(stored.name);
    for (const auto& stored : structure_.stored)
      if (stored.type == "table" && !left_out(stored)) read_table(stored);
    for (const auto& stored : structure_.stored)
      if (stored.type == "index" && stored.sql && !left_out(stored)) read_index(stored);
    for (const auto& stored : structure_.stored) {
      if (stored.type == "view" && !left_out(stored)) read_view(stored);
      if (stored.type == "trigger" && !left_out(stored)) read_trigger(stored);
    }
    keep_what_agrees();
    normalise(result_.database);
    std::ranges::sort(result_.unmodelled);
    return std::move(result_);
  }

 private:
  /// Ours; the engine's own; parts of a virtual table.
  bool left_out(const Stored& stored) const {
    if (is_own_name(stored.name) || is_own_name(stored.table)) return true;
    const auto name = folded(stored.name);
    return name.starts_with("sqlite_") || virtual_.contains(folded(stored.table)) ||
           shadows_.contains(folded(stored.table));
  }

  void find_virtual_tables() {
    for (const auto& stored : structure_.stored) {
      if (stored.type == "table" && folded(stored.name).starts_with("sqlite_stat"))
        unmodelled("table", stored.name, "statistics that ANALYZE keeps");
      if (!is_virtual(stored) || is_own_name(stored.name)) continue;
      const auto module = module_of(stored);
      virtual_.insert(folded(stored.name));
      unmodelled("virtual table", stored.name, "module " + module + " keeps it");
      for (const auto part : shadows_of(module))
        shadows_.emplace(folded(stored.name) + "_" + std::string(part), stored.name);
    }
    for (const auto& stored : structure_.stored)
      if (stored.type == "table")
        if (const auto shadow = shadows_.find(folded(stored.name)); shadow != shadows_.end())
          unmodelled("table", stored.name, "part of virtual table " + shadow->second);
  }

  void unmodelled(const std::string& kind, const std::string& name, const std::string& why) {
    result_.unmodelled.push_back(grammar::escaped(kind + " " + name + ": " + why));
  }

  static std::string unread(const Unread& what) {
    return what.near.empty() ? "its stored text ends too early"
                             : "its stored text cannot be read at '" + what.near + "'";
  }

  void read_table(const Stored& stored) {
    auto parsed = parse_table(stored.sql.value_or(""));
    if (const auto* failed = std::get_if<Unread>(&parsed)) return unmodelled("table", stored.name, unread(*failed));
    auto& table = std::get<model::Table>(parsed);
    table.name = stored.name;
    if (!can_be_written(table)) return unmodelled("table", stored.name, std::string(unwritable));
    for (auto& check : table.checks) check.expression.text = with_texts(check.expression.text, table);
    for (auto& column : table.columns)
      if (column.generated) column.generated->expression.text = with_texts(column.generated->expression.text, table);
    place_of_.emplace(folded(stored.name), result_.database.tables.size());
    result_.database.tables.push_back(std::move(table));
  }

  model::Table* table_of(std::string_view name) {
    const auto found = place_of_.find(folded(name));
    return found == place_of_.end() ? nullptr : &result_.database.tables[found->second];
  }

  void read_index(const Stored& stored) {
    auto* table = table_of(stored.table);
    if (!table) return unmodelled("index", stored.name, "its table " + stored.table + " is not modelled");
    auto parsed = parse_index(*stored.sql);
    if (const auto* failed = std::get_if<Unread>(&parsed)) return unmodelled("index", stored.name, unread(*failed));
    auto& index = std::get<ParsedIndex>(parsed).index;
    index.name = stored.name;
    if (!can_be_written(index.name)) return unmodelled("index", stored.name, std::string(unwritable));
    for (auto& element : index.elements) {
      if (!element.column) continue;
      const bool known = std::ranges::any_of(
          table->columns, [&](const auto& column) { return same_name(column.name, *element.column); });
      // What is no column is a text in double quotes: an expression, by an old mistake that SQLite keeps.
      if (known) continue;
      element.expression = model::Sql{double_quoted(*element.column)};
      element.column.reset();
    }
    for (auto& element : index.elements)
      if (element.expression) element.expression->text = with_texts(element.expression->text, *table);
    if (index.where) index.where->text = with_texts(index.where->text, *table);
    table->indexes.push_back(std::move(index));
  }

  void read_view(const Stored& stored) {
    auto parsed = parse_view(stored.sql.value_or(""));
    if (const auto* failed = std::get_if<Unread>(&parsed)) return unmodelled("view", stored.name, unread(*failed));
    auto& view = std::get<model::View>(parsed);
    view.name = stored.name;
    if (!can_be_written(view.name) ||
        !std::ranges::all_of(view.columns, [](const auto& name) { return can_be_written(name); }))
      return unmodelled("view", stored.name, std::string(unwritable));
    result_.database.views.push_back(std::move(view));
  }

  void read_trigger(const Stored& stored) {
    auto parsed = parse_trigger(stored.sql.value_or(""));
    if (const auto* failed = std::get_if<Unread>(&parsed)) return unmodelled("trigger", stored.name, unread(*failed));
    auto& trigger = std::get<model::Trigger>(parsed);
    trigger.name = stored.name;
    if (!can_be_written(trigger.name)) return unmodelled("trigger", stored.name, std::string(unwritable));
    trigger.table = stored.table;
    result_.database.triggers.push_back(std::move(trigger));
  }

  /// Columns of ours go only now, because the pragmas count them too.
  void keep_what_agrees() {
    std::vector<model::Table> kept;
    for (auto& table : result_.database.tables) {
      const auto facts = structure_.tables.find(table.name);
      const auto differs = facts == structure_.tables.end() ? std::optional<std::string>("that it exists")
                                                            : disagreement(table, facts->second);
      if (differs) {
        unmodelled("table", table.name, "its stored text and its structure disagree on " + *differs);
        continue;
      }
      std::erase_if(table.columns, [](const auto& column) { return is_own_name(column.name); });
      kept.push_back(std::move(table));
    }
    result_.database.tables = std::move(kept);
    leave_out_lost_children();
    keep_triggers_of_what_is_kept();
  }

  /// A table whose parent is not modelled cannot be declared either, nor can its own children then.
  void leave_out_lost_children() {
    std::set<std::string> known;
    for (const auto& table : result_.database.tables) known.insert(folded(table.name));
    auto& tables = result_.database.tables;
    for (bool again = true; again;) {
      again = false;
      std::erase_if(tables, [&](const model::Table& table) {
        const auto lost = std::ranges::find_if(table.foreign_keys,
                                               [&](const auto& key) { return !known.contains(folded(key.table)); });
        if (lost == table.foreign_keys.end()) return false;
        known.erase(folded(table.name));
        unmodelled("table", table.name, "it references " + lost->table + ", which is missing or not modelled");
        return again = true;
      });
    }
  }

  void keep_triggers_of_what_is_kept() {
    std::set<std::string> kept;
    for (const auto& table : result_.database.tables) kept.insert(folded(table.name));
    for (const auto& view : result_.database.views) kept.insert(folded(view.name));
    std::erase_if(result_.database.triggers, [&](const model::Trigger& trigger) {
      if (kept.contains(folded(trigger.table))) return false;
      unmodelled("trigger", trigger.name, "its table " + trigger.table + " is not modelled");
      return true;
    });
  }

  Structure structure_;
  Inspected result_;
  std::set<std::string> virtual_;
  std::map<std::string, std::size_t> place_of_;  ///< folded name of a table → its place
  std::map<std::string, std::string> shadows_;   ///< folded name → the virtual table
};

}  // namespace

Inspected inspect(const Query& query) { return Inspection(query).read(); }

}  // namespace dmc::dialects::sqlite
