// Triggers, rules and row policies.
#include <algorithm>

#include "compiler/dialects/postgres/inspect/reading.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

/// The arguments of a trigger's function: texts, each ended by a zero byte, printed in hexadecimal.
std::vector<std::string> arguments_of(std::string_view hexadecimal) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::vector<std::string> arguments;
  std::string current;
  for (std::size_t i = 0; i + 1 < hexadecimal.size(); i += 2) {
    const char c = static_cast<char>(digit(hexadecimal[i]) * 16 + digit(hexadecimal[i + 1]));
    if (c != '\0') {
      current += c;
      continue;
    }
    arguments.push_back(std::move(current));
    current.clear();
  }
  return arguments;
}

/// The condition in the print of a whole trigger: its catalog holds a tree that can be printed no other way.
std::string condition_in(std::string_view definition) {
  const auto begin = definition.find(" WHEN (");
  if (begin == std::string_view::npos) return {};
  const auto inner = definition.substr(begin + 6);
  int depth = 0;
  for (const auto& token : model::sql_tokens(inner)) {
    if (token.kind != model::SqlToken::Kind::sign) continue;
    if (token.text == "(") ++depth;
    if (token.text == ")" && --depth == 0) return std::string(inner.substr(1, token.begin - 1));
  }
  return {};
}

model::Trigger trigger_of(const Relation& relation, const Cells& row) {
  constexpr std::int64_t each_row = 1, before = 2, insert = 4, remove = 8, update = 16, truncate = 32, instead = 64;
  const std::int64_t type = row.number(3);
  model::Trigger trigger;
  trigger.name = row.text(2);
  trigger.table = relation.path();
  trigger.of_table = true;
  trigger.timing = (type & before) ? "before" : (type & instead) ? "instead of" : "after";
  if (type & insert) trigger.events.emplace_back("insert");
  if (type & update) trigger.events.emplace_back("update");
  if (type & remove) trigger.events.emplace_back("delete");
  if (type & truncate) trigger.events.emplace_back("truncate");
  trigger.for_each_row = (type & each_row) != 0;
  for (const auto number : row.numbers(7))
    if (const auto* column = relation.attribute(number)) trigger.of_columns.push_back(column->name);
  std::string call = written(row.text(4) == "pg_catalog" ? "" : row.text(4), row.text(5)) + "(";
  for (const auto& argument : arguments_of(row.text(6))) {
    if (!call.ends_with('(')) call += ", ";
    call += text_literal(argument);
  }
  trigger.execute = call + ")";
  trigger.constraint = row.flag(10);
  trigger.deferrable = row.flag(8);
  trigger.initially_deferred = row.flag(9);
  if (!row.null(12)) trigger.transitions.push_back("old table as " + quoted(row.text(12)));
  if (!row.null(13)) trigger.transitions.push_back("new table as " + quoted(row.text(13)));
  if (row.sign(14) == 'D') trigger.enabled = "disabled";
  if (row.sign(14) == 'R') trigger.enabled = "replica";
  if (row.sign(14) == 'A') trigger.enabled = "always";
  if (!row.null(15)) trigger.when = model::Sql{condition_in(row.text(15))};
  return trigger;
}

/// What a partition fires for itself, as a statement.
std::string create_text(const model::Trigger& trigger, const Relation& relation) {
  std::string text = trigger.constraint ? "create constraint trigger " : "create trigger ";
  text += quoted(trigger.name) + " " + trigger.timing;
  for (const auto& event : trigger.events) {
    text += (&event == &trigger.events.front() ? " " : " or ") + event;
    if (event == "update" && !trigger.of_columns.empty()) text += " of " + quoted_list(trigger.of_columns);
  }
  text += " on " + written(relation);
  if (trigger.deferrable) text += trigger.initially_deferred ? " deferrable initially deferred" : " deferrable";
  if (!trigger.transitions.empty()) text += " referencing";
  for (const auto& transition : trigger.transitions) text += " " + transition;
  text += trigger.for_each_row ? " for each row" : " for each statement";
  if (trigger.when) text += " when (" + trigger.when->text + ")";
  text += " execute function " + *trigger.execute;
  if (trigger.enabled.empty()) return text;
  text += "; alter table " + written(relation) +
          (trigger.enabled == "disabled" ? " disable trigger " : " enable " + trigger.enabled + " trigger ");
  return text + quoted(trigger.name);
}

}  // namespace

void read_triggers(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(1));
    if (!relation || is_own_trigger(row.text(2))) continue;
    auto trigger = trigger_of(*relation, row);
    if (row.flag(11)) {
      reading.leave_out("trigger", trigger.path(), "a constraint trigger that is about a second table (from …)");
      continue;
    }
    const std::string words = "trigger " + quoted(trigger.name) + " on " + written(*relation);
    if (reading.table(relation->oid) || reading.view(relation->oid)) {
      reading.know("pg_trigger", row.oid(0), words, trigger.path());
      reading.database().triggers.push_back(std::move(trigger));
    } else if (relation->partition) {
      const auto at = reading.add("partition trigger", quoted(trigger.name) + " on " + written(*relation),
                                  create_text(trigger, *relation), "drop " + words);
      reading.know("pg_trigger", row.oid(0), words, reading.database().objects[at].name);
    }
  }
}

void read_rules(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(1));
    if (!relation || row.text(2).starts_with("_dmc_")) continue;
    const std::string name = quoted(row.text(2)) + " on " + written(*relation);
    std::string create = row.text(3);
    while (create.ends_with(';')) create.pop_back();
    const char enabled = row.sign(4);
    const std::string alter = "; alter table " + written(*relation);
    if (enabled == 'D') create += alter + " disable rule " + quoted(row.text(2));
    if (enabled == 'R') create += alter + " enable replica rule " + quoted(row.text(2));
    if (enabled == 'A') create += alter + " enable always rule " + quoted(row.text(2));
    const auto at = reading.add("rule", name, std::move(create), "drop rule " + name);
    reading.know("pg_rewrite", row.oid(0), "rule " + name, reading.database().objects[at].name);
  }
}

void read_policies(Reading& reading, const QueryRows& rows) {
  for (const auto& each : rows) {
    const Cells row(each);
    const auto* relation = reading.relation(row.oid(1));
    if (!relation || row.text(2).starts_with("_dmc_")) continue;
    const std::string name = quoted(row.text(2)) + " on " + written(*relation);
    std::string create = "create policy " + name;
    if (!row.flag(4)) create += " as restrictive";
    switch (row.sign(3)) {
      case 'r':
        create += " for select";
        break;
      case 'a':
        create += " for insert";
        break;
      case 'w':
        create += " for update";
        break;
      case 'd':
        create += " for delete";
        break;
      default:
        break;
    }
    if (row.text(5) != "public") create += " to " + row.text(5);
    if (!row.null(6)) create += " using (" + row.text(6) + ")";
    if (!row.null(7)) create += " with check (" + row.text(7) + ")";
    const auto at = reading.add("row policy", name, std::move(create), "drop policy " + name);
    reading.know("pg_policy", row.oid(0), "policy " + name, reading.database().objects[at].name);
  }
}

}  // namespace dmc::dialects::postgres::reading
