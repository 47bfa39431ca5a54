// Looking things up in what was gathered.
#include "compiler/check/draft.hpp"

#include <algorithm>

namespace dmc::check {

const ast::Column* find_column(const TableDraft& table, std::string_view name, bool fold) {
  const auto found = std::ranges::find_if(
      table.columns, [&](const ast::Column* column) { return same_name(column->name.text, name, fold); });
  return found == table.columns.end() ? nullptr : *found;
}

bool has_errors_since(const grammar::Diagnostics& diagnostics, std::size_t before) {
  const auto& all = diagnostics.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == grammar::Severity::error; });
}

}  // namespace dmc::check
