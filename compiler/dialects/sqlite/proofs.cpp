// One kind of demand after the other. Questions stop at the first row that does not fit.
#include "compiler/dialects/sqlite/proofs.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Element;
using model::Table;

std::string collation_of(const Table& table, const Element& element) {
  if (element.collation) return *element.collation;
  const auto* column = element.column ? table.column(*element.column) : nullptr;
  return column && column->collation ? *column->collation : "BINARY";
}

class Prover {
 public:
  explicit Prover(const TableMove& move) : move_(move) {}

  std::vector<Proof> run() {
    for (const auto& column : move_.after.columns) not_null(column);
    for (const auto& column : move_.after.columns) survives(column);
    for (const auto& check : move_.after.checks) fits(check);
    if (move_.after.primary_key) unique(move_.after.primary_key->elements, "the primary key", std::nullopt);
    for (const auto& key : move_.after.uniques) unique(key.elements, key.name, std::nullopt);
    for (const auto& index : move_.after.indexes)
      if (index.unique) unique(index.elements, index.name, index.where);
    for (const auto& key : move_.after.foreign_keys) references(key);
    return std::move(proofs_);
  }

 private:
  std::string table() const { return quoted(move_.before.name); }
  std::string path(std::string_view column) const { return move_.after.name + "." + std::string(column); }

  void add(std::string hazard, std::string object, plan::QueryCheck check) {
    proofs_.push_back({std::move(hazard), std::move(object), std::move(check)});
  }

  /// Whether the column is still what it was, under the same name.
  bool same(std::string_view name) const {
    const auto* after = move_.after.column(name);
    const auto* source = source_of(move_, name);
    if (!after || !source || source->name != name || converts(move_, *after)) return false;
    return source->generated == after->generated && source->collation == after->collation;
  }

  /// Whether the column holds the values it held, under whatever name.
  bool keeps(std::string_view name) const {
    const auto* column = move_.after.column(name);
    return column && source_of(move_, name) && !converts(move_, *column);
  }

  /// The rows as they will be: the table itself where the columns stay, else a query that computes them.
  std::string rows(std::vector<std::string> columns) const {
    if (std::ranges::all_of(columns, [&](const auto& name) { return same(name); })) return table();
    std::vector<std::string> generated;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto* column = move_.after.column(columns[i]);
      if (!column || !column->generated) continue;
      for (const auto& name : columns_in(column->generated->expression.text, move_.after))
        if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
    }
    std::vector<std::string> values;
    for (const auto& name : columns) {
      const auto* column = move_.after.column(name);
      if (column && column->generated)
        generated.push_back(name);
      else if (column)
        values.push_back(value_before(move_, *column) + collated(*column) + " as " + quoted(name));
    }
    std::string from =
        "(select " + (values.empty() ? std::string("1") : joined(values, ", ")) + " from " + table() + ")";
    // Each round adds what needs only columns that are there already; a cycle cannot be declared.
    while (!generated.empty()) {
      const auto ready = std::ranges::find_if(generated, [&](const auto& name) {
        return std::ranges::none_of(
            columns_in(move_.after.column(name)->generated->expression.text, move_.after),
            [&](const auto& needed) { return std::ranges::find(generated, needed) != generated.end(); });
      });
      if (ready == generated.end()) break;
      from = "(select *, (" + move_.after.column(*ready)->generated->expression.text + ") as " + quoted(*ready) +
             " from " + from + ")";
      generated.erase(ready);
    }
    return from;
  }

  static std::string collated(const Column& column) {
    return column.collation ? " collate " + quoted(*column.collation) : std::string();
  }

  void not_null(const Column& column) {
    if (!column.not_null) return;
    const auto* source = source_of(move_, column.name);
    const std::string means = "every row of " + move_.before.name + " has a value for " + column.name;
    const std::string mend = "give them one:  backfill " + move_.after.name + " set " + column.name + " = (…) where (" +
                             column.name + " is null);";
    if (column.generated) {
      if (source && same(column.name) && source->not_null) return;
      add("data.not_null_may_fail", path(column.name),
          no_rows(means, "select 1 from " + rows({column.name}) + " where " + quoted(column.name) + " is null limit 1",
                  mend));
    } else if (!source && !is_filled(move_, column)) {
      if (!column.default_value && rowid_alias(move_.after) != column.name)
        add("data.not_null_may_fail", path(column.name), is_empty(move_.before.name, mend));
    } else if (!source || !source->not_null || converts(move_, column)) {
      add("data.not_null_may_fail", path(column.name),
          no_rows(means, "select 1 from " + table() + " where " + value_before(move_, column) + " is null limit 1",
                  mend));
    }
  }

  /// Without `using` the type itself converts; a value survives when converting it back gives it again.
  void survives(const Column& column) {
    const auto* moved = move_to(move_, column.name);
    const auto* source = source_of(move_, column.name);
    const bool becomes_rowid =
        rowid_alias(move_.after) == column.name && rowid_alias(move_.before) != (source ? source->name : "");
    if (!source || (moved && moved->using_expression) || !(converts(move_, column) || becomes_rowid)) return;
    const auto holds = survival(quoted(source->name), affinity_of(source->type, is_strict(move_.before)), column,
                                is_strict(move_.after) || becomes_rowid);
    if (holds.empty()) return;
    add("rewrite.type_narrowing", path(column.name),
        no_rows("every value of " + move_.before.name + "." + source->name + " stays what it is as " + column.type,
                "select 1 from " + table() + " where not (" + holds + ") limit 1",
                "say what becomes of the others:  retype " + path(column.name) + " using (…);"));
  }

  /// That a value of a column of affinity `from` is the same in `column`, or becomes itself again on the way back;
  /// empty: always.
  std::string survival(const std::string& value, Affinity from, const Column& column, bool strict) const {
    const auto to = affinity_of(column.type, strict);
    const bool comes_back = from != Affinity::blob;  // what a column without affinity gets stays what it is
    const std::string blob = strict ? "0" : "1";
    if (to == Affinity::blob)
      return strict && column.type == "BLOB" ? "typeof(" + value + ") in ('blob', 'null')" : std::string();
    // A column that is not STRICT keeps words, and fractions though it is called INTEGER. Who retypes means something
    // else by it; who goes back had them there before.
    const bool keeps = !strict && (move_.keep_order || !comes_back);
    const auto as = keeps && to == Affinity::integer ? Affinity::numeric : to;
    const std::string cast = "cast(" + value + " as " + std::string(cast_name(as)) + ")";
    if (to == Affinity::text) {
      const std::string integer = comes_back ? "1" : "0";
      const std::string real = comes_back ? "cast(" + cast + " as real) = " + value : "0";
      return "case typeof(" + value + ") when 'integer' then " + integer + " when 'real' then " + real +
             " when 'blob' then " + blob + " else 1 end";
    }
    const std::string back = from == Affinity::text ? "cast(" + cast + " as text) = " + value : "0";
    const std::string text = keeps ? "(" + is_word(value) + " or " + back + ")" : back;
    std::string number = cast + " = " + value;
    if (!comes_back)  // 3.0 becomes 3 where there are no reals, and the other way round
      number = to == Affinity::real ? "typeof(" + value + ") = 'real'"
                                    : "typeof(" + value + ") = 'integer'" +
                                          (strict ? "" : " or " + value + " <> cast(" + value + " as integer)");
    return "case typeof(" + value + ") when 'text' then " + text + " when 'blob' then " + blob +
           " when 'null' then 1 else " + number + " end";
  }

  void fits(const model::Check& check) {
    const auto columns = columns_in(check.expression.text, move_.after);
    const bool known = std::ranges::any_of(
        move_.before.checks, [&](const auto& old) { return carried(old.expression.text) == check.expression; });
    if (known && std::ranges::all_of(columns, [&](const auto& name) { return keeps(name); })) return;
    add("", path(check.name),
        no_rows("every row of " + move_.before.name + " passes check (" + check.expression.text + ")",
                "select 1 from " + rows(columns) + " where not (" + check.expression.text + ") limit 1",
                "change the rows that do not:  backfill " + move_.after.name + " set … where (not (" +
                    check.expression.text + ")) with backup;"));
  }

  /// An expression of `before` with the columns under their new names.
  model::Sql carried(std::string text) const {
    for (const auto& column : move_.moves)
      if (!column.from.empty() && column.from != column.to) text = with_column_renamed(text, column.from, column.to);
    return {text};
  }

  /// Whether `before` already kept such rows apart.
  bool was_unique(const std::vector<Element>& elements, const std::optional<model::Sql>& where) const {
    const auto names = [&](const Table& table, const std::vector<Element>& list, bool old) {
      std::vector<std::string> found;
      for (const auto& element : list) {
        std::string name =
            element.column ? *element.column
                           : model::normalised(old ? carried(element.expression->text).text : element.expression->text);
        if (element.column && old)
          if (const auto* moved = move_from(move_, name)) name = moved->to;
        found.push_back(name + "\t" + folded(collation_of(table, element)));
      }
      std::ranges::sort(found);
      return found;
    };
    if (std::ranges::any_of(elements, [&](const auto& element) { return element.column && !keeps(*element.column); }))
      return false;
    const auto wanted = names(move_.after, elements, false);
    const auto matches = [&](const std::vector<Element>& list) { return names(move_.before, list, true) == wanted; };
    if (!where) {
      if (move_.before.primary_key && matches(move_.before.primary_key->elements)) return true;
      if (std::ranges::any_of(move_.before.uniques, [&](const auto& key) { return matches(key.elements); }))
        return true;
    }
    return std::ranges::any_of(move_.before.indexes, [&](const auto& index) {
      if (!index.unique || !matches(index.elements)) return false;
      return !index.where || (where && carried(index.where->text) == *where);
    });
  }

  void unique(const std::vector<Element>& elements, const std::string& name, const std::optional<model::Sql>& where) {
    if (was_unique(elements, where)) return;
    std::vector<std::string> columns, terms, conditions;
    const auto use = [&](const std::vector<std::string>& more) {
      for (const auto& column : more)
        if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
    };
    for (const auto& element : elements) {
      use(element.column ? std::vector{*element.column} : columns_in(element.expression->text, move_.after));
      const std::string term = element.column ? quoted(*element.column) : "(" + element.expression->text + ")";
      conditions.push_back(term + " is not null");
      terms.push_back(term + " collate " + quoted(collation_of(move_.after, element)));
    }
    if (where) {
      use(columns_in(where->text, move_.after));
      conditions.push_back("(" + where->text + ")");
    }
    const bool in_key = name == "the primary key";
    add("data.unique_may_fail", in_key ? move_.after.name : path(name),
        no_rows(
            "no two rows of " + move_.before.name + " are alike in " + (in_key ? name : "unique " + name),
            "select 1 from " + rows(columns) + " where " + joined(conditions, " and ") + " group by " +
                joined(terms, ", ") + " having count(*) > 1 limit 1",
            "change or drop the rows too many first:  drop rows of " + move_.after.name + " where (…) with backup;"));
  }

  void references(const model::ForeignKey& key) {
    const bool known = std::ranges::any_of(move_.before.foreign_keys, [&](const auto& old) {
      auto columns = old.columns;
      for (auto& name : columns)
        if (const auto* moved = move_from(move_, name)) name = moved->to;
      return columns == key.columns && same_name(old.table, key.table) && old_referenced(old) == key.referenced;
    });
    if (known && std::ranges::all_of(key.columns, [&](const auto& name) { return keeps(name); })) return;
    std::vector<std::string> filled, equal;
    for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i) {
      filled.push_back("c." + quoted(key.columns[i]) + " is not null");
      // As SQLite looks for parents: with their affinity and collation, whatever the child's column has.
      equal.push_back("p." + quoted(parent_column(key, key.referenced[i])) + " = +c." + quoted(key.columns[i]));
    }
    if (equal.empty()) return;
    add("", path(key.name),
        no_rows("every row of " + move_.before.name + " points at a row of " + key.table,
                "select 1 from " + rows(key.columns) + " as c where " + joined(filled, " and ") +
                    " and not exists (select 1 from " + quoted(key.table) + " as p where " + joined(equal, " and ") +
                    ") limit 1",
                "add what they point at, or:  drop rows of " + move_.after.name + " where (…) with backup;"));
  }

  /// A table that references itself is asked before its own columns are renamed.
  std::string parent_column(const model::ForeignKey& key, const std::string& name) const {
    const auto* moved = same_name(key.table, move_.after.name) ? move_to(move_, name) : nullptr;
    return moved ? moved->from : name;
  }

  std::vector<std::string> old_referenced(const model::ForeignKey& old) const {
    auto names = old.referenced;
    if (same_name(old.table, move_.before.name))
      for (auto& name : names)
        if (const auto* moved = move_from(move_, name)) name = moved->to;
    return names;
  }

  const TableMove& move_;
  std::vector<Proof> proofs_;
};

}  // namespace

std::vector<Proof> proofs(const TableMove& move) { return Prover(move).run(); }

}  // namespace dmc::dialects::sqlite
