// Where something is declared, and where it is used.
#include "editors/lsp/features.hpp"

namespace dmc::lsp {

Json definition(const Asked& asked) {
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  if (!meant) return {};
  JsonArray places;
  if (meant->meaning == Meaning::parameter) {
    for (const auto& met : asked.workspace.references(*meant))
      if (met.mention.declares)
        places.push_back(location(asked.workspace, *met.document, met.mention.begin, met.mention.end));
    return json_array(std::move(places));
  }
  for (const auto& met : asked.workspace.declarations(*meant))
    if (asked.workspace.document(met.document->name()) == met.document)  // the standard library is in no file
      places.push_back(location(asked.workspace, *met.document, met.mention.begin, met.mention.end));
  return json_array(std::move(places));
}

Json references(const Asked& asked) {
  const auto meant = asked.workspace.meant_at(asked.document, asked.offset);
  if (!meant) return {};
  const bool with_declaration = is_true(asked.params, "context.includeDeclaration");
  JsonArray places;
  for (const auto& met : asked.workspace.references(*meant))
    if (with_declaration || !met.mention.declares)
      places.push_back(location(asked.workspace, *met.document, met.mention.begin, met.mention.end));
  return json_array(std::move(places));
}

}  // namespace dmc::lsp
