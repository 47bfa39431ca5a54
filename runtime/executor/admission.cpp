// A plan is refused as a whole, before anything is touched, when this runner would not do exactly what it says.
#include "runtime/executor/admission.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>
#include <string_view>

#include "compiler/model/sql_text.hpp"
#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/ledger/ledger.hpp"

namespace dmc::executor {

namespace {

struct Texts {
  std::vector<std::string> operator()(const plan::RunSql& action) const {
    auto texts = action.statements;
    for (const auto& setting : action.settings) texts.insert(texts.end(), {setting.set, setting.restore});
    return texts;
  }
  std::vector<std::string> operator()(const plan::Backfill& action) const {
    std::vector<std::string> texts{action.change_first, action.change_next};
    if (action.save_first) texts.push_back(*action.save_first);
    if (action.save_next) texts.push_back(*action.save_next);
    texts.insert(texts.end(), action.before_batch.begin(), action.before_batch.end());
    texts.insert(texts.end(), action.after_batch.begin(), action.after_batch.end());
    return texts;
  }
  std::vector<std::string> operator()(const plan::Verify&) const { return {}; }
  std::vector<std::string> operator()(const plan::Backup& action) const { return action.write; }
  std::vector<std::string> operator()(const plan::Gate&) const { return {}; }
  std::vector<std::string> operator()(const plan::Wait& action) const { return action.give_up; }
  std::vector<std::string> operator()(const plan::ForEach& action) const {
    auto texts = action.statements;
    texts.insert(texts.end(), action.clean.begin(), action.clean.end());
    return texts;
  }
};

/// The ledger's table that a step's statements name, if they name one: a plan must not write the record of itself.
std::string ledger_table_in(const plan::Step& step, const ledger::Keeper& keeper) {
  auto texts = std::visit(Texts{}, step.action);
  for (const auto& leftover : step.leftovers)
    texts.insert(texts.end(), leftover.cleanup.begin(), leftover.cleanup.end());
  for (const auto& text : texts)
    for (const auto name : model::names_in(text)) {
      std::string lower(name);
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (std::any_of(keeper.tables.begin(), keeper.tables.end(), [&](std::string_view table) {
            return lower == table || (table.ends_with('_') && lower.starts_with(table));
          }))
        return lower;
    }
  return {};
}

std::string refused_database(const plan::DatabaseInput& input, const Environment& environment) {
  const auto* dialect = environment.dialects.find(input.engine);
  if (!dialect || !environment.keepers(input.engine))
    return "the plan is for a database on " + input.engine + ", and this version cannot run plans there";
  const auto known = dialect->description().lowering_version;
  if (input.lowering_version > known)
    return "the plan was written by a newer dmc (its statements for " + input.engine + " are version " +
           std::to_string(input.lowering_version) + ", this version knows " + std::to_string(known) + ")";
  return {};
}

std::string refused_plan(const plan::Plan& plan, const Environment& environment) {
  for (const auto& input : plan.databases)
    if (auto reason = refused_database(input, environment); !reason.empty()) return reason;
  for (const auto& step : plan.steps) {
    const auto* input = input_of(plan, step.database);
    if (!input)
      return "the plan is not consistent: a step is about database '" + step.database + "', which it does not list";
    if (const auto table = ledger_table_in(step, *environment.keepers(input->engine)); !table.empty())
      return "a step writes to " + table + ", which is the ledger's own (" + step.source + ")";
  }
  return {};
}

std::string refused_targets(const plan::Plan& plan, const std::vector<TargetAddress>& targets) {
  std::set<std::string> named;
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& target : targets) {
    const auto* input = input_of(plan, target.database);
    if (!input) return "the plan does not touch a database '" + target.database + "'";
    if (input->engine != target.url.engine)
      return "database '" + target.database + "' is on " + input->engine + ", and " + target.url.shown() + " is not";
    if (!seen.insert({target.url.engine, target.url.location}).second) return target.url.shown() + " is given twice";
    named.insert(target.database);
  }
  for (const auto& input : plan.databases)
    if (!named.contains(input.name))
      return "the plan also changes database '" + input.name + "': say where it is with --on " + input.name +
             "=URL, or with a shard of it in the cluster";
  return {};
}

}  // namespace

const plan::DatabaseInput* input_of(const plan::Plan& plan, const std::string& database) {
  for (const auto& input : plan.databases)
    if (input.name == database) return &input;
  return nullptr;
}

std::string title_of(const plan::Plan& plan) {
  std::string title = "change " + std::to_string(plan.number);
  if (!plan.title.empty()) title += ": " + plan.title;
  return title;
}

bool at_least(const std::string& server, const std::string& oldest) {
  std::string_view left = server, right = oldest;
  const auto take = [](std::string_view& text) {
    std::int64_t part = 0;
    const auto end = text.find('.');
    const auto piece = text.substr(0, end);
    std::from_chars(piece.data(), piece.data() + piece.size(), part);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
  };
  while (!right.empty()) {
    const auto have = take(left), need = take(right);
    if (have != need) return have > need;
  }
  return true;
}

bool means_step(const std::string& word, const plan::Step& step) {
  const auto digits = step.id.substr(step.id.find(':') + 1);
  return word == "all" || word == step.id || (word.size() >= 8 && digits.starts_with(word));
}

std::string unknown_word(const plan::Plan& plan, const Options& options) {
  std::vector<std::string_view> persons;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action); gate && !gate->check) persons.push_back(gate->text);
  for (const auto& word : options.through) {
    if (std::find(persons.begin(), persons.end(), word) != persons.end()) continue;
    for (const auto& step : plan.steps)
      if (const auto* gate = std::get_if<plan::Gate>(&step.action); gate && gate->text == word)
        return "the gate '" + word + "' is opened by its query, not by a person's word: leave --through out";
    std::string text = "--through '" + word + "': the plan has no such gate for a person";
    const auto close = grammar::nearest(word, persons);
    if (!close.empty()) return text + "; did you mean '" + close.front() + "'?";
    for (const auto gate : persons) text += "\n  --through '" + std::string(gate) + "'";
    return text;
  }
  for (const auto* words : {&options.said_done, &options.said_absent})
    for (const auto& word : *words)
      if (std::none_of(plan.steps.begin(), plan.steps.end(),
                       [&](const auto& step) { return means_step(word, step); }) ||
          word == "all")
        return std::string(words == &options.said_done ? "--done " : "--absent ") + word +
               ": no step of the plan has this id, or at least eight leading digits of it; dmc status --format json "
               "shows them";
  for (const auto& word : options.lossy) {
    if (std::any_of(plan.steps.begin(), plan.steps.end(), [&](const auto& step) { return means_step(word, step); }))
      continue;
    std::string text = "--lossy " + word + ": no step of the plan has this id, or at least eight leading digits of it";
    for (const auto& step : plan.steps)
      if (step.reverse.grade != plan::ReverseClass::exact)
        text += "\n  " + plan::short_digest(step.id) + "  " + step.summary;
    return text;
  }
  return {};
}

std::string refusal(const PlanPair& plans, const std::vector<TargetAddress>& targets, const Environment& environment) {
  const auto& plan = plans.forward.plan;
  if (!plan.forward) return "this is the way back of a plan; name the plan itself: dmc undo takes it back";
  if (plan.reverse && *plan.reverse != plans.reverse.hash)
    return "the way back that lies beside the plan is not the one it was compiled with; compile again, or restore both "
           "files";
  if (!plan.complete || !plan.applyable) {
    std::string text = "the plan says of itself that it cannot be run";
    for (const auto& reason : plan.reasons) text += "; " + reason;
    return text;
  }
  for (const auto* part : {&plan, &plans.reverse.plan})
    if (auto reason = refused_plan(*part, environment); !reason.empty()) return reason;
  return refused_targets(plan, targets);
}

}  // namespace dmc::executor
