// Gathers the hazards of every change, settles which are accepted, and judges the rest by severity and policy.
#include "compiler/lint/lint.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/lint/hazard_ids.hpp"
#include "compiler/lint/rules.hpp"
#include "compiler/model/print.hpp"

namespace dmc::lint {

namespace {

/// An `accept` statement, and whether it met a hazard.
struct Acceptance {
  const model::Statement& statement;
  const model::AcceptStatement& words;
  bool used = false;
};

/// Whether the acceptance is about the object, or about the table that it is a part of.
bool is_about(const Acceptance& acceptance, const std::string& database, const std::string& object) {
  const auto holds = [&](std::string_view path) {
    return object == path || (object.starts_with(path) && object[path.size()] == '.');
  };
  const std::string path = acceptance.words.path.text();
  return holds(path) || (path.starts_with(database + ".") && holds(std::string_view(path).substr(database.size() + 1)));
}

/// As a path of the language: each part in quotes where it needs them.
std::string written(std::string_view object) {
  std::string path;
  for (std::size_t begin = 0; begin <= object.size();) {
    const auto end = std::min(object.find('.', begin), object.size());
    path += (begin > 0 ? "." : "") + model::quoted(object.substr(begin, end - begin));
    begin = end + 1;
  }
  return path;
}

bool covered(const std::vector<std::string>& rules, std::string_view id) {
  return std::ranges::any_of(rules, [&](const auto& rule) { return covers(rule, id); });
}

std::string_view title_of(std::string_view id) {
  for (const auto& explanation : explanations())
    if (explanation.code == id) return explanation.title;
  return id;
}

class Judge {
 public:
  Judge(const model::Project& project, const model::Intent& intent, grammar::Diagnostics& diagnostics)
      : policy_(project.policy), intent_(intent), diagnostics_(diagnostics) {
    for (const auto& statement : intent.statements)
      if (const auto* words = std::get_if<model::AcceptStatement>(&statement.kind))
        acceptances_.push_back({statement, *words, false});
  }

  void judge(plan::Hazard& hazard, const change::Change& change, const std::string& database) {
    for (auto& acceptance : acceptances_) {
      if (acceptance.words.hazard != hazard.id || !is_about(acceptance, database, hazard.object)) continue;
      acceptance.used = true;
      hazard.accepted = acceptance.words.because;
      return;
    }
    if (!hazard.accepted && accepts_itself(change, hazard.id)) hazard.accepted = "declared: " + change.source;
    const auto* known = find_hazard(hazard.id);
    const bool blocks = known && known->severity == Severity::block && !hazard.accepted;
    const bool denied = covered(policy_.deny, hazard.id);
    const bool warned = covered(policy_.warn, hazard.id);
    // A rule for names is a demand by itself; a policy that warns of names means it as advice.
    const bool demanded = hazard.id == "name.convention" && !warned;
    if (blocks || denied || demanded)
      report(hazard, change, denied, true);
    else if (warned)
      report(hazard, change, false, false);
  }

  void report_unused() {
    for (const auto& acceptance : acceptances_)
      if (!acceptance.used)
        diagnostics_.warning("meta.unused_ignore", acceptance.statement.origin.span,
                             fmt::format("this change has no hazard {} on '{}'", acceptance.words.hazard,
                                         grammar::escaped(acceptance.words.path.text())),
                             "nothing to accept: the statement can go");
  }

 private:
  void report(const plan::Hazard& hazard, const change::Change& change, bool denied, bool error) {
    // One finding a hazard and object, however many steps show it.
    if (!reported_.insert({hazard.id, change.database + "/" + hazard.object}).second) return;
    const auto object = grammar::escaped(hazard.object);
    const auto message = fmt::format("{}: {}{}", object, title_of(hazard.id), denied ? "; the policy denies it" : "");
    auto& diagnostic = error ? diagnostics_.error(hazard.id, change.origin.span, message, hazard.evidence)
                             : diagnostics_.warning(hazard.id, change.origin.span, message, hazard.evidence);
    if (!error) return;
    diagnostic.help.push_back(fmt::format("accept it in change {}:  accept {} on {} because '…';", intent_.number,
                                          hazard.id, grammar::escaped(written(hazard.object))));
    diagnostic.help.push_back(fmt::format("`dmc explain {}` says what it means and what else helps", hazard.id));
  }

  const model::Policy& policy_;
  const model::Intent& intent_;
  grammar::Diagnostics& diagnostics_;
  std::vector<Acceptance> acceptances_;
  std::set<std::pair<std::string, std::string>> reported_;
};

/// The step that a hazard of the whole change is shown on: the one that takes effect.
plan::Step* effective_step(planner::Lowered& lowered) {
  if (lowered.pairs.empty()) return nullptr;
  const auto found = std::ranges::find_if(lowered.pairs, &dialects::StepPair::takes_effect);
  return found != lowered.pairs.end() ? &found->forward : &lowered.pairs.back().forward;
}

bool shown_by_a_step(const planner::Lowered& lowered, const plan::Hazard& hazard) {
  return std::ranges::any_of(lowered.pairs, [&](const auto& pair) {
    return std::ranges::any_of(pair.forward.hazards, [&](const auto& other) {
      return other.id == hazard.id && other.object == hazard.object;
    });
  });
}

void refuse_ledger(const change::Change& change, grammar::Diagnostics& diagnostics) {
  const auto name = names_the_ledger(change);
  if (name.empty()) return;
  auto& error = diagnostics.error("E0350", change.origin.span,
                                  fmt::format("SQL of a change may not name '{}'", grammar::escaped(name)),
                                  "that is dmc's own ledger");
  error.help.emplace_back("what dmc remembers of a target changes by `dmc run`, `dmc undo` and `dmc adopt` alone");
}

}  // namespace

void lint(planner::Lowering& lowering, const std::vector<change::Change>& changes, const model::Project& project,
          const model::Intent& intent, grammar::Diagnostics& diagnostics) {
  Judge judge(project, intent, diagnostics);
  const auto tightened = tightened_columns(changes);
  for (auto& lowered : lowering.changes) {
    const auto& change = changes[lowered.change];
    refuse_ledger(change, diagnostics);
    std::vector<plan::Hazard> hazards = hazards_of(change, tightened);
    for (auto more : {design_hazards(change), name_hazards(change, project.policy), sql_hazards(change)})
      hazards.insert(hazards.end(), more.begin(), more.end());
    // The dialect knows more of the same hazard: its words stand.
    std::erase_if(hazards, [&](const auto& hazard) { return shown_by_a_step(lowered, hazard); });
    if (auto* step = effective_step(lowered)) {
      step->hazards.insert(step->hazards.end(), hazards.begin(), hazards.end());
    } else {
      for (auto& hazard : hazards) judge.judge(hazard, change, lowered.database);
    }
    for (auto& pair : lowered.pairs)
      for (auto& hazard : pair.forward.hazards) judge.judge(hazard, change, lowered.database);
  }
  judge.report_unused();
}

}  // namespace dmc::lint
