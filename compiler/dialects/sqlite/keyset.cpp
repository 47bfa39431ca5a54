// Composite keys are compared as row values, which SQLite answers from the key's own index.
#include "compiler/dialects/sqlite/keyset.hpp"

#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/expression.hpp"
#include "compiler/dialects/sqlite/names.hpp"

namespace dmc::dialects::sqlite {

namespace {

std::string row(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? parts.front() : "(" + joined(parts, ", ") + ")";
}

/// `?2` or `(?2, ?3)`: as many parameters as the key has columns, from the one numbered `first`.
std::string parameters(const Keyset& keys, std::size_t first) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < keys.columns.size(); ++i) parts.push_back("?" + std::to_string(first + i));
  return row(parts);
}

std::string key(const Keyset& keys) {
  std::vector<std::string> parts;
  for (const auto& column : keys.columns) parts.push_back(quoted(column));
  return row(parts);
}

std::string order(const Keyset& keys, std::string_view direction) {
  std::vector<std::string> parts;
  for (const auto& column : keys.columns) parts.push_back(quoted(column) + std::string(direction));
  return joined(parts, ", ");
}

std::string and_where(const Keyset& keys) { return keys.where.empty() ? std::string() : " and (" + keys.where + ")"; }

/// The key so many rows further on; passing over them costs a quarter of collecting them.
std::string upper_end(const Keyset& keys, const std::string& range, std::size_t limit) {
  return "select " + quoted_list(keys.columns) + " from " + quoted(keys.table) + " where " + range + and_where(keys) +
         " order by " + order(keys, "") + " limit 1 offset ?" + std::to_string(limit) + " - 1";
}

}  // namespace

std::string Keyset::first_rows() const { return key(*this) + " <= " + parameters(*this, 1) + and_where(*this); }

std::string Keyset::next_rows() const {
  const auto k = columns.size();
  return key(*this) + " > " + parameters(*this, 1) + " and " + key(*this) + " <= " + parameters(*this, k + 1) +
         and_where(*this);
}

plan::Backfill Keyset::backfill(const plan::Pace& pace) const {
  const auto k = columns.size();
  plan::Backfill action;
  action.table = table;
  action.key = columns;
  action.bound =
      "select " + quoted_list(columns) + " from " + quoted(table) + " order by " + order(*this, " desc") + " limit 1";
  action.first = upper_end(*this, key(*this) + " <= " + parameters(*this, 2), 1);
  action.next = upper_end(
      *this, key(*this) + " > " + parameters(*this, 1) + " and " + key(*this) + " <= " + parameters(*this, k + 2),
      k + 1);
  action.total = "select count(*) from " + quoted(table) + (where.empty() ? std::string() : " where (" + where + ")");
  action.pace = pace;
  return action;
}

Keyset keyset_of(const model::Table& table, std::string_view where) {
  return {table.name, row_key(table, true).columns, bare(where)};
}

}  // namespace dmc::dialects::sqlite
