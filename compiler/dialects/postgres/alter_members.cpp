// Renames inside a table, and the constraints and indexes that leave it.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/alteration.hpp"
#include "compiler/dialects/postgres/callers.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/index_steps.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

template <class T>
const T* named(const std::vector<T>& list, const std::string& name) {
  const auto found = std::ranges::find(list, name, &T::name);
  return found == list.end() ? nullptr : &*found;
}

std::string rename_column(const Alteration& alteration, std::string_view from, std::string_view to) {
  return fmt::format("alter table {} rename column {} to {}", alteration.name(), quoted(from), quoted(to));
}

/// A constraint that goes for good; it comes back proven.
void drop_one(Alteration& alteration, std::string_view kind, const std::string& name, const std::string& words,
              std::string_view hazard, const std::string& evidence,
              std::optional<plan::QueryCheck> fits = std::nullopt) {
  auto& brief = alteration.brief();
  const auto table = alteration.name();
  brief.add(drop_constraint(table, name), add_constraint(table, name, words), fmt::format("drop {} {}", kind, name),
            fmt::format("add {} {}", kind, name));
  brief.scans_back = true;
  brief.in_public = true;
  brief.pre.push_back(constraint_is(table, name));
  brief.post.push_back(constraint_is_gone(table, name));
  brief.hazards.push_back(
      {std::string(hazard), alteration.after().path() + "." + name, evidence, alteration.accepted()});
  brief.later.push_back("rows written since that do not fit " + name);
  if (fits) brief.back_pre.push_back(std::move(*fits));
}

}  // namespace

void lower_renames(Alteration& alteration) {
  auto& brief = alteration.brief();
  std::vector<const change::ColumnMove*> moves;
  for (const auto& move : alteration.alter().moves)
    if (move.from != move.to && !move.from.empty()) moves.push_back(&move);
  for (const auto* move : moves) {
    const bool meets = std::ranges::any_of(moves, [&](const auto* other) { return other->from == move->to; });
    const auto word = fmt::format("rename {} to {}", move->from, move->to);
    const auto word_back = fmt::format("rename {} to {}", move->to, move->from);
    brief.hazards.push_back({"compat.rename_column", alteration.after().path() + "." + move->from,
                             "what still says " + move->from + " fails from then on" +
                                 said_by_triggers(alteration.lowering(), alteration.after().path(), move->from),
                             alteration.accepted()});
    if (!meets) continue;
    // It takes the place of one that leaves in the same step.
    const auto aside = alteration.own("aside", move->from);
    brief.add(rename_column(alteration, move->from, aside), rename_column(alteration, aside, move->from), word,
              word_back);
  }
  for (const auto* move : moves) {
    const bool meets = std::ranges::any_of(moves, [&](const auto* other) { return other->from == move->to; });
    const auto from = meets ? alteration.own("aside", move->from) : move->from;
    std::vector<std::string> there{rename_column(alteration, from, move->to)};
    std::vector<std::string> back{rename_column(alteration, move->to, from)};
    if (const auto* column = alteration.after().column(move->to); !meets && column && column->not_null) {
      append(there, rename_not_null(alteration.lowering(), alteration.after(), from, move->to));
      append(back, rename_not_null(alteration.lowering(), alteration.after(), move->to, from));
    }
    brief.add(std::move(there), std::move(back), meets ? "" : fmt::format("rename {} to {}", move->from, move->to),
              meets ? "" : fmt::format("rename {} to {}", move->to, move->from));
    brief.post.push_back(column_is(alteration.name(), move->to));
    auto sequences = rename_sequences(alteration.now(), move->from, move->to);
    if (!sequences.empty())
      brief.add(std::move(sequences), rename_sequences(alteration.alter().before, move->to, move->from), "", "");
  }
  auto forward = rename_members(alteration.now(), alteration.after());
  auto back = rename_members(alteration.after(), alteration.now());
  if (!forward.empty())
    brief.add(std::move(forward), std::move(back), "rename constraints and indexes", "rename them back");
}

void lower_lost_members(Alteration& alteration) {
  const auto& now = alteration.now();
  const auto& after = alteration.after();
  const auto& database = alteration.lowering().before;
  const auto renamed = renamed_members(now, after);
  const auto gone = [&](const auto& list, const std::string& name) {
    return !named(list, name) && std::ranges::find(renamed, name) == renamed.end();
  };
  for (const auto& key : now.foreign_keys) {
    if (!gone(after.foreign_keys, key.name)) continue;
    drop_one(alteration, "foreign key", key.name, foreign_key_words(key, database), "data.drop_fk",
             "rows may point at nothing from then on");
    if (key.table != after.path()) {
      alteration.brief().locks.push_back({"table " + key.table, "access exclusive", "catalog"});
      alteration.brief().locks_back.push_back({"table " + key.table, "share row exclusive", "scan"});
      alteration.brief().hazards.push_back({"lock.fk_drop_parent", after.path() + "." + key.name,
                                            "the table that it references is locked against reads too, briefly",
                                            "brief, with a lock timeout"});
    }
  }
  for (const auto& check : now.checks)
    if (gone(after.checks, check.name))
      drop_one(alteration, "check", check.name, check_words(check), "data.drop_check", "rows are no longer checked",
               rows_fit(alteration, "passes " + check_words(check), "not " + in_parentheses(check.expression.text)));
  for (const auto& exclusion : now.exclusions)
    if (gone(after.exclusions, exclusion.name))
      drop_one(alteration, "exclusion", exclusion.name, exclusion_words(exclusion), "data.drop_unique",
               "rows may overlap from then on");
  alteration.flush();
  for (const auto& key : now.uniques)
    if (gone(after.uniques, key.name)) drop_key(alteration, key, false);
  if (now.primary_key && !after.primary_key) drop_key(alteration, *now.primary_key, true);
  for (const auto& index : now.indexes)
    if (gone(after.indexes, index.name)) drop_index(alteration, index);
}

}  // namespace dmc::dialects::postgres
