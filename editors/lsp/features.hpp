// What an editor asks about a place in a file; each answers the `result` of the request, `null` when there is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "editors/lsp/json.hpp"
#include "editors/lsp/workspace.hpp"

namespace dmc::lsp {

struct Asked {
  const Workspace& workspace;
  const Document& document;
  std::uint32_t offset = 0;  ///< of `position`; 0 when the request has none
  const Json& params;
  const dialects::Dialects& dialects;
};

Json completion(const Asked& asked);
Json hover(const Asked& asked);
Json signature_help(const Asked& asked);
Json definition(const Asked& asked);
Json references(const Asked& asked);
Json prepare_rename(const Asked& asked);
/// The new name everywhere in the desired state, and the statement that says so in the newest change.
Json rename(const Asked& asked);
Json document_symbols(const Asked& asked);
Json formatting(const Asked& asked);
Json folding(const Asked& asked);
Json semantic_tokens(const Asked& asked);
/// Edits that put what a diagnostic asks for where it belongs.
Json code_actions(const Asked& asked);

/// Of all projects; the query's letters, in their order, whatever stands between them.
JsonArray workspace_symbols(const Workspace& workspace, std::string_view query);
/// The names of `semantic_tokens`' numbers.
Json semantic_legend();
/// As `textDocument/publishDiagnostics` has them, and an action what it mends.
Json diagnostic(const Workspace& workspace, const Document& document, const Finding& finding);
Json diagnostics(const Workspace& workspace, const Document& document);

/// A table, a column, … for people: "table", "column".
std::string_view word_of(const Mention& mention);
Json location(const Workspace& workspace, const Document& document, std::uint32_t begin, std::uint32_t end);
Json text_edit(const Document& document, std::uint32_t begin, std::uint32_t end, std::string_view text);
/// The edit that adds a statement to a change, behind the ones it has, or before them.
enum class Where { first, last };
Json add_to_change(const Met& change, std::string_view statement, Where where);

}  // namespace dmc::lsp
