// Views and triggers as statements.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"

namespace dmc::dialects::postgres {

std::string create_view(const model::View& view, bool replace) {
  std::string words = std::string("create ") + (replace ? "or replace " : "") +
                      (view.materialized ? "materialized " : "") + "view " + full(view);
  if (!view.columns.empty()) words += " (" + quoted_list(view.columns) + ")";
  if (const auto parameters = storage_parameters(view.settings); !parameters.empty())
    words += " with (" + parameters + ")";
  words += " as " + view.query.text;
  if (!view.check_option.empty()) words += " with " + view.check_option + " check option";
  return words;
}

std::vector<std::string> view_extras(const model::View& view) {
  std::vector<std::string> statements;
  for (const auto& index : view.indexes) {
    statements.push_back(create_index(index, full(view), index.name));
    if (index.comment) statements.push_back(comment_on("index", full(view.schema, index.name), index.comment));
  }
  if (view.comment)
    statements.push_back(comment_on(view.materialized ? "materialized view" : "view", full(view), view.comment));
  return statements;
}

std::string drop_view(const model::View& view) {
  return std::string("drop ") + (view.materialized ? "materialized " : "") + "view " + full(view);
}

std::string create_trigger(const model::Trigger& trigger, const model::Database& database) {
  std::vector<std::string> events;
  for (const auto& event : trigger.events)
    events.push_back(event == "update" && !trigger.of_columns.empty() ? "update of " + quoted_list(trigger.of_columns)
                                                                      : event);
  std::string words =
      fmt::format("create {}trigger {} {} {} on {}", trigger.constraint ? "constraint " : "", quoted(trigger.name),
                  trigger.timing, joined(events, " or "), full_path(trigger.table, database)) +
      deferrable_words(trigger.deferrable, trigger.initially_deferred);
  if (!trigger.transitions.empty()) words += " referencing " + joined(trigger.transitions, " ");
  words += trigger.for_each_row ? " for each row" : " for each statement";
  if (trigger.when) words += " when " + in_parentheses(trigger.when->text);
  return words + " execute function " + trigger.execute.value_or("");
}

std::vector<std::string> trigger_statements(const model::Trigger& trigger, const model::Database& database) {
  std::vector<std::string> statements{create_trigger(trigger, database)};
  if (!trigger.enabled.empty())
    statements.push_back(set_firing(full_path(trigger.table, database), trigger.name, trigger.enabled));
  const auto label = "trigger " + trigger.path();
  for (const auto& object : database.objects) {
    if (object.type != "comment") continue;
    const auto hosts = object.lives_on();
    if (std::ranges::find(hosts, label) != hosts.end()) statements.push_back(object.create.text);
  }
  return statements;
}

std::string set_firing(const std::string& table, std::string_view trigger, std::string_view enabled) {
  const std::string how = enabled == "disabled" ? "disable"
                          : enabled.empty()     ? "enable"
                                                : "enable " + std::string(enabled);
  return fmt::format("alter table {} {} trigger {}", table, how, quoted(trigger));
}

std::vector<std::string> locked_whole(const model::Table& table) {
  if (!table.partitioned) return {};
  return {"lock table " + full(table) + " in access exclusive mode"};
}

std::vector<std::string> drop_trigger(const model::Trigger& trigger, const model::Database& database) {
  std::vector<std::string> statements;
  if (const auto* table = database.table(trigger.table)) statements = locked_whole(*table);
  statements.push_back(fmt::format("drop trigger {} on {}", quoted(trigger.name), full_path(trigger.table, database)));
  return statements;
}

}  // namespace dmc::dialects::postgres
