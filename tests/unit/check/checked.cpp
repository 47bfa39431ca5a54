// The helpers of this folder's tests.
#include "tests/unit/check/checked.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "grammar/diagnostic.hpp"

namespace dmc::tests {

namespace {

class PretendedDialect final : public dialects::Dialect, public dialects::Texts {
 public:
  explicit PretendedDialect(dialects::Description description) : description_(std::move(description)) {}

  const dialects::Description& description() const override { return description_; }
  dialects::TypeAnswer type(const dialects::TypeText& type) const override {
    static constexpr std::array<std::string_view, 6> types{"bigint", "boolean", "int", "text", "timestamptz", "uuid"};
    if (type.native || std::ranges::count(types, type.name) > 0) return dialects::NativeType{type.text};
    if (type.name == "bool") return dialects::NativeType{"boolean"};
    if (type.name == "uint64") return dialects::LossyType{"values above 9223372036854775807", "native 'numeric(20)'"};
    return dialects::UnknownType{grammar::nearest(type.name, {types.begin(), types.end()})};
  }
  bool widens(std::string_view from, std::string_view to, const model::Table&) const override { return from == to; }
  void check(model::Database&, grammar::Diagnostics&) const override {}
  std::vector<dialects::StepPair> lower(const change::Change&, const model::Database&) const override { return {}; }
  void rename(model::Database&, std::string_view, const std::optional<std::string>&, std::string_view) const override {}
  dialects::Inspected inspect(const dialects::Query&) const override { return {}; }
  const dialects::Texts& texts() const override { return *this; }

 private:
  dialects::Description description_;
};

}  // namespace

dialects::Dialects pretended_dialects() {
  dialects::Description folding;
  folding.name = "folding";
  folding.label = "Folding";
  folding.oldest_version = "1.0";
  folding.newest_version = "3.2";
  folding.names_fold_case = true;
  folding.default_schema = "main";
  folding.features = {"strict tables", "tables without rowid", "'on conflict' of a constraint"};
  dialects::Description lower;
  lower.name = "lowercase";
  lower.label = "Lowercase";
  lower.oldest_version = "14";
  lower.newest_version = "18";
  lower.unquoted_names_are_lower_case = true;
  lower.longest_name = 63;
  lower.default_schema = "public";
  lower.has_schemas = true;
  lower.features = {"functions that a trigger could execute", "schemas"};
  std::vector<std::unique_ptr<dialects::Dialect>> all;
  all.push_back(std::make_unique<PretendedDialect>(std::move(folding)));
  all.push_back(std::make_unique<PretendedDialect>(std::move(lower)));
  return dialects::Dialects(std::move(all));
}

Checked checked(std::vector<check::SourceText> files, const dialects::Dialects& dialects) {
  const bool has_project = std::ranges::any_of(
      files, [](const auto& file) { return file.name == "project.mig" || file.text.find("project ") == 0; });
  if (!has_project) files.push_back({"project.mig", "project shop { edition 1; }\n"});
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  Checked result;
  result.project = check::check(files, sources, dialects, diagnostics);
  for (const auto& diagnostic : diagnostics.sorted()) {
    if (!result.findings.empty()) result.findings += "\n";
    result.findings += grammar::render(diagnostic, sources);
  }
  return result;
}

Checked checked(std::vector<check::SourceText> files) { return checked(std::move(files), dialects::Dialects()); }

Checked checked(std::string text) {
  std::vector<check::SourceText> files;
  files.push_back({"schema/shop.mig", std::move(text)});
  return checked(std::move(files));
}

}  // namespace dmc::tests
