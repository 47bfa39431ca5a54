#include "editors/lsp/check.hpp"

#include <algorithm>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace dmc::lsp {

namespace {

bool is_inventory(const check::SourceText& source) { return source.name.starts_with("clusters/"); }

/// What a check of more would cost: some GB, and a minute in which nobody is told anything.
constexpr std::ptrdiff_t most_statements = 500'000;

bool is_too_much(const std::vector<check::SourceText>& sources) {
  std::ptrdiff_t statements = 0;
  for (const auto& source : sources) statements += std::ranges::count(source.text, ';');
  return statements > most_statements;
}

Finding too_much() {
  Finding finding;
  finding.file = "project.mig";
  finding.what.code = "lsp.large_project";
  finding.what.severity = grammar::Severity::note;
  finding.what.message =
      "this project is too large to be checked while you type: only syntax is; dmc check reads all of it";
  return finding;
}

/// Adds what is not there yet.
void collect(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources, bool of_check,
             std::vector<Finding>& findings) {
  for (const auto& diagnostic : diagnostics.sorted()) {
    auto finding = finding_of(diagnostic, sources);
    finding.of_check = of_check;
    const bool known = std::ranges::any_of(findings, [&](const Finding& other) {
      return other.file == finding.file && other.begin == finding.begin && other.what.code == finding.what.code &&
             other.what.message == finding.what.message;
    });
    if (!known) findings.push_back(std::move(finding));
  }
}

/// What a check used goes back to the machine, where the allocator would keep it for the next one: of 10,000 tables a
/// quarter of all that the server has.
struct GivesBack {
  ~GivesBack() {
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
  }
};

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

model::Project desired_state(const CheckInput& input, const dialects::Dialects& dialects) {
  if (is_too_much(input.project.sources)) return {};
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  return check::check(input.project.sources, sources, dialects, diagnostics);
}

CheckResult check(const CheckInput& input, const dialects::Dialects& dialects) {
  const GivesBack memory;
  CheckResult result;
  result.root = input.root;
  result.revision = input.revision;
  if (is_too_much(input.project.sources)) {
    result.findings.push_back(too_much());
    return result;
  }
  {  // all sources, also the inventory, which a compile does not read
    grammar::Sources sources;
    grammar::Diagnostics diagnostics;
    result.model = check::check(input.project.sources, sources, dialects, diagnostics);
    collect(diagnostics, sources, true, result.findings);
  }
  const bool has_errors = std::ranges::any_of(result.findings, [](const Finding& finding) {
    return finding.what.severity == grammar::Severity::error && !finding.file.starts_with("clusters/");
  });
  if (has_errors) return result;
  auto project = input.project;
  std::erase_if(project.sources, is_inventory);
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  auto compiled = compile(project, dialects, sources, diagnostics);
  collect(diagnostics, sources, false, result.findings);
  result.model = std::move(compiled.project);
  result.plan = std::move(compiled.plan);
  return result;
}

}  // namespace dmc::lsp
