#include "compiler/model/renamed.hpp"

namespace dmc::model {

const std::string* renamed_from(const Intent& intent, const std::string& table, const std::string& column) {
  for (const auto& statement : intent.statements) {
    const auto* rename = std::get_if<RenameStatement>(&statement.kind);
    if (!rename || rename->object_kind != "column" || rename->to.parts.empty() || rename->to.parts.back() != column)
      continue;
    if (const auto& from = rename->from.parts; from.size() >= 2 && from[from.size() - 2] == table) return &from.back();
  }
  return nullptr;
}

}  // namespace dmc::model
