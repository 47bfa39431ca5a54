// SQLite's own ALTER TABLE. What it would make is computed on the model first: a statement is taken only if the result
// is exact.
#include <algorithm>

#include "compiler/dialects/sqlite/alteration.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Check;
using model::Column;
using model::Index;
using model::Table;

class Native {
 public:
  Native(const TableMove& move, const Table& middle) : move_(move), before_(middle), now_(middle), after_(move.after) {
    model::clear_derived_names(now_);
  }

  std::optional<Alteration> run() {
    if (move_.rebuild ||
        std::ranges::any_of(after_.columns, [&](const auto& column) { return converts(move_, column); }))
      return std::nullopt;
    drop_indexes();
    if (!drop_columns()) return std::nullopt;
    if (move_.oldest >= alter_constraints) alter_in_place();
    if (!add_columns()) return std::nullopt;
    if (move_.oldest >= alter_constraints) add_checks();
    if (!same_table(now_, after_)) return std::nullopt;
    if (move_.keep_order && !std::ranges::equal(now_.columns, after_.columns, {}, &Column::name, &Column::name))
      return std::nullopt;
    create_indexes();
    return std::move(result_);
  }

 private:
  std::string alter() const { return "alter table " + quoted(after_.name) + " "; }
  void say(std::string statement) { result_.statements.push_back(std::move(statement)); }
  void works(std::string_view work) {
    static constexpr std::string_view order[] = {"catalog", "scan", "index", "rewrite"};
    const auto rank = [&](std::string_view word) { return std::ranges::find(order, word); };
    if (rank(work) > rank(result_.work)) result_.work = work;
  }

  const Index* kept_index(const Index& index) const {
    for (const auto& other : after_.indexes)
      if (other == index) return &other;
    return nullptr;
  }

  void drop_indexes() {
    for (const auto& index : before_.indexes)
      if (!kept_index(index)) say("drop index " + quoted(index.name));
  }

  void create_indexes() {
    for (const auto& index : after_.indexes) {
      if (std::ranges::find(before_.indexes, index) != before_.indexes.end()) continue;
      say(create_index(after_, index));
      works("index");
    }
  }

  bool is_used(const Column& column) const {
    const auto in = [&](const std::vector<model::Element>& elements) {
      return std::ranges::any_of(elements, [&](const auto& element) {
        return element.column == column.name || (element.expression && mentions(element.expression->text, column.name));
      });
    };
    if (now_.primary_key && in(now_.primary_key->elements)) return true;
    for (const auto& key : now_.uniques)
      if (in(key.elements)) return true;
    for (const auto& check : now_.checks)
      if (mentions(check.expression.text, column.name)) return true;
    for (const auto& key : now_.foreign_keys)
      if (std::ranges::find(key.columns, column.name) != key.columns.end()) return true;
    for (const auto& other : now_.columns)
      if (other.generated && mentions(other.generated->expression.text, column.name)) return true;
    return std::ranges::any_of(before_.indexes, [&](const auto& index) {
      return kept_index(index) && (in(index.elements) || (index.where && mentions(index.where->text, column.name)));
    });
  }

  bool drop_columns() {
    const auto columns = now_.columns;
    for (const auto& column : columns) {
      if (after_.column(column.name)) continue;
      if (move_.oldest < drop_column || is_used(column) || now_.columns.size() == 1) return false;
      say(alter() + "drop column " + quoted(column.name));
      works("rewrite");
      std::erase_if(now_.columns, [&](const Column& other) { return other.name == column.name; });
    }
    return true;
  }

  /// One value for all rows, which SQLite keeps in the table's definition until a row is written.
  bool can_be_added(const Column& column) const {
    if (column.generated) return !column.generated->stored && !column.not_null;
    if (column.identity || (column.default_value && !is_constant(column.default_value->text))) return false;
    if (column.not_null && !column.default_value) return false;
    const auto in_key = [&](const model::Key& key) {
      return std::ranges::any_of(key.elements, [&](const auto& element) { return element.column == column.name; });
    };
    if ((after_.primary_key && in_key(*after_.primary_key)) || std::ranges::any_of(after_.uniques, in_key))
      return false;
    const bool references = std::ranges::any_of(after_.foreign_keys, [&](const auto& key) {
      return std::ranges::find(key.columns, column.name) != key.columns.end();
    });
    return !references || !column.default_value;
  }

  bool add_columns() {
    for (const auto& column : after_.columns) {
      if (now_.column(column.name)) continue;
      if (!can_be_added(column)) return false;
      say(alter() + "add column " + column_definition(after_, column));
      now_.columns.push_back(column);
      for (const auto& check : after_.checks) {
        const auto columns = columns_in(check.expression.text, after_);
        if (columns != std::vector{column.name}) continue;
        now_.checks.push_back(as_stored(check, derived_name(after_, check)));
        works("scan");
        result_.post.push_back(
            no_rows("every row of " + after_.name + " passes check (" + check.expression.text + ")",
                    "select 1 from " + quoted(after_.name) + " where not (" + check.expression.text + ") limit 1"));
      }
      for (const auto& key : after_.foreign_keys)
        if (key.columns == std::vector{column.name})
          now_.foreign_keys.push_back(as_stored(key, derived_name(after_, key)));
      if (column.not_null) works("scan");
    }
    return true;
  }

  template <class T>
  static T as_stored(T constraint, const std::string& derived) {
    if (constraint.name == derived) constraint.name.clear();
    return constraint;
  }

  void alter_in_place() {
    for (auto& column : now_.columns) {
      const auto* wanted = after_.column(column.name);
      if (!wanted || wanted->not_null == column.not_null || column.not_null_conflict || wanted->not_null_conflict)
        continue;
      say(alter() + "alter column " + quoted(column.name) + (wanted->not_null ? " set not null" : " drop not null"));
      column.not_null = wanted->not_null;
      works(wanted->not_null ? "scan" : "catalog");
    }
    std::erase_if(now_.checks, [&](const Check& check) {
      if (check.name.empty() || std::ranges::find(after_.checks, check) != after_.checks.end()) return false;
      say(alter() + "drop constraint " + quoted(check.name));
      return true;
    });
  }

  void add_checks() {
    for (const auto& check : after_.checks) {
      const bool there =
          std::ranges::any_of(now_.checks, [&](const Check& other) { return other.expression == check.expression; });
      if (there) continue;
      say(alter() + "add " + check_clause(after_, check));
      now_.checks.push_back(as_stored(check, derived_name(after_, check)));
      works("scan");
    }
  }

  const TableMove& move_;
  const Table& before_;
  Table now_;  ///< as the statements so far make it; what SQLite holds no name for has none
  const Table& after_;
  Alteration result_;
};

}  // namespace

bool same_table(Table a, Table b) {
  const auto plain = [](Table& table) {
    table.indexes.clear();
    model::name_constraints(table);
  };
  plain(a);
  plain(b);
  return model::state_of(a) == model::state_of(b);
}

std::optional<Alteration> native_alteration(const TableMove& move, const Table& middle) {
  return Native(move, middle).run();
}

}  // namespace dmc::dialects::sqlite
