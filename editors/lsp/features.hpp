// What an editor asks about a place in a file; each answers the `result` of the request, `null` when there is none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  bool may_create_files = false;  ///< the client carries out edits that do
};

Json completion(const Asked& asked);
Json hover(const Asked& asked);
Json signature_help(const Asked& asked);
Json definition(const Asked& asked);
Json references(const Asked& asked);
Json prepare_rename(const Asked& asked);
/// The new name everywhere in the desired state, and the statement that says so in the open change. With `said`: what
/// the author must look at.
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

/// A name as it must be written in that database: by the rules of the language, and in SQL by those of its engine.
std::string spelled(const Asked& asked, std::string_view database, bool in_sql, std::string_view name);
/// A table, a column, … for people: "table", "column".
std::string_view word_of(const Mention& mention);
Json location(const Workspace& workspace, const Document& document, std::uint32_t begin, std::uint32_t end);
Json text_edit(const Document& document, std::uint32_t begin, std::uint32_t end, std::string_view text);
/// The edit that adds a statement to a change, behind the ones it has, or before them.
enum class Where { first, last };
Json add_to_change(const Met& change, std::string_view statement, Where where);
/// The edit that adds one behind another, which ends at `end`.
Json add_behind(const Document& document, std::uint32_t end, std::string_view statement);
/// Of several documents, and of one that begins with a change.
class WorkspaceEdit {
 public:
  explicit WorkspaceEdit(const Asked& asked) : asked_(asked) {}
  void add(const Document& document, Json edit);
  void add(const Document& document, std::uint32_t begin, std::uint32_t end, std::string_view text);
  /// The file of the next change; `about`: words for its name and its title.
  void begin_change(std::string_view about, std::string_view statement);
  Json whole() const;

 private:
  const Asked& asked_;
  std::map<std::string, JsonArray> edits_;  ///< by URI
  std::optional<std::pair<std::string, std::string>> created_;
};

}  // namespace dmc::lsp
