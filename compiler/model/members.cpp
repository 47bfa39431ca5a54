// Takes each reading apart into named members and compares them by name; texts that would fill a screen are left out.
#include "compiler/model/members.hpp"

#include <algorithm>

#include "compiler/model/masked.hpp"
#include "compiler/model/print.hpp"
#include "compiler/model/print_words.hpp"

namespace dmc::model {

namespace {

struct Member {
  std::string name;  ///< "column age"
  std::string text;  ///< "integer not null"; may be empty
  std::string key;   ///< the same text with its SQL masked: what is compared
};

using Members = std::vector<Member>;

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + quoted(name);
  return "(" + text + ")";
}

std::string in_words(const Sql& sql) { return "(" + std::string(trimmed(sql.text)) + ")"; }

/// `word` and the text behind it, when there is one.
std::string option(std::string_view word, const std::optional<std::string>& text) {
  return text ? " " + std::string(word) + " " + *text : std::string();
}

std::string in_words(const std::vector<Element>& elements) {
  std::string text;
  for (const auto& element : elements) {
    text += (text.empty() ? "" : ", ") + (element.column ? quoted(*element.column) : in_words(*element.expression));
    text += option("collate", element.collation) + option("", element.operator_class);
    if (element.descending) text += " desc";
    if (element.nulls_first) text += *element.nulls_first ? " nulls first" : " nulls last";
  }
  return "(" + text + ")";
}

std::string in_words(const Column& column) {
  std::string text = column.type.empty() ? "without a type" : column.type;
  if (column.not_null) text += " not null" + option("on conflict", column.not_null_conflict);
  if (column.identity) text += *column.identity == Identity::always ? " identity always" : " identity";
  if (column.default_value) text += " default " + default_text(*column.default_value);
  if (column.generated)
    text += " generated " + in_words(column.generated->expression) + (column.generated->stored ? " stored" : "");
  text += option("collate", column.collation);
  if (column.comment) text += " comment " + quoted_text(*column.comment);
  return text;
}

std::string in_words(const Key& key) { return in_words(key.elements) + option("on conflict", key.conflict); }

std::string in_words(const Check& check) {
  return in_words(check.expression) + (check.no_inherit ? " no inherit" : "") + (check.unproven ? " (not proven)" : "");
}

std::string in_words(const ForeignKey& key) {
  std::string text = joined(key.columns) + " references " + key.table;
  if (!key.referenced.empty()) text += " " + joined(key.referenced);
  if (key.on_delete != "no action") text += " on delete " + key.on_delete;
  if (key.on_update != "no action") text += " on update " + key.on_update;
  if (key.deferrable) text += key.initially_deferred ? " deferrable initially deferred" : " deferrable";
  if (!key.match.empty()) text += " match " + key.match;
  if (!key.set_columns.empty()) text += " set " + joined(key.set_columns);
  if (key.unproven) text += " (not proven)";
  return text;
}

/// Behind a constraint: what most do not say.
std::string late(const auto& constraint) {
  std::string text;
  if (constraint.deferrable) text += constraint.initially_deferred ? " deferrable initially deferred" : " deferrable";
  return text;
}

std::string in_words(const Exclusion& exclusion) {
  std::string text = "using " + exclusion.method + " " + in_words(exclusion.elements);
  for (const auto& element : exclusion.elements) text += " with " + element.with_operator;
  if (exclusion.where) text += " where " + in_words(*exclusion.where);
  return text + late(exclusion);
}

void add(Members& members, const Partitioning& partitioning) {
  const std::string how = partitioning.method + " " + in_words(partitioning.by);
  members.push_back({"partition by", how, how});
  for (const auto& partition : partitioning.partitions) {
    const std::string bounds = in_words(partition.bounds);
    members.push_back({"partition " + quoted(partition.path()), bounds, bounds});
    for (const auto& inner : partition.by) add(members, inner);
  }
}

std::string in_words(const Index& index) {
  std::string text = (index.unique ? "unique " : "") + in_words(index.elements);
  if (index.method) text = "using " + *index.method + " " + text;
  if (!index.include.empty()) text += " include " + joined(index.include);
  if (index.where) text += " where " + in_words(*index.where);
  if (index.comment) text += " comment " + quoted_text(*index.comment);
  if (index.nulls_not_distinct) text += " nulls not distinct";
  for (const auto& setting : index.settings) text += " " + setting.name + " = " + setting.value;
  if (index.unusable) text += " (not usable)";
  return text;
}

template <class T>
T masked(T value) {
  mask(value);
  return value;
}

/// A constraint that its author left unnamed is known by what it is.
template <class Constraint>
void add_constraint(Members& members, std::string_view word, const Constraint& constraint, const std::string& derived) {
  const auto text = std::string(word) + " " + in_words(constraint);
  const auto key = std::string(word) + " " + in_words(masked(constraint));
  if (constraint.name == derived)
    members.push_back({text, "", ""});
  else
    members.push_back({"constraint " + quoted(constraint.name), text, key});
}

template <class T>
void add(Members& members, std::string_view word, const T& part) {
  members.push_back({std::string(word) + " " + quoted(part.name), in_words(part), in_words(masked(part))});
}

/// A part that is a text of its own: it is there or not, and of a screenful only that it changed is said.
void add(Members& members, std::string_view name, const std::optional<std::string>& text) {
  if (text) members.push_back({std::string(name), *text, *text});
}

void add(Members& members, std::string_view name, const std::optional<Sql>& sql) {
  if (sql) members.push_back({std::string(name), std::string(trimmed(sql->text)), masked(*sql).text});
}

Members members_of(const Table& table) {
  Members members;
  for (const auto& column : table.columns) add(members, "column", column);
  if (table.primary_key)
    members.push_back({"primary key", in_words(*table.primary_key), in_words(masked(*table.primary_key))});
  for (const auto& key : table.uniques) add_constraint(members, "unique", key, derived_name(table, key, false));
  for (const auto& check : table.checks) add_constraint(members, "check", check, derived_name(table, check));
  for (const auto& key : table.foreign_keys) add_constraint(members, "foreign key", key, derived_name(table, key));
  for (const auto& exclusion : table.exclusions)
    add_constraint(members, "exclude", exclusion, derived_name(table, exclusion));
  for (const auto& index : table.indexes) add(members, "index", index);
  if (table.partitioned) add(members, *table.partitioned);
  for (const auto& setting : table.settings)
    members.push_back({"option " + setting.name, setting.value == "true" ? "" : setting.value, setting.value});
  add(members, "comment", table.comment);
  return members;
}

Members members_of(const View& view) {
  Members members;
  if (!view.columns.empty()) members.push_back({"list of columns", joined(view.columns), joined(view.columns)});
  add(members, "query", std::optional(view.query));
  if (view.materialized) members.push_back({"option materialized", "", ""});
  if (!view.check_option.empty()) members.push_back({"check option", view.check_option, view.check_option});
  for (const auto& setting : view.settings) members.push_back({"option " + setting.name, setting.value, setting.value});
  for (const auto& index : view.indexes) add(members, "index", index);
  add(members, "comment", view.comment);
  return members;
}

Members members_of(const Trigger& trigger) {
  auto events = trigger.events, columns = trigger.of_columns;
  std::ranges::sort(events);
  std::ranges::sort(columns);
  std::string fires = trigger.timing;
  for (const auto& event : events) fires += (event == events.front() ? " " : " or ") + event;
  if (!columns.empty()) fires += " of " + joined(columns);
  fires += " on " + quoted(trigger.table) + (trigger.for_each_row ? " for each row" : " for each statement");
  for (const auto& transition : trigger.transitions) fires += " referencing " + transition;
  if (trigger.constraint) fires += " as a constraint" + late(trigger);
  Members members{{"event", fires, fires}};
  if (!trigger.enabled.empty()) members.push_back({"firing", trigger.enabled, trigger.enabled});
  add(members, "condition", trigger.when);
  add(members, "body", trigger.body);
  add(members, "call", trigger.execute);
  return members;
}

bool is_short(const std::string& text) {
  constexpr std::size_t longest = 90;
  return !text.empty() && text.size() <= longest && text.find('\n') == std::string::npos;
}

const Member* find(const Members& members, const std::string& name) {
  const auto found = std::ranges::find(members, name, &Member::name);
  return found == members.end() ? nullptr : &*found;
}

/// Where two long texts differ, each from the start of the word on: "x > 1" and "x > 2". Empty where that is long too.
std::pair<std::string, std::string> differing_parts(std::string_view was, std::string_view is) {
  const auto ends_word = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '(' || c == ',' || c == ';'; };
  const auto shorter = std::min(was.size(), is.size());
  std::size_t from = 0, behind = 0;
  while (from < shorter && was[from] == is[from]) ++from;
  while (behind < shorter - from && was[was.size() - 1 - behind] == is[is.size() - 1 - behind]) ++behind;
  // Whole words; where it begins with one, the one before it too, so that what only came stands by something.
  while (from > 0 && ends_word(was[from - 1])) --from;
  while (from > 0 && !ends_word(was[from - 1])) --from;
  const auto end = was.size();
  while (behind > 0 && !ends_word(was[end - behind])) --behind;
  const auto part = [&](std::string_view text) {
    std::string words;
    for (const char c : trimmed(text.substr(from, text.size() - behind - from)))
      if (c != '\n' && c != '\t')
        words += c;
      else if (!words.ends_with(' '))
        words += ' ';
    return words;
  };
  auto parts = std::pair(part(was), part(is));
  if (!is_short(parts.first) || !is_short(parts.second)) return {};
  return parts;
}

std::vector<std::string> differing(const Members& was, const Members& is) {
  std::vector<std::string> words;
  for (const auto& member : was) {
    const auto* now = find(is, member.name);
    if (!now)
      words.push_back(member.name + " gone" + (is_short(member.text) ? ", was " + member.text : ""));
    else if (now->key == member.key)
      continue;
    else if (is_short(member.text) && is_short(now->text))
      words.push_back(member.name + " is " + now->text + ", was " + member.text);
    else if (const auto [before, after] = differing_parts(member.text, now->text); !before.empty())
      words.push_back(member.name + " says " + after + " where it said " + before);
    else
      words.push_back(member.name + " changed");
  }
  for (const auto& member : is)
    if (!find(was, member.name)) words.push_back(member.name + " appeared");
  return words;
}

}  // namespace

std::vector<std::string> differing_members(const Table& was, const Table& is) {
  return differing(members_of(was), members_of(is));
}

std::vector<std::string> differing_members(const View& was, const View& is) {
  return differing(members_of(was), members_of(is));
}

std::vector<std::string> differing_members(const Object& was, const Object& is) {
  const auto members = [](const Object& object) {
    Members all;
    add(all, "definition", std::optional(object.create));
    return all;
  };
  return differing(members(was), members(is));
}

std::vector<std::string> differing_members(const Trigger& was, const Trigger& is) {
  return differing(members_of(was), members_of(is));
}

std::vector<std::string> differing_objects(const Database& was, const Database& is) {
  std::vector<std::string> lines;
  const auto compare = [&](const auto& before, const auto& after, const auto& label) {
    for (const auto& object : before) {
      const auto now = std::ranges::find_if(after, [&](const auto& other) { return other.path() == object.path(); });
      if (now == after.end()) {
        lines.push_back(label(object) + " is gone");
      } else if (state_of(object) != state_of(*now)) {
        std::string words;
        for (const auto& member : differing_members(object, *now)) words += (words.empty() ? "" : "; ") + member;
        lines.push_back(label(object) + ": " + (words.empty() ? "another print" : words));
      }
    }
    for (const auto& object : after)
      if (std::ranges::none_of(before, [&](const auto& other) { return other.path() == object.path(); }))
        lines.push_back(label(object) + " appeared");
  };
  const auto called = [](const char* kind) {
    return [kind](const auto& object) { return std::string(kind) + object.path(); };
  };
  compare(was.tables, is.tables, called("table "));
  compare(was.views, is.views, called("view "));
  compare(was.triggers, is.triggers, called("trigger "));
  compare(was.objects, is.objects, [](const Object& object) { return object.label(); });
  return lines;
}

}  // namespace dmc::model
