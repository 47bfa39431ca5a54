// Recipe S1 in one transaction, with foreign keys off around it: off inside a transaction would do nothing, and a DROP
// TABLE with them on takes the rows of other tables along.
#include <algorithm>

#include "compiler/dialects/sqlite/alteration.hpp"
#include "compiler/dialects/sqlite/ddl.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Table;

/// `using` speaks of the columns as they were called before; when it runs they are renamed.
std::string carried(const TableMove& move, std::string expression) {
  for (const auto& column : move.moves)
    if (!column.from.empty() && column.from != column.to)
      expression = with_column_renamed(expression, column.from, column.to);
  return expression;
}

/// The columns that are written, and the value of each.
struct Copy {
  std::vector<std::string> columns;
  std::vector<std::string> values;
};

Copy copy_of(const TableMove& move, const Table& middle) {
  Copy copy;
  const auto before = rowid_name(middle), after = rowid_name(move.after);
  if (!before.empty() && !after.empty() && !has_rowid_alias(move.after)) {
    copy.columns.push_back(after);
    copy.values.push_back(before);
  }
  for (const auto& column : move.after.columns) {
    if (!is_filled(move, column)) continue;
    const auto* moved = move_to(move, column.name);
    copy.columns.push_back(quoted(column.name));
    copy.values.push_back(moved && moved->using_expression
                              ? "(" + carried(move, bare(moved->using_expression->text)) + ")"
                              : quoted(column.name));
  }
  return copy;
}

/// The counter of an AUTOINCREMENT moves along, else a key that was deleted would be given again.
void carry_sequence(std::vector<std::string>& statements, const std::string& from, const std::string& to) {
  statements.push_back("delete from sqlite_sequence where name = " + text_literal(to));
  statements.push_back("insert into sqlite_sequence (name, seq) select " + text_literal(to) +
                       ", seq from sqlite_sequence where name = " + text_literal(from));
}

std::string count_of(std::string_view table) { return "select count(*) from " + quoted(table); }

std::string violations_of(std::string_view table, Version oldest) {
  if (oldest >= check_of_one_table) return "select count(*) from pragma_foreign_key_check(" + text_literal(table) + ")";
  return "select count(*) from pragma_foreign_key_check where \"table\" = " + text_literal(table) + " collate nocase";
}

/// The end of the stored text, which the rename leaves as it was written. Characters are counted, as SQLite counts
/// them.
plan::QueryCheck stored_as_planned(const Table& table, const std::string& created) {
  const std::string text = created.substr(created.find("(\n"));
  const auto length =
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  return equals("table " + table.name + " is stored as planned",
                "select substr(sql, -" + std::to_string(length) + ") = " + text_literal(text) +
                    " from sqlite_master where type = 'table' and name = " + text_literal(table.name),
                "1");
}

/// `pragma quick_check` is left out: it reads the whole table and its indexes again, all of which were written a moment
/// ago by SQLite itself; that rows are not lost is what the counts prove.
void keep_rows(const TableMove& move, Alteration& result) {
  const auto& name = move.after.name;
  result.invariants.push_back({"table " + name + " keeps its number of rows", count_of(name), count_of(name)});
  for (const auto& child : children_of(move.from, name)) {
    result.invariants.push_back(
        {"table " + child + ", which references it, keeps its number of rows", count_of(child), count_of(child)});
    result.invariants.push_back({"foreign keys of " + child + " hold as before", violations_of(child, move.oldest),
                                 violations_of(child, move.oldest)});
  }
  if (move.before.foreign_keys.empty() && move.after.foreign_keys.empty()) return;
  const bool same = std::ranges::equal(move.before.foreign_keys, move.after.foreign_keys, [](auto a, auto b) {
    a.name = b.name;
    return a == b;
  });
  // With other keys the numbers cannot be compared; those that are new were proven by checks of their own.
  if (same)
    result.invariants.push_back({"foreign keys of " + name + " hold as before", violations_of(name, move.oldest),
                                 violations_of(name, move.oldest)});
}

}  // namespace

Alteration rebuild(const TableMove& move, const Table& middle, std::string_view serves) {
  Alteration result;
  result.rebuilds = true;
  result.work = "rewrite";
  result.settings = without_foreign_keys_or_rewriting();
  const auto temporary = own_name("new", serves);
  result.pre.push_back(no_rows("nothing of an earlier attempt is left over",
                               "select 1 from sqlite_master where name = " + text_literal(temporary),
                               "look at what it is, then:  drop table " + temporary));
  result.leftovers.push_back(leftover("table", temporary, "crash"));

  const auto created = create_table(move.after, temporary);
  const auto copy = copy_of(move, middle);
  const auto name = quoted(move.after.name);
  auto& statements = result.statements;
  statements.push_back(created);
  if (!copy.columns.empty())
    statements.push_back("insert into " + temporary + " (" + joined(copy.columns, ", ") + ") select " +
                         joined(copy.values, ", ") + " from " + name + " not indexed");
  if (counts_keys(move.after) && counts_keys(middle)) carry_sequence(statements, move.before.name, temporary);
  statements.push_back("drop table " + name);
  statements.push_back("alter table " + temporary + " rename to " + name);
  for (const auto& index : move.after.indexes) statements.push_back(create_index(move.after, index));
  result.post.push_back(stored_as_planned(move.after, created));
  keep_rows(move, result);
  return result;
}

}  // namespace dmc::dialects::sqlite
