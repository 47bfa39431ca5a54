// Compares the two forms of a table part by part.
#include "compiler/dialects/sqlite/alter_words.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/rename.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"

namespace dmc::dialects::sqlite {

namespace {

using model::Column;
using model::Table;

bool is_tombstone(const std::string& name) { return is_own_name(name); }

/// The column of `before` under its name in `after`.
Column renamed(Column column, const std::string& name) {
  column.name = name;
  return column;
}

/// The table of `before` with its columns under their new names, so that a constraint that only follows them is no
/// difference.
Table followed(const TableMove& move) {
  model::Database alone;
  alone.tables.push_back(move.before);
  std::vector<std::pair<std::string, std::string>> aside;
  for (const auto& column : move.moves) {
    if (column.from.empty() || column.from == column.to) continue;
    aside.emplace_back(own_name("new", column.from), column.to);
    sqlite::rename(alone, move.before.name, column.from, aside.back().first);
  }
  for (const auto& [name, to] : aside) sqlite::rename(alone, move.before.name, name, to);
  return alone.tables.front();
}

class Words {
 public:
  explicit Words(const TableMove& move) : move_(move), before_(followed(move)) {}

  std::string summary() {
    for (const auto& column : move_.after.columns) column_words(column);
    for (const auto& name : lost_columns(move_))
      if (!is_tombstone(name)) say("drop column " + name);
    list("unique", before_.uniques, move_.after.uniques);
    list("check", before_.checks, move_.after.checks);
    list("foreign key", before_.foreign_keys, move_.after.foreign_keys);
    list("index", before_.indexes, move_.after.indexes);
    if (move_.before.primary_key.has_value() != move_.after.primary_key.has_value() || key_changes())
      say("change the primary key");
    settings();
    if (parts_.empty()) return "as declared";
    constexpr std::size_t most = 6;
    if (parts_.size() > most) {
      const auto more = parts_.size() - most + 1;
      parts_.resize(most - 1);
      parts_.push_back("and " + std::to_string(more) + " more");
    }
    return joined(parts_, ", ");
  }

 private:
  void say(std::string part) { parts_.push_back(std::move(part)); }

  void column_words(const Column& column) {
    const auto* source = source_of(move_, column.name);
    if (!source) return say((is_filled(move_, column) ? "bring back " : "add column ") + column.name);
    if (is_tombstone(column.name)) return say("take " + source->name + " out of use");
    if (is_tombstone(source->name)) return say("bring back " + column.name);
    if (source->name != column.name) say("rename " + source->name + " to " + column.name);
    if (source->type != column.type)
      say("retype " + column.name + (column.type.empty() ? " to no type" : " to " + column.type));
    if (source->not_null != column.not_null) say(column.name + (column.not_null ? " not null" : " may be null"));
    if (source->default_value != column.default_value)
      say(column.default_value ? "default of " + column.name : "no default of " + column.name);
    const auto same = renamed(*source, column.name);
    if (same.generated.has_value() != column.generated.has_value() || same.collation != column.collation ||
        same.identity != column.identity || same.not_null_conflict != column.not_null_conflict)
      say("change " + column.name);
  }

  template <class T>
  void list(const std::string& kind, const std::vector<T>& before, const std::vector<T>& after) {
    const auto find = [](const std::vector<T>& list, const std::string& name) {
      const auto found = std::ranges::find(list, name, &T::name);
      return found == list.end() ? nullptr : &*found;
    };
    for (const auto& item : after) {
      const auto* old = find(before, item.name);
      if (!old)
        say("add " + kind + " " + item.name);
      else if (!(*old == item))
        say("change " + kind + " " + item.name);
    }
    for (const auto& item : before)
      if (!find(after, item.name)) say("drop " + kind + " " + item.name);
  }

  bool key_changes() const {
    if (!before_.primary_key || !move_.after.primary_key) return false;
    return before_.primary_key->elements != move_.after.primary_key->elements ||
           before_.primary_key->conflict != move_.after.primary_key->conflict;
  }

  void settings() {
    for (const auto& setting : move_.after.settings)
      if (!move_.before.has_setting(setting.name)) say(setting.name);
    for (const auto& setting : move_.before.settings)
      if (!move_.after.has_setting(setting.name)) say("not " + setting.name);
  }

  const TableMove& move_;
  Table before_;
  std::vector<std::string> parts_;
};

/// Constraints of `before` that `after` has not, by what they say.
template <class T, class Same>
std::vector<std::string> given_up(const std::vector<T>& before, const std::vector<T>& after, const Same& same) {
  std::vector<std::string> names;
  for (const auto& item : before)
    if (std::ranges::none_of(after, [&](const T& other) { return same(item, other); })) names.push_back(item.name);
  return names;
}

struct GivenUp {
  std::vector<std::string> uniques, checks, foreign_keys, not_nulls;
  bool any() const { return !(uniques.empty() && checks.empty() && foreign_keys.empty() && not_nulls.empty()); }
};

GivenUp given_up(const TableMove& move) {
  const auto carried_name = [&](const std::string& name) {
    const auto* moved = move_from(move, name);
    return moved ? moved->to : name;
  };
  const auto carried_text = [&](std::string text) {
    for (const auto& column : move.moves)
      if (!column.from.empty() && column.from != column.to) text = with_column_renamed(text, column.from, column.to);
    return model::Sql{text};
  };
  GivenUp lost;
  lost.uniques = given_up(move.before.uniques, move.after.uniques, [&](const auto& old, const auto& now) {
    return std::ranges::equal(old.elements, now.elements, [&](const auto& a, const auto& b) {
      return a.column && b.column && carried_name(*a.column) == *b.column && a.collation == b.collation;
    });
  });
  lost.checks = given_up(move.before.checks, move.after.checks, [&](const auto& old, const auto& now) {
    return carried_text(old.expression.text) == now.expression;
  });
  lost.foreign_keys =
      given_up(move.before.foreign_keys, move.after.foreign_keys, [&](const auto& old, const auto& now) {
        auto columns = old.columns;
        for (auto& name : columns) name = carried_name(name);
        return columns == now.columns && old.table == now.table;
      });
  for (const auto& column : move.after.columns) {
    const auto* source = source_of(move, column.name);
    if (source && source->not_null && !column.not_null) lost.not_nulls.push_back(column.name);
  }
  return lost;
}

const change::ColumnLoss* loss_of(const std::vector<change::ColumnLoss>& losses, const std::string& column) {
  const auto found = std::ranges::find(losses, column, &change::ColumnLoss::column);
  return found == losses.end() ? nullptr : &*found;
}

/// Rowids under no name of the author's, in a table that has none of that kind afterwards.
bool loses_rowids(const TableMove& move) {
  const auto hidden = [](const Table& table) { return !has_rowid_alias(table) && !rowid_name(table).empty(); };
  return hidden(move.before) && !hidden(move.after);
}

}  // namespace

bool is_constant_default(const Column& column) {
  return column.default_value && is_constant(column.default_value->text);
}

std::string summary_of(const TableMove& move) { return Words(move).summary(); }

void add_hazards(plan::Step& step, const TableMove& move, const std::vector<change::ColumnLoss>& losses,
                 const std::optional<std::string>& accepted) {
  const auto& table = move.after.name;
  for (const auto& column : move.after.columns) {
    const auto* source = source_of(move, column.name);
    if (!source) {
      if (column.generated && column.generated->stored)
        add_hazard(step, "rewrite.stored_generated", table + "." + column.name,
                   "every row is written anew to hold the computed value", accepted);
      continue;
    }
    if (is_tombstone(column.name)) continue;
    if (source->name != column.name)
      add_hazard(step, "compat.rename_column", table + "." + source->name,
                 "what still says " + source->name + " fails from then on", accepted);
    if (source->type == column.type) continue;
    add_hazard(step, "rewrite.type_change", table + "." + column.name, "every row is written anew", accepted);
    if (converts(move, column))
      add_hazard(step, "rewrite.type_narrowing", table + "." + column.name,
                 column.type + " does not hold every " + source->type, accepted);
  }
  for (const auto& name : lost_columns(move)) {
    const auto* loss = loss_of(losses, name);
    if (!loss || move.before.column(name)->generated) continue;
    add_hazard(step, "data.drop_column", table + "." + name, "every value of " + name + " is lost", accepted);
    add_hazard(step, "data.no_backup", table + "." + name, "no copy of its values is kept", accepted);
  }
  const auto lost = given_up(move);
  for (const auto& name : lost.uniques)
    add_hazard(step, "data.drop_unique", table + "." + name, "rows may be alike from then on", accepted);
  for (const auto& name : lost.checks)
    add_hazard(step, "data.drop_check", table + "." + name, "rows are no longer checked", accepted);
  for (const auto& name : lost.foreign_keys)
    add_hazard(step, "data.drop_fk", table + "." + name, "rows may point at nothing from then on", accepted);
  for (const auto& index : move.after.indexes)
    if (std::ranges::find(move.before.indexes, index.name, &model::Index::name) == move.before.indexes.end())
      add_hazard(step, "perf.index_build", table + "." + index.name, "writers wait while it is built", accepted);
}

plan::Reverse way_back(const TableMove& move, const std::vector<change::ColumnLoss>& losses) {
  const auto back = reversed(move);
  // A length that SQLite does not enforce changes no value.
  const auto converts_back = [&](const Column& column, const Column& source) {
    return converts(back, source) &&
           affinity_of(source.type, is_strict(move.before)) != affinity_of(column.type, is_strict(move.after));
  };
  std::vector<std::string> gone, later, written;
  const auto of = [&](const std::string& column) { return move.after.name + "." + column; };
  for (const auto& name : lost_columns(move)) {
    const auto* column = move.before.column(name);
    if (loss_of(losses, name) && !column->generated) gone.push_back("the values of " + of(name));
  }
  if (counts_keys(move.before) && !counts_keys(move.after))
    gone.push_back("the counter of " + of(rowid_alias(move.before)) +
                   ": keys of rows that are gone may be given again");
  if (loses_rowids(move)) later.push_back("the hidden rowids of " + move.after.name + ", which are others from now on");
  for (const auto& column : move.after.columns) {
    const auto* source = source_of(move, column.name);
    const auto* moved = move_to(move, column.name);
    if (!source) {
      if (!column.generated) later.push_back("what was written to " + of(column.name) + " since");
    } else if (moved && moved->using_expression && !moved->undo) {
      gone.push_back("what " + of(column.name) + " was before it was computed anew");
    } else if (moved && moved->undo) {
      written.push_back("what " + of(column.name) + " was");
    } else if ((converts(move, column) || converts_back(column, *source))) {
      later.push_back("values written to " + of(column.name) + " since that are no " + source->type);
    }
  }
  if (given_up(move).any() || (is_strict(move.before) && !is_strict(move.after)))
    later.push_back("rows written since that do not fit the table as it was");
  if (!gone.empty()) {
    gone.insert(gone.end(), later.begin(), later.end());
    return lossy(listed(gone));
  }
  if (later.empty()) return written.empty() ? exact() : plan::as_written(listed(written));
  return until_written(listed(later));
}

}  // namespace dmc::dialects::sqlite
