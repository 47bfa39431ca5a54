// From the bytes of a `.mig` file to findings: parser, syntax, layout, model. What is accepted is laid out to a fixed
// point, and its catalog is read back as it was written.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "compiler/ast/format.hpp"
#include "compiler/catalog/catalog.hpp"
#include "compiler/check/check.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/plan/digest.hpp"
#include "grammar/parse.hpp"
#include "tests/fuzz/property.hpp"

using namespace dmc;

namespace {

/// Whether the parser had nothing to say: its codes are E01…, and a text of another kind is not laid out.
bool has_syntax(const grammar::Diagnostics& diagnostics) {
  return std::ranges::none_of(diagnostics.all(), [](const auto& found) { return found.code.starts_with("E01"); });
}

void demand_fixed_point(const std::string& text) {
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto first = sources.add("first.mig", text);
  const auto layout = ast::format(sources, first, grammar::parse(sources, first, diagnostics));
  if (diagnostics.has_errors()) return;
  const auto second = sources.add("second.mig", layout);
  const auto tree = grammar::parse(sources, second, diagnostics);
  fuzz::demand(!diagnostics.has_errors(), "what was laid out can be read", layout);
  fuzz::demand(ast::format(sources, second, tree) == layout, "the layout of a layout is the same", layout);
}

void demand_catalog(const model::Project& project) {
  catalog::Catalog catalog;
  catalog.project = project.name;
  catalog.number = 1;
  catalog.change_digest = plan::digest("");
  for (const auto& database : project.databases) catalog.databases.push_back({model::state_hash(database), database});
  std::ranges::sort(catalog.databases, {}, [](const auto& database) { return database.model.name; });
  const auto bytes = catalog::write_catalog(catalog);
  plan::JsonError error;
  const auto read = catalog::read_catalog(bytes, error);
  fuzz::demand(read.has_value(), "a model without findings makes a catalog that can be read",
               error.code + " " + error.where + " " + error.message + "\n" + bytes);
  fuzz::demand(read->catalog == catalog, "a catalog is read as it was written", bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dialects::Dialects dialects;
  const auto text = fuzz::text_of(data, size);
  std::vector<check::SourceText> files{{"schema/input.mig", text}};
  if (text.find("project ") == std::string::npos) files.push_back({"project.mig", "project fuzz { edition 1; }\n"});
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto project = check::check(files, sources, dialects, diagnostics);
  fuzz::demand_sound(diagnostics, sources);
  if (has_syntax(diagnostics)) demand_fixed_point(text);
  if (!diagnostics.has_errors()) demand_catalog(project);
  return 0;
}
