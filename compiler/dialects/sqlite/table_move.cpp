// Follows columns through a move.
#include "compiler/dialects/sqlite/table_move.hpp"

#include <algorithm>

#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"

namespace dmc::dialects::sqlite {

TableMove reversed(const TableMove& move) {
  TableMove back = move;
  std::swap(back.from, back.to);
  std::swap(back.before, back.after);
  std::erase_if(back.moves, [](const auto& column) { return column.from.empty(); });
  for (auto& column : back.moves) {
    std::swap(column.from, column.to);
    std::swap(column.using_expression, column.undo);
  }
  back.keep_order = true;
  return back;
}

const change::ColumnMove* move_to(const TableMove& move, std::string_view column) {
  const auto found = std::ranges::find(move.moves, column, &change::ColumnMove::to);
  return found == move.moves.end() ? nullptr : &*found;
}

const change::ColumnMove* move_from(const TableMove& move, std::string_view column) {
  const auto found = std::ranges::find(move.moves, column, &change::ColumnMove::from);
  return found == move.moves.end() ? nullptr : &*found;
}

const model::Column* source_of(const TableMove& move, std::string_view column) {
  if (const auto* moved = move_to(move, column)) return moved->from.empty() ? nullptr : move.before.column(moved->from);
  // A column that went elsewhere leaves its name to a new one.
  return move_from(move, column) ? nullptr : move.before.column(column);
}

std::vector<std::string> lost_columns(const TableMove& move) {
  std::vector<std::string> lost;
  for (const auto& column : move.before.columns) {
    const bool kept = std::ranges::any_of(move.after.columns,
                                          [&](const auto& later) { return source_of(move, later.name) == &column; });
    if (!kept) lost.push_back(column.name);
  }
  return lost;
}

std::vector<std::string> new_columns(const TableMove& move) {
  std::vector<std::string> found;
  for (const auto& column : move.after.columns)
    if (!source_of(move, column.name)) found.push_back(column.name);
  return found;
}

bool is_filled(const TableMove& move, const model::Column& after) {
  return !after.generated && (move_to(move, after.name) || source_of(move, after.name));
}

bool converts(const TableMove& move, const model::Column& after) {
  const auto* moved = move_to(move, after.name);
  if (moved && moved->using_expression) return true;
  const auto* source = source_of(move, after.name);
  if (!source || source->generated || after.generated) return false;
  const bool was_strict = is_strict(move.before), strict = is_strict(move.after);
  if (strict && (!was_strict || (after.type == "BLOB" && source->type != "BLOB"))) return true;
  const auto affinity = affinity_of(after.type, strict);
  if (was_strict && !strict && affinity != affinity_of(source->type, true)) return affinity != Affinity::blob;
  return source->type != after.type && !widens(source->type, after.type);
}

std::string as_stored(const std::string& value, Affinity affinity) {
  switch (affinity) {
    case Affinity::blob:
      return value;
    case Affinity::text:
      return "case typeof(" + value + ") when 'blob' then " + value + " else cast(" + value + " as text) end";
    default:
      return "case when typeof(" + value + ") = 'blob' or " + is_word(value) + " then " + value + " else cast(" +
             value + " as " + (affinity == Affinity::real ? "real" : "numeric") + ") end";
  }
}

std::string is_word(const std::string& value) {
  return "(typeof(" + value + ") = 'text' and " + value + " > cast(9e999 as numeric))";
}

std::string value_before(const TableMove& move, const model::Column& after) {
  const auto* moved = move_to(move, after.name);
  if (moved && moved->using_expression) return "(" + bare(moved->using_expression->text) + ")";
  const auto* source = source_of(move, after.name);
  const auto affinity = affinity_of(after.type, is_strict(move.after));
  if (source) return converts(move, after) ? as_stored(quoted(source->name), affinity) : quoted(source->name);
  if (!after.default_value) return "null";
  const auto& text = after.default_value->text;
  const bool other_kind = is_constant(text) && text.starts_with('\'') != (affinity == Affinity::text);
  return other_kind ? as_stored("(" + text + ")", affinity) : "(" + text + ")";
}

}  // namespace dmc::dialects::sqlite
