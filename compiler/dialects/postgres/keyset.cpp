// Composite keys are compared as row values, which PostgreSQL answers from the key's own index.
#include "compiler/dialects/postgres/keyset.hpp"

#include <fmt/format.h>

#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

namespace {

std::string row_value(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? parts.front() : "(" + joined(parts, ", ") + ")";
}

std::string key_value(const Keyset& keys) {
  std::vector<std::string> parts;
  for (const auto& column : keys.columns) parts.push_back(quoted(column));
  return row_value(parts);
}

/// `$2` or `($2, $3)`: as many parameters as the key has columns, from the one numbered `first`.
std::string numbered(const Keyset& keys, std::size_t first) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < keys.columns.size(); ++i) parts.push_back("$" + std::to_string(first + i));
  return row_value(parts);
}

std::string key_order(const Keyset& keys, std::string_view direction) {
  std::vector<std::string> parts;
  for (const auto& column : keys.columns) parts.push_back(quoted(column) + std::string(direction));
  return joined(parts, ", ");
}

std::string and_wanted(const Keyset& keys) { return keys.where.empty() ? std::string() : " and (" + keys.where + ")"; }

/// The key so many rows further on.
std::string upper_end(const Keyset& keys, const std::string& range, std::size_t limit) {
  return fmt::format("select {} from {} where {}{} order by {} limit 1 offset ${}::bigint - 1",
                     quoted_list(keys.columns), keys.table, range, and_wanted(keys), key_order(keys, ""), limit);
}

}  // namespace

std::string Keyset::first_rows() const { return key_value(*this) + " <= " + numbered(*this, 1) + and_wanted(*this); }

std::string Keyset::next_rows() const {
  return key_value(*this) + " > " + numbered(*this, 1) + " and " + key_value(*this) +
         " <= " + numbered(*this, columns.size() + 1) + and_wanted(*this);
}

plan::Backfill Keyset::backfill(std::string for_people, const plan::Pace& pace) const {
  const auto k = columns.size();
  plan::Backfill action;
  action.table = std::move(for_people);
  action.key = columns;
  action.bound =
      fmt::format("select {} from {} order by {} limit 1", quoted_list(columns), table, key_order(*this, " desc"));
  action.first = upper_end(*this, key_value(*this) + " <= " + numbered(*this, 2), 1);
  action.next = upper_end(
      *this,
      key_value(*this) + " > " + numbered(*this, 1) + " and " + key_value(*this) + " <= " + numbered(*this, k + 2),
      k + 1);
  action.total = "select count(*) from " + table + (where.empty() ? std::string() : " where (" + where + ")");
  action.pace = pace;
  return action;
}

}  // namespace dmc::dialects::postgres
