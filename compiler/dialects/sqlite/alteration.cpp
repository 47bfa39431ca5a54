// The order of one alteration: readers away, columns renamed, then the table itself, readers back.
#include "compiler/dialects/sqlite/alteration.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/readers.hpp"
#include "compiler/dialects/sqlite/rename.hpp"
#include "compiler/dialects/sqlite/step_parts.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

namespace {

struct Rename {
  std::string from;
  std::string to;
};

/// Renames in an order in which every new name is free; names that change places go through one of ours.
std::vector<Rename> in_order(const TableMove& move, std::string_view serves) {
  std::vector<Rename> open;
  for (const auto& column : move.moves)
    if (!column.from.empty() && column.from != column.to) open.push_back({column.from, column.to});
  std::vector<std::string> taken;
  for (const auto& column : move.before.columns) taken.push_back(folded(column.name));
  std::vector<Rename> ordered;
  const auto take = [&](const Rename& rename) {
    ordered.push_back(rename);
    std::erase(taken, folded(rename.from));
    taken.push_back(folded(rename.to));
  };
  // A column that is lost while its name goes to another one leaves the name first.
  for (const auto& lost : lost_columns(move)) {
    const bool wanted =
        std::ranges::any_of(move.after.columns, [&](const auto& column) { return same_name(column.name, lost); });
    if (wanted) take({lost, own_name("gone", std::string(serves) + '\x1f' + lost)});
  }
  while (!open.empty()) {
    const auto free = std::ranges::find_if(open, [&](const Rename& rename) {
      return same_name(rename.from, rename.to) || std::ranges::find(taken, folded(rename.to)) == taken.end();
    });
    if (free != open.end()) {
      take(*free);
      open.erase(free);
      continue;
    }
    const auto aside = own_name("new", std::string(serves) + '\x1f' + open.front().from);
    take({open.front().from, aside});
    open.front().from = aside;
  }
  return ordered;
}

/// The table once its columns have their new names.
model::Table middle_of(const TableMove& move, const std::vector<Rename>& renames) {
  model::Database alone;
  alone.tables.push_back(move.before);
  for (const auto& rename : renames) sqlite::rename(alone, move.before.name, rename.from, rename.to);
  return alone.tables.front();
}

template <class T>
void append(std::vector<T>& list, std::vector<T> more) {
  list.insert(list.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Columns whose name means something else afterwards, or nothing.
std::vector<std::string> touched(const TableMove& move) {
  auto names = lost_columns(move);
  for (const auto& column : move.moves)
    if (!column.from.empty() && column.from != column.to) names.push_back(column.from);
  return names;
}

}  // namespace

Alteration alter(const TableMove& move, std::string_view serves) {
  const auto renames = in_order(move, serves);
  const auto middle = middle_of(move, renames);
  auto own = native_alteration(move, middle);
  Alteration result = own ? std::move(*own) : rebuild(move, middle, serves);
  const auto names = touched(move);
  const auto readers = result.rebuilds ? all_readers(move.from)
                       : names.empty() ? Readers()
                                       : readers_of_columns(move.from, move.to, names);

  auto statements = drop_statements(readers);
  for (const auto& rename : renames)
    statements.push_back("alter table " + quoted(move.before.name) + " rename column " + quoted(rename.from) + " to " +
                         quoted(rename.to));
  append(statements, std::move(result.statements));
  append(statements, create_statements(move.to, readers));
  result.statements = std::move(statements);
  if (!names.empty())
    for (const auto& view : readers.views)
      if (const auto* later = move.to.view(view)) result.post.push_back(stands(*later, move.to));
  return result;
}

}  // namespace dmc::dialects::sqlite
