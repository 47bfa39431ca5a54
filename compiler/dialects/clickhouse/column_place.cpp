// Before 20.6 a column comes behind another one or last, never first, and those that are computed stand in lists of
// their own, where no order shows.
#include "compiler/dialects/clickhouse/column_place.hpp"

#include <algorithm>

#include "compiler/dialects/clickhouse/quoting.hpp"

namespace dmc::dialects::clickhouse {

namespace {

std::string behind(const std::string& column) { return " AFTER " + quoted(column); }

}  // namespace

ColumnPlaces::ColumnPlaces(const model::Table& table, Version oldest) : oldest_(oldest) {
  for (const auto& column : table.columns) entries_.push_back({column.name, kind_of(column)});
}

ColumnPlaces::Kind ColumnPlaces::kind_of(const model::Column& column) {
  if (!column.generated) return Kind::ordinary;
  return column.generated->stored ? Kind::stored : Kind::alias;
}

std::vector<ColumnPlaces::Entry>::iterator ColumnPlaces::find(const std::string& name) {
  return std::ranges::find(entries_, name, &Entry::name);
}

bool ColumnPlaces::is_last(std::vector<Entry>::const_iterator at, Kind kind) const {
  return std::none_of(at, entries_.end(),
                      [&](const Entry& entry) { return entry.is_seen && stand_together(entry.kind, kind); });
}

ColumnPlace ColumnPlaces::before(std::vector<Entry>::const_iterator at, Kind kind) const {
  for (auto other = at; other != entries_.begin();)
    if (--other; other->is_seen && stand_together(other->kind, kind)) return {behind(other->name)};
  if (is_last(at, kind)) return {};
  if (oldest_ >= column_first) return {" FIRST"};
  return {"", kind == Kind::ordinary};
}

ColumnPlace ColumnPlaces::add(const model::Column& column, const std::vector<model::Column>& wanted) {
  const auto kind = kind_of(column);
  const auto own = std::ranges::find(wanted, column.name, &model::Column::name);
  auto at = entries_.end();
  bool is_placed = false;
  for (auto other = own; other != wanted.begin() && !is_placed;)
    if (const auto found = find((--other)->name); found != entries_.end()) at = found + 1, is_placed = true;
  for (auto other = own; !is_placed && other != wanted.end(); ++other)
    if (const auto found = find(other->name); found != entries_.end()) at = found, is_placed = true;
  // Behind all others it stands by itself.
  auto place = is_last(at, kind) ? ColumnPlace{} : before(at, kind);
  entries_.insert(place.is_missed ? entries_.end() : at, {column.name, kind});
  return place;
}

ColumnPlace ColumnPlaces::drop(const std::string& column) {
  const auto found = find(column);
  if (found == entries_.end()) return {};
  const auto kind = found->kind;
  const auto at = entries_.erase(found);
  return is_last(at, kind) ? ColumnPlace{} : before(at, kind);
}

void ColumnPlaces::rename(const std::string& from, const std::string& to) {
  if (const auto found = find(from); found != entries_.end()) found->name = to;
}

ColumnPlaces::Beside ColumnPlaces::replace(const std::string& from, const model::Column& to) {
  const auto found = find(from);
  if (found == entries_.end()) return {};
  const auto was = found->kind, is = kind_of(to);
  Beside beside{{}, is_last(found + 1, was) ? ColumnPlace{} : before(found, was)};
  // What takes the values of another column is an ordinary one for a while.
  if (stand_together(was, Kind::ordinary)) beside.there = {behind(from)};
  if (stand_together(is, Kind::ordinary)) beside.back = {behind(to.name)};
  *found = {to.name, is};
  return beside;
}

void ColumnPlaces::hide(const std::string& column) {
  if (const auto found = find(column); found != entries_.end()) found->is_seen = false;
}

ColumnPlaces::Turned ColumnPlaces::turn(const model::Column& to) {
  const auto found = find(to.name);
  if (found == entries_.end()) return {};
  const auto was = found->kind, is = kind_of(to);
  found->kind = is;
  if (stand_together(was, is)) return {};
  if (is_last(found + 1, Kind::ordinary)) return {};
  if (is == Kind::ordinary) std::rotate(found, found + 1, entries_.end());
  return {is == Kind::ordinary, was == Kind::ordinary};
}

}  // namespace dmc::dialects::clickhouse
