// A delta is found by comparing what is, under the new names, with what is wanted; each topic turns its deltas into
// steps.
#include "compiler/dialects/postgres/alteration.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/dialects/postgres/artifact.hpp"
#include "compiler/dialects/postgres/keeping.hpp"
#include "compiler/dialects/postgres/keyset.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/readers.hpp"
#include "compiler/dialects/postgres/rebuild.hpp"
#include "compiler/dialects/postgres/retype_by_copy.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/postgres/table_copy.hpp"
#include "compiler/dialects/postgres/triggers_off.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "compiler/dialects/refused.hpp"
#include "compiler/model/print.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Table;

void rename_in(std::optional<std::string>& name, const std::string& from, const std::string& to) {
  if (name == from) name = to;
}

/// The table's own texts and lists with a column under another name, as the server itself carries a rename.
void carry(Table& table, const std::string& from, const std::string& to) {
  const model::RenameScope scope{table.name, model::RenameScope::Text::expression, false};
  const auto text = [&](model::Sql& sql) { sql.text = model::with_renamed(sql.text, from, to, scope); };
  const auto elements = [&](std::vector<model::Element>& list) {
    for (auto& element : list) {
      rename_in(element.column, from, to);
      if (element.expression) text(*element.expression);
    }
  };
  const auto names = [&](std::vector<std::string>& list) { std::ranges::replace(list, from, to); };
  for (auto& column : table.columns) {
    if (column.name == from) column.name = to;
    if (column.generated) text(column.generated->expression);
  }
  if (table.primary_key) elements(table.primary_key->elements), names(table.primary_key->include);
  for (auto& key : table.uniques) elements(key.elements), names(key.include);
  for (auto& check : table.checks) text(check.expression);
  for (auto& key : table.foreign_keys) {
    names(key.columns);
    names(key.set_columns);
    if (key.table == table.path()) names(key.referenced);
  }
  for (auto& exclusion : table.exclusions) {
    elements(exclusion.elements);
    names(exclusion.include);
    if (exclusion.where) text(*exclusion.where);
  }
  for (auto& index : table.indexes) {
    elements(index.elements);
    names(index.include);
    if (index.where) text(*index.where);
  }
  if (table.partitioned) text(table.partitioned->by);
}

}  // namespace

void Brief::add(std::vector<std::string> statements, std::vector<std::string> back, std::string word,
                std::string word_back) {
  append(forward, std::move(statements));
  backward.insert(backward.begin(), std::make_move_iterator(back.begin()), std::make_move_iterator(back.end()));
  if (!word.empty()) words.push_back(std::move(word));
  if (!word_back.empty()) words_back.push_back(std::move(word_back));
}

void Brief::give_way(const InTheWay& forth, const InTheWay& back_again, const model::Database& database) {
  const auto both = [&](const InTheWay& way, std::vector<std::string>& first, std::vector<std::string>& last) {
    first = take_away(way.views);
    append(first, way.drop);
    last = way.create;
    append(last, make_anew(way.views, database));
  };
  both(forth, first_forward, last_forward);
  both(back_again, first_back, last_back);
}

Alteration::Alteration(const Lowering& lowering, const change::AlterTable& alter)
    : lowering_(lowering), alter_(alter), now_(alter.before) {
  // Names that change places meet on the way, so all leave first.
  std::vector<std::pair<std::string, std::string>> aside;
  for (const auto& move : alter.moves) {
    if (move.from == move.to || move.from.empty()) continue;
    auto name = own("aside", move.from);
    carry(now_, move.from, name);
    aside.emplace_back(std::move(name), move.to);
  }
  for (const auto& [from, to] : aside) carry(now_, from, to);
}

std::string Alteration::name() const { return full(alter_.after); }
std::string Alteration::object() const { return "table " + alter_.after.path(); }

std::string Alteration::own(std::string_view purpose, std::string_view what) const {
  return own_name(purpose, lowering_.serves(alter_.after.path() + '\x1f' + std::string(what)));
}

std::optional<std::string> Alteration::accepted() const { return own_acceptance(lowering_.change); }

const model::Column* Alteration::source(const std::string& column) const {
  const bool lost = std::ranges::find(alter_.losses, column, &change::ColumnLoss::column) != alter_.losses.end();
  return lost && !move_to(column) ? nullptr : now_.column(column);
}

const change::ColumnMove* Alteration::move_to(const std::string& column) const {
  const auto found = std::ranges::find(alter_.moves, column, &change::ColumnMove::to);
  return found == alter_.moves.end() ? nullptr : &*found;
}

void Alteration::flush() {
  if (brief_.empty()) return;
  auto& b = brief_;
  const auto table = alter_.after.path();
  auto statements = std::move(b.first_forward), back = std::move(b.first_back);
  append(statements, std::move(b.forward));
  append(statements, std::move(b.last_forward));
  append(back, std::move(b.backward));
  append(back, std::move(b.last_back));
  const auto make = [&](bool scans, std::vector<std::string> list, const std::vector<std::string>& words) {
    const auto summary = "alter " + table + ": " + joined(words, ", ");
    return scans ? lengthy(object(), summary, std::move(list)) : postgres::brief(object(), summary, std::move(list));
  };
  auto forward = make(b.scans, std::move(statements), b.words);
  auto reverse = make(b.scans_back, std::move(back), b.words_back);
  forward.pre = std::move(b.pre);
  forward.post = std::move(b.post);
  reverse.pre = std::move(b.back_pre);
  reverse.post = std::move(b.back_post);
  for (auto& lock : b.locks) add_lock(forward, lock.object, lock.mode, lock.work);
  add_lock(forward, object(), "access exclusive", b.scans ? "scan" : "catalog");
  for (auto& lock : b.locks_back) add_lock(reverse, lock.object, lock.mode, lock.work);
  add_lock(reverse, object(), "access exclusive", b.scans_back ? "scan" : "catalog");
  if (b.fills_back) fill_unseen(reverse, lowering_, now_);
  note_filling(forward);
  note_filling(reverse);
  if (b.held_back) hold_still(reverse, this->name());
  forward.hazards = std::move(b.hazards);
  if (b.in_public) {
    read_in_public(forward);
    read_in_public(reverse);
  }
  plan::Reverse grade = exact();
  if (!b.loses.empty()) {
    append(b.loses, b.later);
    grade = lossy(listed(b.loses));
  } else if (!b.later.empty()) {
    grade = until_written(listed(b.later));
  }
  pairs_.push_back(pair_of(std::move(forward), std::move(grade), std::move(reverse)));
  brief_ = Brief();
}

plan::QueryCheck rows_fit(const Alteration& alteration, const std::string& means, const std::string& broken) {
  return no_rows(fmt::format("every row of {} {}", alteration.after().path(), means),
                 fmt::format("select 1 from {} where {} limit 1", alteration.name(), broken),
                 fmt::format("change the rows that do not:  backfill {} set … where ({}) follow with backup;",
                             alteration.after().path(), broken));
}

plan::Step fill_step(const Lowering& lowering, const Table& table, const std::string& summary, const std::string& set,
                     const std::string& where, const plan::Pace& pace) {
  const auto update = "update " + full(table) + " set " + set + " where ";
  auto step = lengthy("table " + table.path(), summary, {update + (where.empty() ? "true" : where)});
  if (const Keyset keys{full(table), row_key(table), where}; !keys.columns.empty()) {
    auto action = keys.backfill(table.path(), pace);
    action.change_first = update + keys.first_rows();
    action.change_next = update + keys.next_rows();
    step.action = std::move(action);
  }
  add_lock(step, "table " + table.path(), "row exclusive", "rows");
  read_in_public(step);
  (void)lowering;
  return step;
}

Pairs Alteration::run() {
  if (const auto* kept = kept_name(*this)) {
    lower_kept_name(*this, *kept);
    return std::move(pairs_);
  }
  lower_renames(*this);
  lower_settings_of_lost_indexes(*this);
  lower_lost_members(*this);
  lower_lost_columns(*this);
  lower_new_columns(*this);
  lower_column_changes(*this);
  lower_settings(*this);
  flush();
  lower_partitions(*this);
  lower_not_null(*this);
  lower_new_indexes(*this);
  lower_new_constraints(*this);
  lower_settings_of_indexes(*this);
  flush();
  return std::move(pairs_);
}

namespace {

/// The change has a `rebuild`, or this had been refused before; the copy that it makes does not take this type in.
void refuse_without_copy(const Lowering& lowering, const change::AlterTable& alter, const Table& now) {
  auto copied = alter;
  copied.rebuild = true;
  const auto types = retyped_by_copy(copied, now, lowering.before);
  if (types.empty()) return;
  const auto& column = types.front().forth.column;
  throw Refused(now.partitioned ? "E0903" : "E0904",
                fmt::format("the type of '{}' cannot change while {}", grammar::escaped(now.path() + "." + column),
                            stays_in_place(now, column)),
                "the copy of the table does not take this in",
                fmt::format("say it directly before `rebuild table {};`, with nothing between them that is not about "
                            "this table too; or, where an expression of one reads what another changes, change each in "
                            "a version of its own",
                            grammar::escaped(now.path())));
}

/// What reads a column in its old words when the type comes, and cannot have its new ones yet.
void refuse_old_words(const change::AlterTable& alter, const Table& now) {
  for (const auto& one : alter.along) {
    const auto *was = now.column(one.column), *is = alter.after.column(one.column);
    if (one.after || !was || !is || widens(was->type, is->type)) continue;
    const auto* trigger = std::get_if<model::Trigger>(&one.before);
    // A list of columns fits any type.
    if (trigger && !(trigger->when && text_names(trigger->when->text, one.column))) continue;
    const auto* object = std::get_if<model::Object>(&one.before);
    const auto drop = trigger ? fmt::format("trigger {}.{}", now.path(), model::quoted(trigger->name))
                              : "object " + model::quoted(object->path());
    throw Refused("E0904",
                  fmt::format("the type of '{}' cannot change while {} reads it in its old words",
                              grammar::escaped(now.path() + "." + one.column),
                              grammar::escaped(trigger ? "trigger '" + trigger->path() + "'" : object->label())),
                  "its new words name what comes only behind this",
                  fmt::format("say this behind the lines that bring what they name; or change that in a version "
                              "before; or say in front of this:  drop {};  the one that is declared is "
                              "made behind it, and until then there is none",
                              drop));
  }
}

}  // namespace

Pairs lower_alter(const Lowering& lowering, const change::AlterTable& alter) {
  const auto now = Alteration(lowering, alter).now();
  if (asks_for_copy(alter, now, lowering.before)) {
    const auto middle = altered_in_place(alter, now, lowering.before);
    // What cannot be copied is refused before, but for what can be written anew in place, and for what only another
    // line of the change takes away, too late.
    const auto why = copy_hindrance(middle, alter.after, lowering.before);
    if (why.empty()) return lower_rebuild(lowering, alter);
    refuse_without_copy(lowering, alter, now);
    if (!storage_can_be_set(alter))
      throw Refused("E0900",
                    fmt::format("'{}' cannot be brought over into a new table online: {}",
                                grammar::escaped(alter.after.path()), why),
                    "the new one could not take its place without loss",
                    "take that away in front of this line, or in a version before");
  }
  refuse_without_copy(lowering, alter, now);
  refuse_old_words(alter, now);
  return Alteration(lowering, alter).run();
}

}  // namespace dmc::dialects::postgres
