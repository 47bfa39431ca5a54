// Findings as the protocol has them.
#include "editors/lsp/features.hpp"

namespace dmc::lsp {

namespace {

std::int64_t severity_of(grammar::Severity severity) {
  return severity == grammar::Severity::error ? 1 : severity == grammar::Severity::warning ? 2 : 3;
}

std::string message_of(const grammar::Diagnostic& diagnostic) {
  std::string text = diagnostic.message;
  if (!diagnostic.label.empty()) text += "\n" + diagnostic.label;
  for (const auto& help : diagnostic.help) text += "\n= " + help;
  return text;
}

Json related(const Workspace& workspace, const Finding& finding) {
  JsonArray items;
  for (const auto& other : finding.related)
    if (const auto* document = workspace.document(other.file))
      items.push_back(json_object(
          {{"location", location(workspace, *document, other.begin, other.end)}, {"message", json(other.text)}}));
  return items.empty() ? absent() : json_array(std::move(items));
}

}  // namespace

Json diagnostic(const Workspace& workspace, const Document& document, const Finding& finding) {
  return json_object({{"range", document.range(finding.begin, finding.end)},
                      {"severity", json(severity_of(finding.what.severity))},
                      {"code", json(finding.what.code)},
                      {"source", json("dmc")},
                      {"message", json(message_of(finding.what))},
                      {"relatedInformation", related(workspace, finding)}});
}

Json diagnostics(const Workspace& workspace, const Document& document) {
  JsonArray items;
  for (const auto& finding : workspace.findings(document.name()))
    items.push_back(diagnostic(workspace, document, finding));
  return json_array(std::move(items));
}

Json location(const Workspace& workspace, const Document& document, std::uint32_t begin, std::uint32_t end) {
  return json_object({{"uri", json(workspace.uri_of(document.name()))}, {"range", document.range(begin, end)}});
}

Json text_edit(const Document& document, std::uint32_t begin, std::uint32_t end, std::string_view text) {
  return json_object({{"range", document.range(begin, end)}, {"newText", json(text)}});
}

}  // namespace dmc::lsp
