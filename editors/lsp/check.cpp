#include "editors/lsp/check.hpp"

#include <algorithm>

namespace dmc::lsp {

namespace {

bool is_inventory(const check::SourceText& source) { return source.name.starts_with("clusters/"); }

void collect(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, bool inventory,
             std::vector<Finding>& findings) {
  for (const auto& diagnostic : diagnostics.sorted()) {
    auto finding = finding_of(diagnostic, sources);
    if (!inventory || finding.file.starts_with("clusters/")) findings.push_back(std::move(finding));
  }
}

}  // namespace

Finding finding_of(const grammar::Diagnostic& diagnostic, const grammar::Sources& sources) {
  Finding finding;
  finding.what = diagnostic;
  finding.file = "project.mig";
  if (diagnostic.span) {
    const auto span = sources.origin(*diagnostic.span);
    finding.file = sources.file(span.file).name;
    finding.begin = span.begin;
    finding.end = span.end;
  }
  for (const auto& note : diagnostic.notes) {
    const auto span = sources.origin(note.span);
    finding.related.push_back({sources.file(span.file).name, span.begin, span.end, note.text});
  }
  return finding;
}

CheckResult check(const CheckInput& input, const dialects::Dialects& dialects) {
  CheckResult result;
  result.root = input.root;
  result.revision = input.revision;
  auto project = input.project;
  std::vector<check::SourceText> inventory;
  for (const auto& source : project.sources)
    if (is_inventory(source) || source.name == "project.mig") inventory.push_back(source);
  std::erase_if(project.sources, is_inventory);
  {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    auto compiled = compile(project, dialects, sources, diagnostics);
    collect(diagnostics, sources, false, result.findings);
    result.model = std::move(compiled.project);
    result.plan = std::move(compiled.plan);
  }
  if (std::ranges::any_of(inventory, is_inventory)) {
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    (void)check::check(inventory, sources, dialects, diagnostics);
    collect(diagnostics, sources, true, result.findings);
  }
  return result;
}

}  // namespace dmc::lsp
