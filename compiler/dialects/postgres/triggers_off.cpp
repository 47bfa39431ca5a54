// Triggers stay in force while an author's statements fill or delete rows: they keep search indexes, sums and logs
// true. What dmc fills for its own ends they do not see.
#include "compiler/dialects/postgres/triggers_off.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

void add_partitions(const model::Partitioning& partitioning, std::vector<std::string>& paths) {
  for (const auto& partition : partitioning.partitions) {
    paths.push_back(partition.path());
    for (const auto& inner : partition.by) add_partitions(inner, paths);
  }
}

/// Paths of the table and of all tables whose rows are rows of it.
std::vector<std::string> with_heirs(const model::Database& database, const model::Table& table) {
  std::vector<std::string> paths{table.path()};
  if (table.partitioned) add_partitions(*table.partitioned, paths);
  for (std::size_t i = 0; i < paths.size(); ++i)
    for (const auto& other : database.tables) {
      const auto parents = model::parents_of(other);
      const bool inherits = std::ranges::find(parents, paths[i]) != parents.end();
      if (inherits && std::ranges::find(paths, other.path()) == paths.end()) paths.push_back(other.path());
    }
  return paths;
}

bool sees_updates(const model::Database& database, const std::vector<std::string>& paths) {
  const auto is_one = [&](const std::string& path) { return std::ranges::find(paths, path) != paths.end(); };
  return std::ranges::any_of(database.triggers,
                             [&](const auto& trigger) {
                               return is_one(trigger.table) && trigger.of_columns.empty() &&
                                      std::ranges::find(trigger.events, "update") != trigger.events.end();
                             }) ||
         std::ranges::any_of(database.objects, [&](const auto& object) {
           return object.type == "partition trigger" && is_one(std::string(table_of(object)));
         });
}

/// Triggers that fire for replicas alone would fire in a session that says it is one, and those that always fire would
/// not be kept from it; the server looks at both when it fires them.
std::string switch_off(const std::string& table) {
  return fmt::format(
      "do $dmc$ declare off text; back text; usual boolean; begin with recursive heirs (oid) as (select {}::oid union "
      "all select i.inhrelid from pg_catalog.pg_inherits i join heirs h on i.inhparent = h.oid) select "
      "string_agg(format('alter table %s disable trigger %I', t.tgrelid::regclass, t.tgname), '; ') filter (where "
      "t.tgenabled <> 'R'), string_agg(format('alter table %s enable %strigger %I', t.tgrelid::regclass, case "
      "t.tgenabled when 'A' then 'always ' else '' end, t.tgname), '; ') filter (where t.tgenabled <> 'R'), "
      "bool_and(t.tgenabled = 'O') into off, back, usual from heirs h join pg_catalog.pg_trigger t on t.tgrelid = "
      "h.oid where not t.tgisinternal and t.tgenabled <> 'D' and t.tgtype & 16 <> 0 and t.tgattr::text = '' and not "
      "{}; perform pg_catalog.set_config('dmc.triggers', '', true); if off is null then return; end if; if usual then "
      "begin perform pg_catalog.set_config('session_replication_role', 'replica', true); return; exception when "
      "insufficient_privilege then null; end; end if; execute off; perform pg_catalog.set_config('dmc.triggers', back, "
      "true); end $dmc$",
      oid_of(table), is_own_trigger_sql("t.tgname"));
}

constexpr std::string_view switch_on =
    "do $dmc$ begin if pg_catalog.current_setting('dmc.triggers') <> '' then execute "
    "pg_catalog.current_setting('dmc.triggers'); elsif pg_catalog.current_setting('session_replication_role') <> "
    "'origin' then perform pg_catalog.set_config('session_replication_role', 'origin', true); end if; end $dmc$";

}  // namespace

void fill_unseen(plan::Step& step, const Lowering& lowering, const model::Table& table) {
  const auto paths = with_heirs(lowering.before, table);
  if (!sees_updates(lowering.before, paths)) return;
  const auto off = switch_off(full(table));
  const std::string on(switch_on);
  if (auto* batches = std::get_if<plan::Backfill>(&step.action)) {
    batches->before_batch.push_back(off);
    batches->after_batch.push_back(on);
  } else if (auto* run = std::get_if<plan::RunSql>(&step.action)) {
    run->statements.insert(run->statements.begin(), off);
    run->statements.push_back(on);
  }
  for (const auto& path : paths) add_lock(step, "table " + path, "share row exclusive", "rows");
}

std::vector<std::string> set_off(const model::Database& database, const model::Table& table, std::string_view event,
                                 const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path() || trigger.enabled == "disabled" || trigger.enabled == "replica") continue;
    if (std::ranges::find(trigger.events, event) == trigger.events.end()) continue;
    const bool named = std::ranges::any_of(
        trigger.of_columns, [&](const auto& column) { return std::ranges::find(columns, column) != columns.end(); });
    if (trigger.of_columns.empty() || named) names.push_back(trigger.name);
  }
  return names;
}

const model::Trigger* fires_behind_own(const model::Database& database, const model::Table& table) {
  const auto found = std::ranges::find_if(database.triggers, [&](const auto& trigger) {
    const bool writes = std::ranges::any_of(trigger.events, [](const auto& event) { return event != "delete"; });
    return trigger.table == table.path() && trigger.timing == "before" && trigger.for_each_row && writes &&
           fires_behind_own(trigger.name);
  });
  return found == database.triggers.end() ? nullptr : &*found;
}

void note_firing(plan::Step& step, const std::string& object, const std::vector<std::string>& triggers) {
  if (triggers.empty()) return;
  const std::string fires = listed(triggers) + (triggers.size() == 1 ? " fires" : " fire");
  add_hazard(step, "backfill.fires_triggers", object, fires + " for every row, and what that does is not taken back");
  auto& reverse = step.reverse;
  const std::string stays = "what " + listed(triggers) + " did meanwhile stays";
  if (reverse.grade == plan::ReverseClass::exact)
    reverse = until_written(stays);
  else
    reverse.loses = reverse.loses ? *reverse.loses + "; " + stays : stays;
}

std::vector<std::string> without_triggers(const model::Database& database, const model::Table& table,
                                          const std::vector<std::string>& triggers,
                                          std::vector<std::string> statements) {
  std::vector<std::string> off, on;
  for (const auto& trigger : database.triggers) {
    if (trigger.table != table.path() || std::ranges::find(triggers, trigger.name) == triggers.end()) continue;
    off.push_back(set_firing(full(table), trigger.name, "disabled"));
    on.push_back(set_firing(full(table), trigger.name, trigger.enabled));
  }
  append(off, std::move(statements));
  append(off, std::move(on));
  return off;
}

}  // namespace dmc::dialects::postgres
