// Names decide: a statement that says nothing of what a question says cannot change its answer, unless rows follow rows
// of another table.
#include "runtime/executor/foresight.hpp"

#include <algorithm>

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

bool meet(const std::set<std::string>& left, const std::set<std::string>& right) {
  return std::any_of(left.begin(), left.end(), [&](const auto& name) { return right.contains(name); });
}

/// No row comes and none goes.
bool writes_columns(std::string_view statement) {
  constexpr std::string_view update = "update ";
  return folded(statement.substr(0, update.size())) == update;
}

bool follows_updates(const model::ForeignKey& key) {
  return key.on_update == "cascade" || key.on_update == "set null" || key.on_update == "set default";
}

/// Every word and every name in it.
std::set<std::string> words_of(const std::string& sql) {
  std::set<std::string> words;
  for (const auto& token : model::sql_tokens(sql)) words.insert(folded(token.text));
  return words;
}

/// It makes a whole row anew, whose columns nobody names.
bool makes_rows_anew(const std::string& body) {
  const auto tokens = model::sql_tokens(body);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (folded(tokens[i].text) != "new") continue;
    const bool is_field = i + 1 < tokens.size() && tokens[i + 1].text == ".";
    const bool is_returned = i > 0 && folded(tokens[i - 1].text) == "return";
    if (!is_field && !is_returned) return true;
  }
  return false;
}

/// What a function of an engine's own language does; none of one whose body is no text, or in another language.
std::optional<std::string> written_in(const std::string& create) {
  const auto from = create.find('$');
  const auto to = from == std::string::npos ? from : create.find('$', from + 1);
  if (to == std::string::npos) return std::nullopt;
  const auto mark = create.substr(from, to + 1 - from);
  const auto end = create.rfind(mark);
  if (end <= from) return std::nullopt;
  const auto around = words_of(create.substr(0, from) + " " + create.substr(end + mark.size()));
  if (!around.contains("plpgsql") && !around.contains("sql")) return std::nullopt;
  return create.substr(to + 1, end - to - 1);
}

/// A table of dmc's own, whatever it is made from.
bool makes_only_its_own(const plan::Step& step, const plan::RunSql& run) {
  const auto alters = [](const std::string& sql) { return folded(sql).starts_with("alter "); };
  return step.effects.empty() && !step.leftovers.empty() &&
         std::all_of(step.leftovers.begin(), step.leftovers.end(),
                     [](const auto& leftover) { return leftover.kind == "table"; }) &&
         std::none_of(run.statements.begin(), run.statements.end(), alters);
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
  if (const auto* fill = std::get_if<plan::Backfill>(&step.action); fill && writes_columns(fill->change_first))
    pass_columns(folded(fill->table), fill->change_first);
  else if (changes_rows(step))
    pass_rows(fill ? folded(fill->table) : name_in(step.object));
  std::set<std::string> altered, said;
  for (const auto& effect : step.effects) {
    objects_change_ = true;
    triggers_come_ = triggers_come_ || (effect.object.starts_with("trigger ") && effect.state);
    const auto name = name_in(effect.object);
    // An altered table is there before and after; a question about columns that nobody names is about the same rows.
    if (effect.object.starts_with("table ") && effect.state && is_there(effect.object))
      altered.insert(name);
    else
      names_.insert(name);
  }
  if (!run) return;
  if (makes_only_its_own(step, *run)) {
    for (const auto& leftover : step.leftovers)
      for (const auto& name : names_of(leftover.name)) names_.insert(name);
    return;
  }
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
    if (!moved_.insert(reached[i]).second) continue;
    for (const auto& [child, parent] : live_.references)
      if (folded(parent) == reached[i]) reached.push_back(folded(child));
    pass_triggers(reached[i]);
  }
}

/// What asks about none of the columns that are said has the same answer; rows that reference a column go with it.
void Foresight::pass_columns(const std::string& table, const std::string& statement) {
  for (const auto& name : names_of(statement))
    if (name != table) altered_[table].insert(name);
  for (const auto& child : live_.database.tables)
    for (const auto& key : child.foreign_keys)
      if (folded(key.table) == table && follows_updates(key)) pass_rows(folded(child.path()));
  pass_triggers(table);
}

/// A trigger can reach what its body says, and the own row by what it says of it. One that sends a text it made up, or
/// calls a function of the database, can do anything.
void Foresight::pass_triggers(const std::string& table) {
  if (!fired_.insert(table).second) return;
  anything_ = anything_ || triggers_come_;
  for (const auto& trigger : live_.database.triggers) {
    if (folded(trigger.table) != table) continue;
    const auto body = body_of(trigger);
    const auto said = body ? words_of(*body) : std::set<std::string>();
    const bool is_open =
        !body || makes_rows_anew(*body) || said.contains("execute") || said.contains("call") ||
        std::any_of(live_.database.objects.begin(), live_.database.objects.end(), [&](const auto& other) {
          const bool runs = other.type == "function" || other.type == "procedure";
          return runs && said.contains(folded(other.provides()));
        });
    anything_ = anything_ || is_open;
    if (is_open) continue;
    altered_[table].insert(said.begin(), said.end());
    for (const auto& other : live_.database.tables)
      if (said.contains(folded(other.name)) && folded(other.path()) != table) pass_rows(folded(other.path()));
  }
}

/// The statements that it carries out; none where they are not known.
std::optional<std::string> Foresight::body_of(const model::Trigger& trigger) const {
  if (trigger.body) return trigger.body->text;
  if (!trigger.execute) return std::nullopt;
  const auto& call = *trigger.execute;
  const auto name = folded(call.substr(0, call.find('(')));
  for (const auto& object : live_.database.objects) {
    if (object.type != "function" || folded(object.provides()) != name) continue;
    return written_in(object.create.text);
  }
  return std::nullopt;
}

bool Foresight::rows_stay(const plan::QueryCheck& check) const {
  const auto names = names_of(check.query);
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
