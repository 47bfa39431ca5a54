// Keys are lists of expressions; they are compared element by element.
#include "compiler/dialects/clickhouse/storage.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "compiler/model/sql_text.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// The elements of a list, each as its tokens joined.
std::vector<std::string> elements_of(const model::Sql& list) {
  std::vector<std::string> found;
  std::string element;
  int depth = 0;
  for (const auto& token : model::sql_tokens(list.text)) {
    if (token.text == "(" || token.text == "[") ++depth;
    if (token.text == ")" || token.text == "]") --depth;
    if (token.text == "," && depth == 0) {
      found.push_back(std::move(element));
      element.clear();
    } else {
      element += (element.empty() ? "" : " ") + std::string(token.text);
    }
  }
  if (!element.empty()) found.push_back(std::move(element));
  return found;
}

}  // namespace

std::string key_words(const model::Sql& list) {
  return elements_of(list).size() == 1 ? list.text : "(" + list.text + ")";
}

const model::Sql& primary_key_of(const model::Storage& storage) {
  return storage.primary_key.text.empty() ? storage.order_by : storage.primary_key;
}

bool is_in_key(const model::Table& table, std::string_view column) {
  if (!table.storage) return false;
  const auto& storage = *table.storage;
  return std::ranges::any_of(
      std::vector{storage.order_by.text, storage.partition_by.text, storage.primary_key.text, storage.sample_by.text},
      [&](const std::string& text) {
        const auto all = model::names_in(text);
        return std::ranges::find(all, column) != all.end();
      });
}

std::optional<std::string> appended_key(const model::Storage& before, const model::Storage& desired) {
  const auto was = elements_of(before.order_by), is = elements_of(desired.order_by);
  if (is.size() < was.size() || !std::equal(was.begin(), was.end(), is.begin())) return std::nullopt;
  std::string more;
  for (auto at = is.begin() + static_cast<std::ptrdiff_t>(was.size()); at != is.end(); ++at) more += ", " + *at;
  return more;
}

std::vector<std::string_view> fixed_settings() { return {"index_granularity", "index_granularity_bytes"}; }

bool differ_in_fixed_settings(const model::Table& before, const model::Table& desired) {
  const auto value = [](const model::Table& table, std::string_view name) {
    const auto found = std::ranges::find(table.settings, name, &model::Setting::name);
    return found == table.settings.end() ? std::string() : found->value;
  };
  return std::ranges::any_of(fixed_settings(),
                             [&](std::string_view name) { return value(before, name) != value(desired, name); });
}

bool alters_in_place(const model::Table& before, const model::Table& desired) {
  if (before.storage.has_value() != desired.storage.has_value()) return false;
  if (!before.storage) return true;
  const auto &was = *before.storage, &is = *desired.storage;
  if (was.engine != is.engine || was.partition_by != is.partition_by) return false;
  if (primary_key_of(was) != primary_key_of(is)) return false;
  const auto more = appended_key(was, is);
  if (!more) return false;
  // Only what is new there can be appended: parts that exist are sorted by it because it is the same in every row.
  const auto names = model::names_in(*more);
  return std::ranges::all_of(names, [&](std::string_view name) {
    const auto* column = desired.column(name);
    return column && !before.column(name) && !column->default_value && !column->generated;
  });
}

}  // namespace dmc::dialects::clickhouse
