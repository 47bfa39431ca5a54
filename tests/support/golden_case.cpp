#include "tests/support/golden_case.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "compiler/ast/format.hpp"
#include "compiler/compile.hpp"
#include "compiler/explain/explain.hpp"
#include "grammar/parse.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::tests {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr std::string_view project_line = "project golden { edition 1; }\n";

/// What the version before was made of: the case's `before.mig` as change 1.
std::vector<check::SourceText> base_sources(const GoldenCase& golden) {
  return {{"project.mig", std::string(project_line)},
          {"schema/before.mig", golden.text("before.mig")},
          {"changes/0001.mig", "change 1 'before';\n"}};
}

std::vector<check::SourceText> sources_of(const GoldenCase& golden) {
  std::vector<check::SourceText> sources;
  static const std::vector<std::string> expected = {"before.mig", "fmt.mig", "draft.mig", "inspect.mig"};
  for (const auto& [file, text] : golden.files)
    if (file.ends_with(".mig") && std::find(expected.begin(), expected.end(), file) == expected.end())
      sources.push_back({file, text});
  if (!golden.has("project.mig") && golden.text("input.mig").find("project ") != 0)
    sources.push_back({"project.mig", std::string(project_line)});
  return sources;
}

struct Base {
  Compiled compiled;
  std::string diagnostics;
};

std::string rendered(const grammar::Diagnostics& diagnostics, const grammar::Sources& sources) {
  std::string text;
  for (const auto& diagnostic : diagnostics.sorted()) {
    if (!text.empty()) text += '\n';
    text += grammar::render(diagnostic, sources);
  }
  return text;
}

std::optional<Base> base_of(const GoldenCase& golden, const dialects::Dialects& dialects) {
  if (!golden.has("before.mig")) return std::nullopt;
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  Base base;
  base.compiled =
      compile({.sources = base_sources(golden), .catalogs = {}, .index = {}, .compiler_version = "golden", .trial = {}},
              dialects, sources, diagnostics);
  if (diagnostics.has_errors()) base.diagnostics = "before.mig does not compile:\n" + rendered(diagnostics, sources);
  return base;
}

/// "0001.json", "0001.1.json" or "0001.settled.json".
void add_to_catalog(CompileInput& input, const std::string& name, const std::string& text) {
  const auto number = std::stoll(name);
  const auto word = name.substr(name.find('.') + 1);
  if (word == "json")
    input.catalogs.emplace_back(number, text);
  else if (word == "settled.json")
    input.settled.push_back({number, text});
  else
    input.stages.push_back({number, std::stoll(word), text});
}

CompileInput input_of(const GoldenCase& golden, const std::optional<Base>& base) {
  CompileInput input{.sources = sources_of(golden),
                     .catalogs = {},
                     .index = {},
                     .compiler_version = "golden",
                     .trial = session::try_in_scratch};
  for (const auto& [file, text] : golden.files)
    if (file.starts_with("catalog/") && file != "catalog/index.json") add_to_catalog(input, file.substr(8), text);
  if (golden.has("catalog/index.json")) input.index = golden.text("catalog/index.json");
  if (base) input.catalogs.emplace_back(1, base->compiled.catalog_bytes);
  return input;
}

/// The names of change::ChangeKind's alternatives, in their order.
constexpr std::array<std::string_view, std::variant_size_v<change::ChangeKind>> change_names{
    "create table",   "drop table",     "rename table",    "alter table",  "create view",   "replace view",
    "drop view",      "create trigger", "replace trigger", "drop trigger", "create object", "replace object",
    "drop object",    "rename value",   "backfill rows",   "drop rows",    "verify",        "wait at gate",
    "run statements", "adopt",          "forget",          "end kept"};

std::string changes_text(const Compiled& compiled) {
  std::string text;
  for (const auto& change : compiled.changes)
    text += fmt::format("{}: {}  ({})\n", change_names[change.kind.index()], change.object, change.source);
  return text.empty() ? "nothing\n" : text;
}

}  // namespace

std::vector<GoldenCase> golden_cases() {
  std::vector<GoldenCase> cases;
  const fs::path root = fs::path(DMC_SOURCE_DIR) / "tests" / "golden";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_directory()) continue;
    if (!fs::exists(entry.path() / "input.mig") && !fs::exists(entry.path() / "project.mig")) continue;
    GoldenCase golden{entry.path(), fs::relative(entry.path(), root).generic_string(), {}};
    for (const auto& file : fs::recursive_directory_iterator(entry.path()))
      if (file.is_regular_file())
        golden.files[fs::relative(file.path(), entry.path()).generic_string()] = read_file(file.path());
    cases.push_back(std::move(golden));
  }
  std::sort(cases.begin(), cases.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return cases;
}

std::optional<std::string> differs(const GoldenCase& golden, const std::string& file, const std::string& actual) {
  if (!golden.has(file)) return std::nullopt;
  const char* accept = std::getenv("DMC_ACCEPT");
  if (accept && std::string_view(accept) == "1") {
    std::ofstream(golden.folder / file, std::ios::binary) << actual;
    return std::nullopt;
  }
  if (golden.text(file) == actual) return std::nullopt;
  return fmt::format("{}/{} differs (DMC_ACCEPT=1 accepts)\n--- expected\n{}\n--- actual\n{}\n", golden.name, file,
                     golden.text(file), actual);
}

Produced compile_case(const GoldenCase& golden) {
  Produced produced;
  const dialects::Dialects dialects;
  const auto base = base_of(golden, dialects);
  if (base && !base->diagnostics.empty()) {
    produced["errors.txt"] = base->diagnostics;
    return produced;
  }
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto input = input_of(golden, base);
  const auto compiled = compile(input, dialects, sources, diagnostics);
  produced["errors.txt"] = rendered(diagnostics, sources);
  produced["changes.txt"] = changes_text(compiled);
  if (!compiled.plan_bytes.empty()) {
    produced["plan.json"] = compiled.plan_bytes;
    produced["explain.txt"] = explain::text(compiled.plan);
    produced["undo.txt"] = explain::text(compiled.reverse);
    produced["review.md"] = explain::markdown(compiled.plan);
    produced["catalog.txt"] = explain::text(compiled.catalog);
  }
  if (golden.has("draft.mig") || golden.has("draft.txt")) {
    grammar::Sources draft_sources;
    grammar::Diagnostics draft_diagnostics;
    produced["draft.mig"] = draft(input, dialects, false, draft_sources, draft_diagnostics);
    produced["draft.txt"] = rendered(draft_diagnostics, draft_sources);
  }
  if (golden.has("fmt.mig")) {
    grammar::Sources fmt_sources;
    grammar::Diagnostics fmt_diagnostics;
    const auto file = fmt_sources.add("input.mig", golden.text("input.mig"));
    const auto tree = grammar::parse(fmt_sources, file, fmt_diagnostics);
    produced["fmt.mig"] = ast::format(fmt_sources, file, tree);
  }
  return produced;
}

/// As a project has them: with no place in any source.
static std::vector<model::Database> read_models(const std::string& bytes) {
  plan::JsonError error;
  const auto catalog = catalog::parse_catalog(bytes, error);
  return catalog ? catalog->models() : std::vector<model::Database>();
}

CompiledCase plans_of(const GoldenCase& golden) {
  CompiledCase plans;
  const dialects::Dialects dialects;
  const auto base = base_of(golden, dialects);
  if (base && !base->diagnostics.empty()) return plans;
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  const auto compiled = compile(input_of(golden, base), dialects, sources, diagnostics);
  if (diagnostics.has_errors()) return plans;
  if (base) {
    plans.base_plan = base->compiled.plan_bytes;
    plans.base_reverse = base->compiled.reverse_bytes;
    plans.base_catalog = base->compiled.catalog_bytes;
    plans.base_models = read_models(base->compiled.catalog_bytes);
  }
  plans.plan = compiled.plan_bytes;
  plans.reverse = compiled.reverse_bytes;
  plans.catalog = compiled.catalog_bytes;
  plans.models = read_models(compiled.catalog_bytes);
  return plans;
}

}  // namespace dmc::tests
