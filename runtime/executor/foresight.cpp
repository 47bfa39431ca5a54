// Names decide: a statement that says nothing of what a question says cannot change its answer, unless rows follow rows
// of another table.
#include "runtime/executor/foresight.hpp"

#include <algorithm>

#include "compiler/model/parents.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::executor {

namespace {

std::string folded(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string name_in(const std::string& object) { return folded(object.substr(object.find(' ') + 1)); }

/// As a statement can say it without its schema.
std::string bare(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

bool meet(const std::set<std::string>& left, const std::set<std::string>& right) {
  return std::any_of(left.begin(), left.end(), [&](const auto& name) { return right.contains(name); });
}

}  // namespace

bool changes_rows(const plan::Step& step) {
  return std::holds_alternative<plan::Backfill>(step.action) ||
         std::any_of(step.locks.begin(), step.locks.end(), [](const auto& lock) { return lock.work == "rows"; });
}

bool is_unknown(const plan::Step& step) {
  return std::holds_alternative<plan::Gate>(step.action) || step.object.starts_with("object ") ||
         step.object.starts_with("run ") ||
         std::any_of(step.hazards.begin(), step.hazards.end(),
                     [](const auto& hazard) { return hazard.id == "raw.execute"; });
}

/// Names, and texts too: the engine's own lists hold names as texts, with their schema in front and in quotes.
std::set<std::string> Foresight::names_of(const std::string& sql) const {
  using Kind = model::SqlToken::Kind;
  std::set<std::string> names;
  const auto add = [&](std::string_view name) {
    if (!name.empty() && name != default_schema_) names.insert(folded(name));
  };
  for (const auto& token : model::sql_tokens(sql)) {
    if (token.kind == Kind::quoted_name || (token.kind == Kind::word && model::stands_unquoted(token.text)))
      add(token.text);
    if (token.kind != Kind::string || token.text.size() <= 2) continue;
    const auto text = token.text.substr(1, token.text.size() - 2);
    add(text);
    if (text.find('.') == std::string_view::npos && text.find('"') == std::string_view::npos) continue;
    for (const auto& part : model::sql_tokens(text)) add(part.text);
  }
  return names;
}

void Foresight::pass(const plan::Step& step) {
  const auto* run = std::get_if<plan::RunSql>(&step.action);
  if (run && run->statements.empty()) return;
  anything_ = anything_ || is_unknown(step);
  if (changes_rows(step)) {
    const auto* fill = std::get_if<plan::Backfill>(&step.action);
    pass_rows(fill ? folded(fill->table) : name_in(step.object));
    if (fill)
      anything_ = anything_ || writes_elsewhere(fill->change_first);
    else if (run)
      anything_ = anything_ || std::any_of(run->statements.begin(), run->statements.end(),
                                           [&](const auto& statement) { return writes_elsewhere(statement); });
  }
  std::set<std::string> altered, said;
  for (const auto& effect : step.effects) {
    objects_change_ = true;
    triggers_come_ = triggers_come_ || (effect.object.starts_with("trigger ") && effect.state);
    const auto name = name_in(effect.object);
    // An altered table is there before and after; a question about columns that nobody names is about the same rows.
    if (effect.object.starts_with("table ") && effect.state && is_there(effect.object))
      altered.insert(bare(name));
    else
      names_.insert({name, bare(name)});
  }
  if (!run) return;
  for (const auto& statement : run->statements)
    for (const auto& name : names_of(statement))
      if (!altered.contains(name)) said.insert(name);
  // What is said of the altered tables alone (another one that they reference, say) is of no account to the others.
  for (const auto& table : altered) altered_[table].insert(said.begin(), said.end());
  if (altered.empty()) names_.insert(said.begin(), said.end());
}

bool Foresight::is_there(const std::string& object) const {
  return std::any_of(live_.states.begin(), live_.states.end(),
                     [&](const auto& state) { return state.object == object; });
}

/// Rows of tables that reference one may go with it; what a trigger does is for nobody to know.
void Foresight::pass_rows(const std::string& table) {
  std::vector<std::string> reached{table};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (!passed_.insert(reached[i]).second) continue;
    moved_.insert(bare(reached[i]));
    for (const auto& [child, parent] : live_.references)
      if (folded(parent) == reached[i]) reached.push_back(folded(child));
    for (const auto& child : live_.database.tables) {
      const auto parents = model::parents_of(child);
      if (std::any_of(parents.begin(), parents.end(), [&](const auto& one) { return folded(one) == reached[i]; }))
        reached.push_back(folded(child.path()));
    }
    anything_ = anything_ || triggers_come_ || acts_otherwise(bare(reached[i])) ||
                std::any_of(live_.triggers.begin(), live_.triggers.end(),
                            [&](const auto& trigger) { return name_in(trigger.second) == reached[i]; });
  }
}

/// A rule of it, or a trigger of one of its partitions, whichever that is.
bool Foresight::acts_otherwise(const std::string& table) const {
  return std::any_of(live_.database.objects.begin(), live_.database.objects.end(), [&](const auto& object) {
    return object.type == "partition trigger" ||
           (object.type == "rule" && names_of(object.create.text).contains(table));
  });
}

/// It calls a function of the database that does not say that it writes nothing.
bool Foresight::writes_elsewhere(const std::string& statement) const {
  const auto names = names_of(statement);
  return std::any_of(live_.database.objects.begin(), live_.database.objects.end(), [&](const auto& object) {
    if (object.type != "function" || !names.contains(folded(object.provides()))) return false;
    const auto said = names_of(object.create.text.substr(0, object.create.text.find('$')));
    return !said.contains("immutable") && !said.contains("stable");
  });
}

/// A function can read rows of any table.
bool Foresight::calls(const std::set<std::string>& names) const {
  return std::any_of(live_.database.objects.begin(), live_.database.objects.end(), [&](const auto& object) {
    return object.type == "function" && names.contains(folded(object.provides()));
  });
}

bool Foresight::rows_stay(const plan::QueryCheck& check) const {
  const auto names = names_of(check.query);
  if (!moved_.empty() && calls(names)) return false;
  return !anything_ && !meet(names, moved_) && !(objects_change_ && names.contains(engine_catalog_));
}

bool Foresight::stays(const plan::QueryCheck& check) const {
  const auto names = names_of(check.query);
  return rows_stay(check) && !meet(names, names_) &&
         std::none_of(altered_.begin(), altered_.end(), [&](const auto& altered) {
           return names.contains(altered.first) && meet(names, altered.second);
         });
}

}  // namespace dmc::executor
