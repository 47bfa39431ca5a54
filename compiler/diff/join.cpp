// Joins two alterations where one after the other and both at once come to the same.
#include "compiler/diff/join.hpp"

#include <algorithm>
#include <iterator>

#include "compiler/diff/reading.hpp"

namespace dmc::diff {

namespace {

bool touches(const std::vector<change::ColumnMove>& moves, const std::string& column) {
  return std::ranges::any_of(moves, [&](const auto& move) { return move.from == column || move.to == column; });
}

/// Whether `after` wants something of rows that `before` did not.
bool demands_more(const model::Table& before, const model::Table& after) {
  const auto news = [](const auto& old, const auto& list, const auto& counts) {
    return std::ranges::any_of(list, [&](const auto& one) {
      return counts(one) && std::ranges::none_of(old, [&](const auto& other) { return other == one; });
    });
  };
  const auto always = [](const auto&) { return true; };
  return before.primary_key != after.primary_key || news(before.uniques, after.uniques, always) ||
         news(before.checks, after.checks, always) || news(before.foreign_keys, after.foreign_keys, always) ||
         news(before.indexes, after.indexes, [](const auto& index) { return index.unique; }) ||
         std::ranges::any_of(after.columns, [&](const auto& column) {
           const auto* old = before.column(column.name);
           return column.not_null && old && !old->not_null;
         });
}

/// New values, and what they must fit: proven over the old values, before these are gone.
bool proven_together(const change::AlterTable& first, const change::AlterTable& second) {
  return std::ranges::any_of(first.moves, [](const auto& move) { return move.using_expression.has_value(); }) &&
         demands_more(second.before, second.after);
}

/// What goes on beside its successor is made while the rest of the table stays as it is.
bool keeps_both(const change::AlterTable& alter) {
  return std::ranges::any_of(alter.after.columns, [&](const auto& column) {
    const auto* before = alter.before.column(column.name);
    return column.kept && !(before && before->kept);
  });
}

/// Whether what the alteration makes of columns, or takes from them, may be meant by the text.
bool means_changed(const std::optional<model::Sql>& expression, const change::AlterTable& alter) {
  if (!expression) return false;
  const auto differs = [&](const model::Column& column, const model::Table& other) {
    const auto* twin = other.column(column.name);
    return (!twin || !(*twin == column)) && may_mention(expression->text, column.name);
  };
  return std::ranges::any_of(alter.before.columns, [&](const auto& column) { return differs(column, alter.after); }) ||
         std::ranges::any_of(alter.after.columns, [&](const auto& column) { return differs(column, alter.before); }) ||
         std::ranges::any_of(alter.moves, [&](const auto& move) { return may_mention(expression->text, move.to); });
}

/// Joined, expressions of both are read over the columns as they were before either, and on the way back as they were
/// behind both.
bool can_join(const change::AlterTable& first, const change::AlterTable& second) {
  if (first.after.path() != second.before.path() || keeps_both(second)) return false;
  // What is reworded with one type reads the other in the words of before.
  if (!second.along.empty() || (!first.along.empty() && !second.moves.empty())) return false;
  if (keeps_both(first) && !proven_together(first, second)) return false;
  if (!(first.rebuild || second.rebuild || first.together || second.together || proven_together(first, second)))
    return false;
  const bool moved_twice =
      std::ranges::any_of(second.moves, [&](const auto& move) { return touches(first.moves, move.from); });
  const bool lost_after_move =
      std::ranges::any_of(second.losses, [&](const auto& loss) { return touches(first.moves, loss.column); });
  const bool reads_new_values =
      std::ranges::any_of(second.moves, [&](const auto& move) { return means_changed(move.using_expression, first); });
  const bool undo_reads_old_values =
      std::ranges::any_of(first.moves, [&](const auto& move) { return means_changed(move.undo, second); });
  const bool loses_new =
      std::ranges::any_of(second.losses, [&](const auto& loss) { return !first.before.column(loss.column); });
  return !moved_twice && !lost_after_move && !reads_new_values && !undo_reads_old_values && !loses_new;
}

bool joins_last_two(const std::vector<change::Change>& changes) {
  if (changes.size() < 2) return false;
  const auto &one = changes[changes.size() - 2], &other = changes.back();
  const auto *first = std::get_if<change::AlterTable>(&one.kind),
             *second = std::get_if<change::AlterTable>(&other.kind);
  return first && second && one.database == other.database && can_join(*first, *second);
}

void join(change::Change& first, change::Change&& second) {
  auto& into = std::get<change::AlterTable>(first.kind);
  auto& from = std::get<change::AlterTable>(second.kind);
  into.after = std::move(from.after);
  std::ranges::move(from.moves, std::back_inserter(into.moves));
  std::ranges::move(from.losses, std::back_inserter(into.losses));
  into.together = into.together || from.together || (!into.rebuild && !from.rebuild);
  into.rebuild = into.rebuild || from.rebuild;
  if (from.pace != plan::Pace{}) into.pace = from.pace;
  first.source += "; " + second.source;
  first.declared = true;
}

}  // namespace

std::vector<change::Change> join_rebuilds(std::vector<change::Change> changes) {
  std::vector<change::Change> joined;
  joined.reserve(changes.size());
  for (auto& change : changes) {
    joined.push_back(std::move(change));
    while (joins_last_two(joined)) {
      auto last = std::move(joined.back());
      joined.pop_back();
      join(joined.back(), std::move(last));
      // Alterations that came before and had no reason to join each other happen in the rebuild too.
      if (!std::get<change::AlterTable>(joined.back().kind).rebuild) break;
    }
  }
  return joined;
}

}  // namespace dmc::diff
