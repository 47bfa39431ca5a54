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

grammar::Diagnostic& note(const plan::Hazard& hazard, std::optional<grammar::Span> span,
                          grammar::Diagnostics& diagnostics) {
  auto& diagnostic = diagnostics.note(
      hazard.id, span, fmt::format("{}: {}", grammar::escaped(hazard.object), title_of(hazard.id)), hazard.evidence);
  if (hazard.accepted) diagnostic.help.push_back("accepted: " + grammar::escaped(*hazard.accepted));
  return diagnostic;
}

struct Place {
  std::optional<grammar::Span> span;
  bool by_hand = false;  ///< in SQL that its author wrote and dmc sends as it stands
};

/// The words that the hazard stands in, where the dialect knows them; else the whole change.
Place place_of(const plan::Hazard& hazard, const change::Change& change,
               const std::vector<dialects::HazardPlace>& places) {
  const auto* run = std::get_if<change::RunStatements>(&change.kind);
  const auto place = std::ranges::find_if(
      places, [&](const auto& one) { return one.hazard == hazard.id && one.object == hazard.object; });
  if (!run || place == places.end() || place->statement >= run->statement.places.size())
    return {change.origin.span, false};
  auto span = run->statement.places[place->statement];
  // A text in other quotes than parentheses has no place for its parts.
  if (span.end - span.begin != run->statement.statements[place->statement].text.size()) return {span, true};
  const auto& text = run->statement.statements[place->statement].text;
  const auto begin = std::min(text.find_first_not_of(" \t\r\n", place->begin), place->end);
  span.end = span.begin + static_cast<std::uint32_t>(place->end);
  span.begin += static_cast<std::uint32_t>(begin);
  return {span, true};
}

class Judge {
 public:
  Judge(const model::Project& project, const model::Intent& intent, Telling telling, grammar::Diagnostics& diagnostics)
      : policy_(project.policy), intent_(intent), telling_(telling), diagnostics_(diagnostics) {
    for (const auto& statement : intent.statements)
      if (const auto* words = std::get_if<model::AcceptStatement>(&statement.kind))
        acceptances_.push_back({statement, *words, false});
  }

  void judge(plan::Hazard& hazard, const change::Change& change, const std::string& database, const Place& place) {
    for (auto& acceptance : acceptances_) {
      if (acceptance.words.hazard != hazard.id || !is_about(acceptance, database, hazard.object)) continue;
      acceptance.used = true;
      hazard.accepted = acceptance.words.because;
      return remark(hazard, change, place);
    }
    if (!hazard.accepted && accepts_itself(change, hazard.id)) hazard.accepted = "declared: " + change.source;
    const auto* known = find_hazard(hazard.id);
    const bool blocks = known && known->severity == Severity::block && !hazard.accepted;
    const bool denied = covered(policy_.deny, hazard.id);
    const bool warned = covered(policy_.warn, hazard.id);
    // A rule for names is a demand by itself; a policy that warns of names means it as advice.
    const bool demanded = hazard.id == "name.convention" && !warned;
    if (blocks || denied || demanded)
      report(hazard, change, place, denied, true);
    else if (warned || (known && !hazard.accepted && is_worth_a_warning(known->severity, place)))
      report(hazard, change, place, false, false);
    else
      remark(hazard, change, place);
  }

  const std::vector<Demand>& demands() const { return demands_; }

  void report_unused() {
    for (const auto& acceptance : acceptances_)
      if (!acceptance.used)
        diagnostics_.warning("meta.unused_ignore", acceptance.statement.origin.span,
                             fmt::format("this change has no hazard {} on '{}'", acceptance.words.hazard,
                                         grammar::escaped(acceptance.words.path.text())),
                             "nothing to accept: the statement can go");
  }

 private:
  /// What another way of lowering avoids is not avoided in SQL that is sent as it stands.
  bool is_worth_a_warning(Severity severity, const Place& place) const {
    return (severity == Severity::warn && telling_ == Telling::everything) ||
           (severity == Severity::recipe && place.by_hand);
  }

  /// One finding a hazard and object, however many steps show it.
  bool is_new(const plan::Hazard& hazard, const change::Change& change) {
    return reported_.insert({hazard.id, change.database + "/" + hazard.object}).second;
  }

  void remark(const plan::Hazard& hazard, const change::Change& change, const Place& place) {
    if (telling_ == Telling::everything && is_new(hazard, change)) note(hazard, place.span, diagnostics_);
  }

  void report(const plan::Hazard& hazard, const change::Change& change, const Place& place, bool denied, bool error) {
    if (!is_new(hazard, change)) return;
    const auto object = grammar::escaped(hazard.object);
    const auto message = fmt::format("{}: {}{}", object, title_of(hazard.id), denied ? "; the policy denies it" : "");
    auto& diagnostic = error ? diagnostics_.error(hazard.id, place.span, message, hazard.evidence)
                             : diagnostics_.warning(hazard.id, place.span, message, hazard.evidence);
    if (place.by_hand)
      diagnostic.help.emplace_back(
          "SQL that is written by hand is sent as it stands; what the schema says is lowered another way");
    if (!error) return;
    demands_.push_back(
        {fmt::format("accept {} on {}", hazard.id, grammar::escaped(written(hazard.object))), hazard.evidence});
    diagnostic.help.push_back(
        fmt::format("accept it in change {}:  {} because '…';", intent_.number, demands_.back().accept));
    diagnostic.help.push_back(fmt::format("`dmc explain {}` says what it means and what else helps", hazard.id));
  }

  const model::Policy& policy_;
  const model::Intent& intent_;
  Telling telling_;
  grammar::Diagnostics& diagnostics_;
  std::vector<Acceptance> acceptances_;
  std::vector<Demand> demands_;
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

/// Where every step comes back exactly, the table or column that goes had no rows of its own, or they are kept.
bool loses_rows(const planner::Lowered& lowered, const change::Change& change) {
  const bool drops =
      std::holds_alternative<change::DropTable>(change.kind) || std::holds_alternative<change::AlterTable>(change.kind);
  return !drops || lowered.pairs.empty() || std::ranges::any_of(lowered.pairs, [](const auto& pair) {
    return pair.forward.reverse.grade != plan::ReverseClass::exact;
  });
}

bool is_of_lost_rows(const plan::Hazard& hazard) {
  return hazard.id == "data.drop_table" || hazard.id == "data.drop_column" || hazard.id == "data.no_backup";
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

std::vector<Demand> lint(planner::Lowering& lowering, const std::vector<change::Change>& changes,
                         const model::Project& project, const model::Intent& intent, Telling telling,
                         grammar::Diagnostics& diagnostics) {
  Judge judge(project, intent, telling, diagnostics);
  const auto tightened = tightened_columns(changes);
  for (auto& lowered : lowering.changes) {
    const auto& change = changes[lowered.change];
    refuse_ledger(change, diagnostics);
    std::vector<plan::Hazard> hazards = hazards_of(change, tightened);
    for (auto more : {design_hazards(change), name_hazards(change, project.policy), sql_hazards(change)})
      hazards.insert(hazards.end(), more.begin(), more.end());
    // The dialect knows more of the same hazard: its words stand.
    std::erase_if(hazards, [&](const auto& hazard) {
      return shown_by_a_step(lowered, hazard) || (is_of_lost_rows(hazard) && !loses_rows(lowered, change));
    });
    if (auto* step = effective_step(lowered)) {
      step->hazards.insert(step->hazards.end(), hazards.begin(), hazards.end());
    } else {
      for (auto& hazard : hazards) judge.judge(hazard, change, lowered.database, {change.origin.span});
    }
    for (auto& pair : lowered.pairs)
      for (auto& hazard : pair.forward.hazards)
        judge.judge(hazard, change, lowered.database, place_of(hazard, change, pair.places));
  }
  judge.report_unused();
  return judge.demands();
}

void lint(const plan::Plan& plan, grammar::Diagnostics& diagnostics) {
  std::set<std::pair<std::string, std::string>> told;
  for (const auto& step : plan.steps)
    for (const auto& hazard : step.hazards) {
      if (!told.insert({hazard.id, step.database + "/" + hazard.object}).second) continue;
      const auto* known = find_hazard(hazard.id);
      const bool needs_nothing = hazard.accepted || !known || known->severity == Severity::recipe;
      const auto message = fmt::format("{}: {}", grammar::escaped(hazard.object), title_of(hazard.id));
      auto& diagnostic = needs_nothing ? note(hazard, std::nullopt, diagnostics)
                         : known->severity == Severity::block
                             ? diagnostics.error(hazard.id, std::nullopt, message, hazard.evidence)
                             : diagnostics.warning(hazard.id, std::nullopt, message, hazard.evidence);
      diagnostic.help.push_back("from " + grammar::escaped(step.source));
    }
}

}  // namespace dmc::lint
