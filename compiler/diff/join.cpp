// Joins two alterations where one after the other and both at once come to the same.
#include "compiler/diff/join.hpp"

#include <algorithm>
#include <iterator>

namespace dmc::diff {

namespace {

bool touches(const std::vector<change::ColumnMove>& moves, const std::string& column) {
  return std::ranges::any_of(moves, [&](const auto& move) { return move.from == column || move.to == column; });
}

/// Expressions of both would be read over the columns as they were before either.
bool can_join(const change::AlterTable& first, const change::AlterTable& second) {
  if (first.after.path() != second.before.path() || !(first.rebuild || second.rebuild)) return false;
  const bool moved_twice =
      std::ranges::any_of(second.moves, [&](const auto& move) { return touches(first.moves, move.from); });
  const bool lost_after_move =
      std::ranges::any_of(second.losses, [&](const auto& loss) { return touches(first.moves, loss.column); });
  const bool reads_new_values =
      std::ranges::any_of(second.moves, [](const auto& move) { return move.using_expression.has_value(); }) &&
      !(first.moves.empty() && first.before.columns == first.after.columns);
  const bool undo_reads_lost = !second.losses.empty() &&
                               std::ranges::any_of(first.moves, [](const auto& move) { return move.undo.has_value(); });
  const bool loses_new =
      std::ranges::any_of(second.losses, [&](const auto& loss) { return !first.before.column(loss.column); });
  return !moved_twice && !lost_after_move && !reads_new_values && !undo_reads_lost && !loses_new;
}

void join(change::Change& first, change::Change&& second) {
  auto& into = std::get<change::AlterTable>(first.kind);
  auto& from = std::get<change::AlterTable>(second.kind);
  into.after = std::move(from.after);
  std::ranges::move(from.moves, std::back_inserter(into.moves));
  std::ranges::move(from.losses, std::back_inserter(into.losses));
  into.rebuild = true;
  first.source += "; " + second.source;
  first.declared = true;
}

}  // namespace

std::vector<change::Change> join_rebuilds(std::vector<change::Change> changes) {
  std::vector<change::Change> joined;
  joined.reserve(changes.size());
  for (auto& change : changes) {
    const auto* second = std::get_if<change::AlterTable>(&change.kind);
    const auto* first = joined.empty() ? nullptr : std::get_if<change::AlterTable>(&joined.back().kind);
    if (first && second && joined.back().database == change.database && can_join(*first, *second))
      join(joined.back(), std::move(change));
    else
      joined.push_back(std::move(change));
  }
  return joined;
}

}  // namespace dmc::diff
