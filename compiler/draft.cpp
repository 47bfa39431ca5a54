// The change that a difference needs, as text for its author to read and to mean.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/catalog/versions.hpp"
#include "compiler/compile.hpp"
#include "compiler/diff/diff.hpp"

namespace dmc {

namespace {

/// The codes of errors that a draft mends; every other error is the author's to mend first.
bool is_mended(std::string_view code) {
  return code == "E0207" || code == "E0208" || code == "E0209" || code == "E0296";
}

/// A rename that the draft goes by, with the loss that it stands in for.
struct Chosen {
  diff::Renaming renaming;
  diff::Undeclared entry;
};

/// The likeliest rename of each entry whose new name no other one has taken.
std::vector<Chosen> choose(const std::vector<diff::Undeclared>& undeclared) {
  std::set<std::pair<std::string, std::string>> taken;
  std::vector<Chosen> chosen;
  for (const auto& entry : undeclared)
    for (const auto& renaming : entry.instead) {
      auto scope = renaming.rename.from.parts;
      scope.pop_back();
      if (!taken
               .insert({fmt::format("{} {}", renaming.rename.object_kind, fmt::join(scope, ".")),
                        renaming.rename.to.text()})
               .second)
        continue;
      chosen.push_back({renaming, entry});
      break;
    }
  return chosen;
}

class Draft {
 public:
  Draft(std::int64_t number, bool accept_all)
      : accept_all_(accept_all), head_(fmt::format("change {} 'draft'", number)) {}

  void add(const Chosen& chosen) {
    comment(chosen.entry.reason);
    body_ += fmt::format("  {}\n", chosen.renaming.statement);
    if (chosen.entry.destructive) {
      comment("or, if it is lost:");
      comment(chosen.entry.statement);
    }
    body_ += "\n";
  }
  void add(const lint::Demand& demand) {
    comment(demand.why);
    const auto statement = fmt::format("{} because '{}';", demand.accept, accept_all_ ? "drafted, not yet read" : "…");
    if (accept_all_)
      body_ += fmt::format("  {}\n\n", statement);
    else
      comment(statement + "\n");
  }
  void add(const diff::Undeclared& entry) {
    comment(entry.reason);
    if (entry.skeleton || (entry.destructive && !accept_all_))
      comment(entry.statement);
    else
      body_ += fmt::format("  {}\n", entry.statement);
    body_ += "\n";
  }

  std::string text() const {
    if (body_.empty()) return head_ + ";\n";
    return fmt::format("{} {{\n{}}}\n", head_, std::string_view(body_).substr(0, body_.size() - 1));
  }

 private:
  void comment(std::string_view text) { body_ += fmt::format("  -- {}\n", text); }

  bool accept_all_;
  std::string head_;
  std::string body_;
};

/// A second text for a version that has one would only be in its way.
bool is_written(const model::Project& project, std::int64_t number, grammar::Diagnostics& diagnostics) {
  const auto written = std::ranges::find(project.changes, number, &model::Intent::number);
  if (written == project.changes.end()) return false;
  diagnostics
      .error("E0351", written->origin.span, fmt::format("change {} is written already", number),
             "a draft would be a second one of this number")
      .help.push_back("what it lacks is printed, statement by statement, by:  dmc compile --check");
  return true;
}

/// What the whole change, with everything in it that is commented out, would still have to accept.
std::vector<lint::Demand> demands_of(CompileInput input, std::string whole, const dialects::Dialects& dialects) {
  input.sources.push_back({"changes/draft.mig", std::move(whole)});
  grammar::Sources sources;
  grammar::Diagnostics ignored;
  return compile(input, dialects, sources, ignored).demands;
}

}  // namespace

std::string draft(const CompileInput& input, const dialects::Dialects& dialects, bool accept_all,
                  grammar::Sources& sources, grammar::Diagnostics& diagnostics) {
  const auto project = check::check(input.sources, sources, dialects, diagnostics);
  auto ground = catalog::next_ground({input.catalogs, input.index, input.stages, input.settled}, project, diagnostics);
  if (!ground || diagnostics.has_errors() || is_written(project, ground->number, diagnostics)) return {};
  const auto base = ground->take_models();

  model::Intent intent;
  intent.number = ground->number;
  Draft text(intent.number, accept_all), whole(intent.number, true);
  const auto add = [&](const auto& entry) {
    text.add(entry);
    whole.add(entry);
  };
  // A rename may bring to light what differs behind it, so each round goes by the renames of the ones before.
  while (true) {
    auto desired = project.databases;
    grammar::Diagnostics found;
    const auto difference = diff::diff(base, desired, intent, dialects, sources, found);
    for (const auto& diagnostic : found.all())
      if (diagnostic.severity == grammar::Severity::error && !is_mended(diagnostic.code)) diagnostics.add(diagnostic);
    if (diagnostics.has_errors()) return {};
    if (difference.undeclared.empty() && difference.changes.empty()) return {};

    const auto chosen = choose(difference.undeclared);
    if (chosen.empty()) {
      for (const auto& entry : difference.undeclared) add(entry);
      for (const auto& demand : demands_of(input, whole.text(), dialects)) text.add(demand);
      return text.text();
    }
    for (const auto& one : chosen) {
      add(one);
      intent.statements.push_back({one.renaming.rename, {}, one.renaming.statement, 0});
    }
  }
}

}  // namespace dmc
