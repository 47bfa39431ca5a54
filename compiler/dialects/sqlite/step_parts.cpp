// Checks ask sqlite_master under its old name, which every supported version knows.
#include "compiler/dialects/sqlite/step_parts.hpp"

#include "compiler/dialects/sqlite/names.hpp"

namespace dmc::dialects::sqlite {

namespace {

std::string in_master(std::string_view type, std::string_view name) {
  return "select 1 from sqlite_master where type = " + text_literal(type) + " and name = " + text_literal(name) +
         " collate nocase";
}

}  // namespace

plan::QueryCheck no_rows(std::string means, std::string query, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::is_empty, std::nullopt, std::move(mend)};
}

plan::QueryCheck equals(std::string means, std::string query, std::string value, std::string mend) {
  return {std::move(means), std::move(query), plan::Comparison::equal, std::move(value), std::move(mend)};
}

plan::QueryCheck name_is_free(std::string_view kind, std::string_view name) {
  const std::string scope = kind == "trigger" ? "type = 'trigger'" : "type <> 'trigger'";
  return no_rows("no " + std::string(kind) + " or other object is called " + std::string(name) + " yet",
                 "select 1 from sqlite_master where " + scope + " and name = " + text_literal(name) + " collate nocase",
                 "look at what is there with dmc inspect; rename or drop it, or adopt it");
}

plan::QueryCheck is_there(std::string_view type, std::string_view name) {
  return {std::string(type) + " " + std::string(name) + " exists", in_master(type, name),
          plan::Comparison::is_not_empty, std::nullopt, ""};
}

plan::QueryCheck is_gone(std::string_view type, std::string_view name) {
  return no_rows(std::string(type) + " " + std::string(name) + " is gone", in_master(type, name));
}

plan::QueryCheck is_empty(std::string_view table, std::string mend) {
  return no_rows("table " + std::string(table) + " holds no rows", "select 1 from " + quoted(table) + " limit 1",
                 std::move(mend));
}

plan::QueryCheck can_be_read(std::string_view view) {
  return no_rows("view " + std::string(view) + " can be read", "select 1 from " + quoted(view) + " limit 0",
                 "declare the view as it must read from now on");
}

plan::Step run_sql(std::string object, std::string summary, std::vector<std::string> statements, std::string work) {
  plan::Step step;
  step.action = plan::RunSql{std::move(statements), true, {}};
  step.object = std::move(object);
  step.summary = std::move(summary);
  step.locks.push_back({"database", "reserved", std::move(work)});
  return step;
}

plan::Reverse exact() { return {plan::ReverseClass::exact, std::nullopt}; }
plan::Reverse until_written(std::string loses) { return {plan::ReverseClass::exact_until_written, std::move(loses)}; }
plan::Reverse lossy(std::string loses) { return {plan::ReverseClass::lossy, std::move(loses)}; }

std::vector<plan::SessionSetting> without_foreign_keys() {
  return {{"pragma foreign_keys = 0", "pragma foreign_keys", "0", "pragma foreign_keys = {}"}};
}

std::vector<plan::SessionSetting> without_foreign_keys_or_rewriting() {
  auto settings = without_foreign_keys();
  settings.push_back(
      {"pragma legacy_alter_table = 1", "pragma legacy_alter_table", "1", "pragma legacy_alter_table = {}"});
  return settings;
}

void add_hazard(plan::Step& step, std::string_view id, std::string object, std::string evidence,
                std::optional<std::string> accepted) {
  step.hazards.push_back({std::string(id), std::move(object), std::move(evidence), std::move(accepted)});
}

std::optional<std::string> own_acceptance(const change::Change& change) {
  return change.declared ? std::optional(change.source) : std::nullopt;
}

plan::Leftover leftover(std::string_view kind, const std::string& name, std::string_view release) {
  return {name,
          std::string(kind),
          in_master(kind, name),
          {"drop " + std::string(kind) + " if exists " + quoted(name)},
          std::string(release)};
}

}  // namespace dmc::dialects::sqlite
