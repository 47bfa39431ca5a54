#include "tests/unit/compiler/pipeline.hpp"

#include "tests/support/fake_dialect.hpp"

namespace dmc::tests {

namespace {

std::string rendered(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  std::string text;
  for (const auto& diagnostic : diagnostics.sorted())
    text += (text.empty() ? "" : "\n") + grammar::render(diagnostic, sources);
  return text;
}

}  // namespace

Pipeline::Pipeline() : dialects(fake_dialects()) {}

Pipeline::Outcome Pipeline::compile(const std::vector<check::SourceText>& sources, bool keep) {
  grammar::Sources texts;
  grammar::Diagnostics diagnostics;
  Outcome outcome;
  outcome.compiled = dmc::compile({sources, catalogs, {}, "test"}, dialects, texts, diagnostics);
  outcome.findings = rendered(diagnostics, texts);
  outcome.refused = diagnostics.has_errors();
  if (keep && !outcome.refused) catalogs.emplace_back(outcome.compiled.catalog.number, outcome.compiled.catalog_bytes);
  return outcome;
}

std::string Pipeline::draft(const std::vector<check::SourceText>& sources, bool accept_all) {
  grammar::Sources texts;
  grammar::Diagnostics diagnostics;
  const auto text = dmc::draft({sources, catalogs, {}, "test"}, dialects, accept_all, texts, diagnostics);
  return diagnostics.has_errors() ? rendered(diagnostics, texts) : text;
}

std::vector<check::SourceText> sources(const std::string& schema, const std::string& change) {
  std::vector<check::SourceText> files{{"project.mig", "project shop { edition 1; }\n"}, {"schema/shop.mig", schema}};
  if (!change.empty()) files.push_back({"changes/0001.mig", change});
  return files;
}

}  // namespace dmc::tests
