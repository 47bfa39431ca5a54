// Referenced tables first; what a circle of references leaves open is promised and kept later. A row that is refused
// is drawn again where the engine says that it hurts.
#include "runtime/rehearse/fill.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "runtime/rehearse/dice.hpp"
#include "runtime/rehearse/literals.hpp"
#include "runtime/rehearse/rows.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::rehearse {

namespace {

using session::Value;
using Drawn = std::map<std::string, Value>;  ///< a column that is not in it takes its default
using Tuple = std::vector<Value>;

constexpr int tries_a_row = 400;
constexpr int begin_anew = 60;
constexpr int rows_given_up = 4;

bool is_null(const Value& value) { return std::holds_alternative<std::nullptr_t>(value); }

/// Above nothing, and not without any text.
bool is_ordinary(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole > 0;
  if (const auto* real = std::get_if<double>(&value)) return *real > 0;
  const auto* text = std::get_if<std::string>(&value);
  return !text || !text->empty();
}

bool in_key(const model::Table& table, const std::string& column) {
  if (!table.primary_key) return false;
  const auto& elements = table.primary_key->elements;
  return std::any_of(elements.begin(), elements.end(), [&](const auto& element) { return element.column == column; });
}

std::vector<std::string> referenced(const model::ForeignKey& key, const model::Table& parent) {
  if (!key.referenced.empty() || !parent.primary_key) return key.referenced;
  std::vector<std::string> columns;
  for (const auto& element : parent.primary_key->elements)
    if (element.column) columns.push_back(*element.column);
  return columns;
}

/// Keys that rows refer to before they are there.
using Promises = std::map<std::string, std::vector<Drawn>>;

/// A table to reference, whatever letter case it is named in.
const model::Table* find(const model::Database& database, const std::string& name) {
  for (const auto& table : database.tables)
    if (folded(table.path()) == folded(name)) return &table;
  return nullptr;
}

std::string column_of(const model::Table& table, const std::string& name) {
  for (const auto& column : table.columns)
    if (folded(column.name) == folded(name)) return column.name;
  return name;
}

/// Bounds of the partitions that a column decides on: what lies outside of all of them is not taken.
std::vector<std::string> bounds_of(const model::Partitioning& partitioned, const std::string& column) {
  std::vector<std::string> texts;
  for (const auto& partition : partitioned.partitions) {
    if (says(partitioned.by.text, column)) texts.push_back(partition.bounds.text);
    for (const auto& inner : partition.by)
      for (auto& text : bounds_of(inner, column)) texts.push_back(std::move(text));
  }
  return texts;
}

class TableFiller {
 public:
  TableFiller(session::Session& session, const model::Database& database, const model::Table& table,
              const Engine& engine, const Wish& wish, const std::set<std::string>& there, Promises& promises)
      : session_(session),
        database_(database),
        table_(table),
        engine_(engine),
        wish_(wish),
        there_(there),
        promised_(promises[table.path()]),
        promises_(promises),
        dice_(wish.seed + "/" + database.name + "/" + table.path()) {
    for (const auto& column : table.columns)
      if (!column.generated) {
        pools_[column.name] = engine.pool(database, table, as_wanted(column), literals_of(column));
        if (engine.draws(column)) order_.push_back(&column);
      }
    for (const auto& key : table.foreign_keys) read_parents(key);
  }

  Filled fill() {
    Filled filled{table_.path(), 0, wish_.rows, {}};
    int given_up = 0;
    for (std::int64_t row = 0; row < wish_.rows && given_up < rows_given_up; ++row)
      if (!insert_some(row, filled.refusal)) ++given_up;
    filled.rows = count_rows(session_, table_);
    return filled;
  }

 private:
  model::Column as_wanted(model::Column column) const {
    if (const auto types = wish_.types.find(table_.path()); types != wish_.types.end())
      if (const auto type = types->second.find(column.name); type != types->second.end()) column.type = type->second;
    return column;
  }

  /// Values that the column's surroundings speak of.
  std::vector<Value> literals_of(const model::Column& column) const {
    std::vector<std::string> texts;
    const auto add = [&](const std::string& text) {
      if (says(text, column.name)) texts.push_back(text);
    };
    for (const auto& check : table_.checks) add(check.expression.text);
    if (table_.partitioned)
      for (const auto& text : bounds_of(*table_.partitioned, column.name)) texts.push_back(text);
    for (const auto& other : table_.columns)
      if (other.generated) add(other.generated->expression.text);
    for (const auto& index : table_.indexes) {
      if (index.where) add(index.where->text);
      for (const auto& element : index.elements)
        if (element.expression) add(element.expression->text);
    }
    for (const auto& trigger : database_.triggers)
      if (folded(trigger.table) == folded(table_.path())) {
        if (trigger.when) add(trigger.when->text);
        if (trigger.body) add(trigger.body->text);
      }
    for (const auto& text : wish_.texts)
      if (says(text, table_.name)) add(text);
    std::vector<Value> values;
    for (const auto& text : texts)
      for (auto& value : literals_in(text))
        if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
    return values;
  }

  void read_parents(const model::ForeignKey& key) {
    const auto* parent = find(database_, key.table);
    if (!parent) return;
    auto& tuples = parents_.emplace_back(Parent{&key, parent, referenced(key, *parent), {}}).tuples;
    if (parent == &table_ || !there_.contains(parent->path())) return;
    constexpr std::size_t most = 500;
    for (auto& tuple : rows_of(session_, *parent, parents_.back().columns, most))
      if (std::none_of(tuple.begin(), tuple.end(), is_null)) tuples.push_back(std::move(tuple));
  }

  bool may_be_null(const model::Column& column) const {
    return !column.not_null && !in_key(table_, column.name) && !wish_.plain;
  }

  Value draw(const model::Column& column, std::int64_t row, int tries) {
    const auto& pool = pools_.at(column.name);
    const auto place = static_cast<std::size_t>(&column - table_.columns.data());
    const auto turn = static_cast<std::size_t>(row) + place * 3;
    if (tries == 0 && !wish_.plain) {
      // Every value gets its turn, another in each column of a row.
      if (may_be_null(column) && turn % 7 == 3) return nullptr;
      std::vector<const std::vector<Value>*> lists;
      for (const auto* list : {&pool.plain, &pool.edges, &pool.said})
        if (!list->empty()) lists.push_back(list);
      const auto& list = *lists[turn % lists.size()];
      return list[turn / lists.size() % list.size()];
    }
    if (may_be_null(column) && dice_.one_in(8)) return nullptr;
    if (!pool.said.empty() && dice_.one_in(2)) {
      const auto& value = pool.said[dice_.below(pool.said.size())];
      // A check may want what is not ordinary: then that is what is left to try.
      constexpr int patience = 100;
      if (!wish_.plain || tries > patience || is_ordinary(value)) return value;
    }
    if (!wish_.plain && !pool.edges.empty() && dice_.one_in(4)) return pool.edges[dice_.below(pool.edges.size())];
    if (!pool.plain.empty() && dice_.one_in(4)) return pool.plain[dice_.below(pool.plain.size())];
    return pool.any(dice_.next());
  }

  void draw_column(Drawn& drawn, const model::Column& column, std::int64_t row, int tries) {
    drawn.erase(column.name);
    const bool defaults = column.default_value && (tries == 0 ? row % 4 == 1 : dice_.one_in(6));
    if (!defaults) drawn[column.name] = draw(column, row, tries);
  }

  struct Parent {
    const model::ForeignKey* key;
    const model::Table* table;
    std::vector<std::string> columns;
    std::vector<Tuple> tuples;
  };

  /// The columns of the key take the values of a row that is there, of this very row, of one that will be there, or
  /// null.
  void refer(Drawn& drawn, Parent& parent, const std::set<std::string>& fixed, std::int64_t row) {
    const auto& columns = parent.key->columns;
    if (columns.size() != parent.columns.size()) return;
    bool nullable = false;
    for (const auto& name : columns)
      if (const auto* column = table_.column(column_of(table_, name)))
        nullable = nullable || (!column->not_null && !in_key(table_, column->name) && !fixed.contains(column->name));
    if (nullable && !wish_.plain && dice_.one_in(5)) return null_out(drawn, columns, fixed);
    const auto fits = [&](const Tuple& tuple) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto own = column_of(table_, columns[i]);
        if (fixed.contains(own) && drawn.contains(own) && drawn.at(own) != tuple[i]) return false;
      }
      return true;
    };
    std::vector<const Tuple*> fitting;
    for (const auto& tuple : parent.tuples)
      if (fits(tuple)) fitting.push_back(&tuple);
    if (!fitting.empty()) return assign(drawn, columns, *fitting[dice_.below(fitting.size())]);
    const bool comes = !there_.contains(parent.table->path()) && parent.table != &table_;
    if (nullable && !(comes && dice_.one_in(2))) return null_out(drawn, columns, fixed);
    if (parent.table == &table_) return own_key(drawn, parent);
    if (comes) return promise(drawn, parent, row);
  }

  static void null_out_one(Drawn& drawn, const std::string& name) { drawn[name] = nullptr; }

  /// One null in a key is enough; a column that another key shares stays.
  void null_out(Drawn& drawn, const std::vector<std::string>& columns, const std::set<std::string>& fixed) {
    for (const auto& name : columns) {
      const auto own = column_of(table_, name);
      const auto* column = table_.column(own);
      if (column && !column->not_null && !in_key(table_, own) && !fixed.contains(own)) null_out_one(drawn, own);
    }
  }

  void assign(Drawn& drawn, const std::vector<std::string>& columns, const Tuple& tuple) {
    for (std::size_t i = 0; i < columns.size(); ++i) drawn[column_of(table_, columns[i])] = tuple[i];
  }

  void own_key(Drawn& drawn, const Parent& parent) {
    for (std::size_t i = 0; i < parent.columns.size(); ++i) {
      const auto source = column_of(table_, parent.columns[i]);
      if (!drawn.contains(source) && pools_.contains(source)) drawn[source] = pools_.at(source).any(dice_.next());
      if (drawn.contains(source)) drawn[column_of(table_, parent.key->columns[i])] = drawn.at(source);
    }
  }

  void promise(Drawn& drawn, Parent& parent, std::int64_t row) {
    Tuple tuple;
    Drawn wanted;
    for (const auto& name : parent.columns) {
      const auto column = column_of(*parent.table, name);
      const auto* model = parent.table->column(column);
      if (!model) return;
      tuple.push_back(engine_.pool(database_, *parent.table, *model, {}).any(static_cast<std::uint64_t>(row) + 1));
      wanted[column] = tuple.back();
    }
    promises_[parent.table->path()].push_back(std::move(wanted));
    assign(drawn, parent.key->columns, tuple);
    parent.tuples.push_back(std::move(tuple));
  }

  std::set<std::string> referring(const Parent& parent) const {
    std::set<std::string> columns;
    for (const auto& name : parent.key->columns) columns.insert(column_of(table_, name));
    return columns;
  }

  /// All columns, or those that were blamed and what hangs together with them by a reference.
  void redraw(Drawn& drawn, const std::set<std::string>& blamed, const Drawn& forced, std::int64_t row, int tries) {
    std::set<std::string> fixed;
    for (const auto* column : order_) {
      const bool again = blamed.empty() || blamed.contains(column->name);
      if (forced.contains(column->name)) drawn[column->name] = forced.at(column->name);
      if (forced.contains(column->name)) fixed.insert(column->name);
      if (again && !forced.contains(column->name)) draw_column(drawn, *column, row, tries);
    }
    for (auto& parent : parents_) {
      const auto columns = referring(parent);
      const bool again = blamed.empty() || std::any_of(columns.begin(), columns.end(),
                                                       [&](const auto& name) { return blamed.contains(name); });
      if (again) refer(drawn, parent, fixed, row);
      fixed.insert(columns.begin(), columns.end());
    }
  }

  bool insert_some(std::int64_t row, std::string& refusal) {
    const Drawn forced =
        static_cast<std::size_t>(row) < promised_.size() ? promised_[static_cast<std::size_t>(row)] : Drawn();
    Drawn drawn;
    std::set<std::string> blamed;
    for (int tries = 0; tries < tries_a_row; ++tries) {
      redraw(drawn, blamed, forced, row, tries);
      const auto reason = insert(drawn);
      if (reason.empty()) {
        remember(drawn);
        return true;
      }
      refusal = reason;
      blamed.clear();
      // Now and then everything is drawn again: two constraints may want something of each other.
      if (tries % begin_anew != begin_anew - 1)
        for (const auto& name : engine_.blamed(reason, table_)) blamed.insert(name);
    }
    return false;
  }

  /// What later rows of this table may refer to.
  void remember(const Drawn& drawn) {
    for (auto& parent : parents_) {
      if (parent.table != &table_) continue;
      if (!std::all_of(parent.columns.begin(), parent.columns.end(), [&](const auto& name) {
            const auto* column = table_.column(column_of(table_, name));
            return column && engine_.draws(*column);
          })) {
        parent.tuples = rows_of(session_, table_, parent.columns, 100);
        continue;
      }
      Tuple tuple;
      for (const auto& name : parent.columns)
        if (const auto found = drawn.find(column_of(table_, name)); found != drawn.end() && !is_null(found->second))
          tuple.push_back(found->second);
      if (tuple.size() == parent.columns.size()) parent.tuples.push_back(std::move(tuple));
    }
  }

  /// Why the row was not taken; empty when it was.
  std::string insert(const Drawn& drawn) {
    std::string columns, holes;
    Tuple values;
    for (const auto& [name, value] : drawn) {
      columns += (columns.empty() ? "" : ", ") + sql_name(name);
      values.push_back(value);
      holes += (holes.empty() ? "" : ", ") + engine_.hole(values.size(), *table_.column(name));
    }
    std::string sql = "insert into " + sql_name(table_);
    if (columns.empty())
      sql += " default values";
    else
      sql.append(" (")
          .append(columns)
          .append(")")
          .append(engine_.overriding())
          .append(" values (")
          .append(holes)
          .append(")");
    try {
      return engine_.attempt(session_, [&] {
        return session_.execute(sql, values) > 0 || !engine_.counts() ? judged()
                                                                      : std::string("the table passed the row over");
      });
    } catch (const session::SessionError& error) {
      return error.what();
    }
  }

  std::string judged() {
    for (const auto& judge : wish_.judges)
      if (auto reason = steps::ask(session_, judge, false)) return *reason;
    return {};
  }

  session::Session& session_;
  const model::Database& database_;
  const model::Table& table_;
  const Engine& engine_;
  const Wish& wish_;
  const std::set<std::string>& there_;
  std::vector<Drawn>& promised_;
  Promises& promises_;
  Dice dice_;
  std::map<std::string, Pool> pools_;
  std::vector<const model::Column*> order_;
  std::vector<Parent> parents_;
};

/// Every table behind those that it references; in a circle, one whose references may wait comes first.
std::vector<const model::Table*> in_order(const model::Database& database) {
  std::vector<const model::Table*> left, order;
  for (const auto& table : database.tables) left.push_back(&table);
  std::set<std::string> there;
  const auto open = [&](const model::Table& table, bool must) {
    return std::count_if(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const model::ForeignKey& key) {
      const auto* parent = find(database, key.table);
      if (!parent || parent == &table || there.contains(parent->path())) return false;
      if (!must) return true;
      return std::all_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
        const auto* column = table.column(column_of(table, name));
        return column && (column->not_null || in_key(table, column->name));
      });
    });
  };
  while (!left.empty()) {
    const auto best = std::min_element(left.begin(), left.end(), [&](const auto* a, const auto* b) {
      const auto rank = [&](const auto* table) { return std::pair(open(*table, true), open(*table, false)); };
      return rank(a) < rank(b);
    });
    there.insert((*best)->path());
    order.push_back(*best);
    left.erase(best);
  }
  return order;
}

bool refers_ahead(const model::Database& database, const model::Table& table, const std::set<std::string>& there) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& key) {
    const auto* parent = find(database, key.table);
    return parent && parent != &table && !there.contains(parent->path());
  });
}

void send(session::Session& session, const std::vector<std::string>& statements) {
  for (const auto& statement : statements) session.execute(statement);
}

}  // namespace

std::vector<Filled> fill(session::Session& session, const model::Database& database, const Engine& engine,
                         const Wish& wish) {
  send(session, engine.naming());
  send(session, engine.filling());
  Promises promises;
  std::set<std::string> there;
  std::vector<Filled> tables;
  for (const auto* table : in_order(database)) {
    if (wish.empty.contains(table->path())) {
      tables.push_back({table->path(), 0, 0, {}});
    } else {
      const bool circle = refers_ahead(database, *table, there);
      if (circle) send(session, engine.references(false));
      tables.push_back(TableFiller(session, database, *table, engine, wish, there, promises).fill());
      if (circle) send(session, engine.references(true));
    }
    there.insert(table->path());
  }
  engine.drop_orphans(session);
  for (auto& table : tables) table.rows = count_rows(session, *database.table(table.table));
  std::sort(tables.begin(), tables.end(), [](const auto& a, const auto& b) { return a.table < b.table; });
  return tables;
}

}  // namespace dmc::rehearse
