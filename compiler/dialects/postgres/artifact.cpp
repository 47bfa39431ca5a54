// Values are compared as text, because not every type has an equality; with the session's settings pinned, the text of
// a value is its own.
#include "compiler/dialects/postgres/artifact.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/owners.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statement.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/model/parents.hpp"

namespace dmc::dialects::postgres {

namespace {

std::vector<std::string> full_columns(const model::Table& table, const model::Key& key, bool primary) {
  std::vector<std::string> names;
  for (const auto& element : key.elements) {
    const auto* column = element.column ? table.column(*element.column) : nullptr;
    if (!column || column->generated) return {};
    if (!primary && (!column->not_null || column->not_null_unproven)) return {};
    names.push_back(column->name);
  }
  return names;
}

/// Begins the comment of a backup, before the role.
constexpr std::string_view owned_by = "dmc: owned by ";

std::vector<std::string> sources(const Artifact& artifact) {
  std::vector<std::string> parts;
  const auto add = [&](const std::string& source, const std::string& name) {
    if (artifact.types.contains(name))
      parts.push_back(source + "::text as " + quoted(name));
    else
      parts.push_back(source == quoted(name) ? source : source + " as " + quoted(name));
  };
  for (const auto& name : artifact.key) add(quoted(name), name);
  for (const auto& column : artifact.columns) add(column.source, column.name);
  return parts;
}

}  // namespace

std::vector<std::string> row_key(const model::Table& table) {
  if (table.primary_key)
    if (auto names = full_columns(table, *table.primary_key, true); !names.empty()) return names;
  for (const auto& key : table.uniques)
    if (!key.deferrable)
      if (auto names = full_columns(table, key, false); !names.empty()) return names;
  return {};
}

model::Table with_inherited(const model::Table& table, const model::Database& database) {
  model::Table whole = table;
  whole.columns.clear();
  const auto add = [&](model::Column column) {
    if (!whole.column(column.name)) whole.columns.push_back(std::move(column));
  };
  for (const auto& path : model::parents_of(table))
    if (const auto* parent = database.table(path))
      for (auto column : with_inherited(*parent, database).columns) {
        if (table.column(column.name)) continue;
        column.identity.reset();
        add(std::move(column));
      }
  for (const auto& column : table.columns) add(column);
  return whole;
}

Artifact artifact_of(const model::Table& own, const model::Database& database, const std::string& source,
                     const std::string& name) {
  const auto table = with_inherited(own, database);
  Artifact artifact{"dmc_backup." + name, source, row_key(table), {}, {}};
  for (const auto& column : table.columns) {
    if (column.identity) artifact.counters.push_back(column.name);
    const bool in_key = std::ranges::find(artifact.key, column.name) != artifact.key.end();
    if (!column.generated && !in_key) artifact.columns.push_back({quoted(column.name), column.name});
  }
  artifact.keep_as_text(table, database);
  return artifact;
}

void Artifact::keep_as_text(const model::Table& table, const model::Database& database) {
  const auto is_own = [&](std::string_view type) {
    while (type.ends_with("[]")) type.remove_suffix(2);
    return std::ranges::any_of(database.objects, [&](const model::Object& object) {
      const bool is_type = object.type == "enum" || object.type == "domain" || object.type == "type";
      return is_type && bare_name(object) == type;
    });
  };
  for (const auto& column : table.columns) {
    const bool in_key = std::ranges::find(key, column.name) != key.end();
    const bool is_kept = in_key || std::ranges::find(columns, column.name, &KeptColumn::name) != columns.end();
    if (is_kept && is_own(column.type)) types.emplace(column.name, column.type);
  }
}

std::string Artifact::value(const std::string& column, const std::string& qualifier) const {
  const auto type = types.find(column);
  return qualifier + quoted(column) + (type == types.end() ? "" : "::" + type->second);
}

std::vector<std::string> Artifact::create() const {
  // Default privileges would show to others what the table itself, or its row security, keeps from them.
  return {
      "do $dmc$ declare one record; begin " + make_backup_schema + " end $dmc$",
      fmt::format("create table {} as select {} from {} with no data", name, joined(sources(*this), ", "), source),
      fmt::format(
          "do $dmc$ declare one record; begin for one in select distinct a.grantee from pg_catalog.pg_class c, "
          "aclexplode(c.relacl) a where c.oid = {0} and a.grantee <> c.relowner loop execute format('revoke all on "
          "table {1} from %s', case one.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(one.grantee)) "
          "end); end loop; end $dmc$",
          oid_of(name), name)};
}

std::string Artifact::fill(std::string_view where) const {
  return fmt::format("insert into {} select {} from {}{}{}", name, joined(sources(*this), ", "), source,
                     where.empty() ? "" : " where ", where);
}

std::vector<std::string> Artifact::write() const {
  auto statements = create();
  statements.push_back(fill());
  if (!key.empty()) statements.push_back(fmt::format("create index on {} ({})", name, quoted_list(key)));
  // The server knows nothing of a new table yet, and would look through all of it for each row.
  statements.push_back("analyze " + name);
  statements.push_back(
      fmt::format("do $dmc$ begin execute (select format('comment on table {} is %L', '{}' || quote_ident("
                  "pg_get_userbyid(relowner))) from pg_catalog.pg_class where oid = {}); end $dmc$",
                  name, owned_by, oid_of(source)));
  return statements;
}

std::string Artifact::count() const { return "select count(*) from " + name; }

std::string Artifact::matches(std::string_view table) const {
  std::vector<std::string> equal;
  for (const auto& column : key)
    equal.push_back(
        fmt::format("{}.{}{} = b.{}", table, quoted(column), types.contains(column) ? "::text" : "", quoted(column)));
  return joined(equal, " and ");
}

/// Its rows with what they are told apart by: all that they hold, and their number among those that are alike.
std::string Artifact::numbered(const std::string& table, std::string_view columns) const {
  const auto row = fmt::format("row({})::text", quoted_list(whole));
  return fmt::format("(select {0}, {1} as _dmc_same, row_number() over (partition by {1}) as _dmc_n from {2})", columns,
                     row, table);
}

std::string Artifact::give_back(const std::string& table, const std::string& sets) const {
  if (!key.empty()) return fmt::format("update {} as t set {} from {} as b where {}", table, sets, name, matches("t"));
  return fmt::format(
      "update {} as t set {} from {} as h, {} as b where h._dmc_same = b._dmc_same and h._dmc_n = b._dmc_n and "
      "t.tableoid = h._dmc_table and t.ctid = h._dmc_place",
      table, sets, numbered(table, "tableoid as _dmc_table, ctid as _dmc_place"), numbered(name, "*"));
}

std::string Artifact::not_kept(const std::string& table) const {
  if (!key.empty())
    return fmt::format("from {} as t where not exists (select 1 from {} as b where {})", table, name, matches("t"));
  return fmt::format(
      "from {} as t where not exists (select 1 from {} as b where b._dmc_same = t._dmc_same and b._dmc_n = t._dmc_n)",
      numbered(table, "*"), numbered(name, "*"));
}

std::vector<plan::QueryCheck> Artifact::equal_to_source() const {
  std::vector<plan::QueryCheck> checks;
  checks.push_back(
      no_rows(fmt::format("backup {} has as many rows as {}", name, source),
              fmt::format("select 1 where (select count(*) from {}) <> (select count(*) from {})", name, source)));
  std::string found;
  if (key.empty())
    found = fmt::format("select 1 from (select {} from {} except all select {} from {}) as d limit 1", texts(false),
                        name, texts(true), source);
  else
    found = fmt::format("select 1 from {} as b where not exists (select 1 from {} as s where {}) having count(*) > 0",
                        name, source, same_values());
  checks.push_back(
      no_rows(fmt::format("every row of backup {} is a row of {}, value by value", name, source), std::move(found)));
  return checks;
}

/// Rows of the source, `s`, with a value that is not kept.
std::string Artifact::unkept(std::string_view of_those) const {
  std::vector<std::string> worth;
  for (const auto& column : columns)
    if (!column.worth.empty()) worth.push_back(column.worth);
  const auto some = fmt::format("({}){}", joined(worth, " or "), of_those);
  if (key.empty())
    return fmt::format("select 1 from (select {} from {} as s where {} except all select {} from {}) as d limit 1",
                       texts(true), source, some, texts(false), name);
  return fmt::format(
      "select 1 from {} as s where {} and not exists (select 1 from {} as b where {}) having count(*) > 0", source,
      some, name, same_values());
}

std::vector<plan::QueryCheck> Artifact::keeps_values() const {
  std::vector<std::string> names;
  for (const auto& column : columns)
    if (!column.worth.empty()) names.push_back(column.name);
  return {no_rows(fmt::format("every value of {} is kept in {}", listed(names), name), unkept(""),
                  "while they were kept rows came with a value, got another key, or were given other values by a "
                  "trigger: take this change back (dmc undo), and run it again")};
}

std::string Artifact::still_keeps_values(const std::string& table) const {
  // Whatever was under way then, or came later, a subtransaction too. A row's xmin has 32 bits, and goes round: what
  // looks older than two billions of them is asked about as well.
  constexpr std::string_view since =
      " and not ((dmc_oldest - s.xmin::text::bigint) & 4294967295 between 1 and 2147483647)";
  const auto refused = fmt::format("raise exception 'a value was written that is not in {}: run this again'", name);
  // A default is its author's text, and may hold any dollars.
  return "do " + dollar_quoted(fmt::format(
                     " declare dmc_oldest bigint := pg_catalog.txid_snapshot_xmin(pg_catalog.txid_current_snapshot()); "
                     "begin if exists ({0}) then {1}; end if; lock table {2} in access exclusive mode; if exists ({3}) "
                     "then {1}; end if; end ",
                     unkept(""), refused, table, unkept(since)));
}

plan::QueryCheck Artifact::key_is_unique() const {
  return no_rows(fmt::format("no two rows of {} have one key, of {} and what inherits from it", name, source),
                 fmt::format("select 1 from {0} group by {1} having count(*) > 1 limit 1", name, quoted_list(key)),
                 "values could not be told apart: give each row a key of its own");
}

std::string Artifact::texts(bool of_source) const {
  std::vector<std::string> parts;
  for (const auto& column : columns)
    parts.push_back((of_source ? column.source : quoted(column.name)) + "::text collate \"C\"");
  return joined(parts, ", ");
}

/// Of the source, `s`, and of the artifact, `b`: the same row, with the same values.
std::string Artifact::same_values() const {
  auto same = matches("s");
  for (const auto& column : columns)
    same += fmt::format(" and s.{}::text collate \"C\" is not distinct from b.{}::text", column.source,
                        quoted(column.name));
  return same;
}

std::vector<std::string> Artifact::drop() const {
  return {"drop table " + name,
          "do $dmc$ begin " + drop_backup_schema +
              " exception when insufficient_privilege or dependent_objects_still_exist then null; end $dmc$"};
}

std::vector<std::string> Artifact::restore(const std::string& table) const {
  std::vector<std::string> names = key;
  for (const auto& column : columns) names.push_back(column.name);
  std::vector<std::string> values;
  for (const auto& column : names) values.push_back(value(column, ""));
  std::vector<std::string> statements{fmt::format("insert into {} ({}) overriding system value select {} from {}",
                                                  table, quoted_list(names), joined(values, ", "), name)};
  statements.push_back(
      fmt::format("do $dmc$ declare was text; begin was := substring(pg_catalog.obj_description({}, 'pg_class') from "
                  "'^{}(.*)$'); if was <> quote_ident(current_user) then execute format('alter table {} owner to %s', "
                  "was); end if; end $dmc$",
                  oid_of(name), owned_by, table));
  for (const auto& counter : counters)
    statements.push_back(fmt::format(
        "select pg_catalog.setval(pg_catalog.pg_get_serial_sequence({0}, {1}), coalesce(max({2}), 1), max({2}) is not "
        "null) from {3}",
        text_literal(table), text_literal(counter), quoted(counter), name));
  return statements;
}

StepPair backup_pair(const Lowering&, const std::string& object, const Artifact& artifact,
                     std::vector<std::string> columns) {
  plan::Backup backup;
  backup.source = object;
  backup.tombstone = artifact.source;
  backup.artifact = artifact.name;
  backup.write = artifact.write();
  backup.columns = std::move(columns);
  backup.rows = artifact.count();
  const bool lives_on = std::ranges::any_of(artifact.columns, [](const auto& column) { return !column.worth.empty(); });
  backup.read_back = lives_on ? artifact.keeps_values() : artifact.equal_to_source();
  auto forward = lengthy(object, fmt::format("keep {} in {}", object, artifact.name), {});
  forward.action = std::move(backup);
  forward.pre.push_back(name_is_free("table", artifact.name));
  forward.leftovers.push_back(leftover("table", artifact.name, "purge"));
  add_lock(forward, object, "access share", "scan");
  auto reverse =
      brief(object, fmt::format("drop the backup {}, which is no longer needed", artifact.name), artifact.drop());
  reverse.post.push_back(relation_is_gone("table", artifact.name));
  return pair_of(std::move(forward), exact(), std::move(reverse));
}

StepPair open_artifact(const std::string& object, std::string summary, const Artifact& artifact) {
  auto forward = brief(object, std::move(summary), artifact.create());
  forward.pre.push_back(name_is_free("table", artifact.name));
  forward.leftovers.push_back(leftover("table", artifact.name, "purge"));
  auto reverse =
      brief(object, fmt::format("drop the backup {}, which is no longer needed", artifact.name), artifact.drop());
  return pair_of(std::move(forward), exact(), std::move(reverse));
}

}  // namespace dmc::dialects::postgres
