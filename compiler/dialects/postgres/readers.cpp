// Which view reads what is found by the names in its text: one too many is made anew for nothing, none is missed.
#include "compiler/dialects/postgres/readers.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Database;
using model::View;

std::string_view last_part(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

bool names_any(const std::vector<std::string_view>& names, const std::vector<std::string>& wanted) {
  return std::ranges::any_of(
      wanted, [&](const auto& one) { return std::ranges::find(names, one) != names.end() || one.empty(); });
}

/// Depth first, so that what is read stands first.
void place(const View& view, const Readers& all, std::set<const View*>& placed, Readers& order) {
  if (!placed.insert(&view).second) return;
  const auto names = model::names_in(view.query.text);
  for (const auto* other : all)
    if (other != &view && std::ranges::find(names, std::string_view(other->name)) != names.end())
      place(*other, all, placed, order);
  order.push_back(&view);
}

std::string oids(const std::vector<std::string>& relations) {
  std::vector<std::string> parts;
  for (const auto& name : relations) parts.push_back(oid_of(name));
  return joined(parts, ", ");
}

std::vector<std::string> names_of(const Readers& readers) {
  std::vector<std::string> names;
  for (const auto* view : readers) names.push_back(full(*view));
  return names;
}

constexpr std::string_view grantee =
    "case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end";
constexpr std::string_view option = "case when a.is_grantable then ' with grant option' else '' end";

}  // namespace

Readers readers_of(const Database& database, std::string_view path, const std::vector<std::string>& columns) {
  Readers found;
  std::set<std::string_view> sources{last_part(path)};
  bool grown = true;
  while (grown) {
    grown = false;
    for (const auto& view : database.views) {
      if (view.path() == path || std::ranges::find(found, &view) != found.end()) continue;
      const auto names = model::names_in(view.query.text);
      const auto reads = [&](std::string_view source) { return std::ranges::find(names, source) != names.end(); };
      const bool direct = reads(last_part(path)) && (columns.empty() || names_any(names, columns));
      const bool through =
          std::ranges::any_of(sources, [&](auto source) { return source != last_part(path) && reads(source); });
      if (!direct && !through) continue;
      found.push_back(&view);
      sources.insert(view.name);
      grown = true;
    }
  }
  return in_order(found);
}

Readers in_order(const Readers& views) {
  Readers order;
  std::set<const View*> placed;
  for (const auto* view : views) place(*view, views, placed, order);
  return order;
}

std::string remember(const std::vector<std::string>& relations, const std::string& as) {
  return fmt::format(
      "create temporary table _dmc_kept on commit drop as\n"
      "with r as (select c.*, {3} as path from pg_catalog.pg_class c join "
      "pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid in ({0}))\n"
      "select 1 as place, format('alter table %s owner to %I', path, pg_get_userbyid(relowner)) as act from r where "
      "relkind <> 'S' and relowner <> (select oid from pg_catalog.pg_roles where rolname = current_user)\n"
      "union all select 2, format('grant %s on table %s to %s%s', a.privilege_type, path, {1}, {2}) from r, "
      "aclexplode(relacl) a where a.grantee <> relowner\n"
      "union all select 3, format('grant %s (%I) on table %s to %s%s', a.privilege_type, t.attname, path, {1}, {2}) "
      "from r join pg_catalog.pg_attribute t on t.attrelid = r.oid, aclexplode(t.attacl) a where a.grantee <> "
      "relowner\n"
      "union all select 4, format('comment on column %s.%I is %L', path, t.attname, d.description) from r join "
      "pg_catalog.pg_description d on d.objoid = r.oid and d.classoid = 'pg_catalog.pg_class'::regclass join "
      "pg_catalog.pg_attribute t on t.attrelid = r.oid and t.attnum = d.objsubid and t.attnum > 0",
      oids(relations), grantee, option, as.empty() ? "format('%I.%I', n.nspname, c.relname)" : text_literal(as));
}

std::string give_back(const std::vector<std::string>& relations) {
  return fmt::format(
      "do $dmc$ declare one record; begin\n"
      "  for one in select distinct format('revoke all on table %I.%I from %s', n.nspname, c.relname, {1}) as act from "
      "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a where "
      "c.oid in ({0}) and a.grantee <> c.relowner loop execute one.act; end loop;\n"
      "  for one in select act from pg_temp._dmc_kept order by place, act loop begin execute one.act; exception when "
      "undefined_column then null; end; end loop;\n"
      "end $dmc$",
      oids(relations), grantee);
}

std::string remember_function(const std::string& signature) {
  return fmt::format(
      "create temporary table _dmc_kept on commit drop as\n"
      "with r as (select * from pg_catalog.pg_proc where oid = pg_catalog.to_regprocedure({0}))\n"
      "select 1 as place, format('alter routine %s owner to %I', {0}, pg_get_userbyid(proowner)) as act from r where "
      "proowner <> (select oid from pg_catalog.pg_roles where rolname = current_user)\n"
      "union all select 2, format('revoke all on routine %s from public', {0}) from r where proacl is not null\n"
      "union all select 3, format('grant %s on routine %s to %s%s', a.privilege_type, {0}, {1}, {2}) from r, "
      "aclexplode(proacl) a where a.grantee <> proowner",
      text_literal(signature), grantee, option);
}

std::string give_back_function(const std::string&) {
  return "do $dmc$ declare one record; begin for one in select act from pg_temp._dmc_kept order by place, act loop "
         "execute one.act; end loop; end $dmc$";
}

std::vector<std::string> belongings(const View& view, const Database& database) {
  std::vector<std::string> statements;
  for (const auto& trigger : database.triggers)
    if (trigger.table == view.path()) append(statements, trigger_statements(trigger, database));
  for (const auto& object : database.objects)
    if (object.type == "rule" && object.name.ends_with(" on " + view.path()))
      append(statements, statements_in(object.create.text));
  return statements;
}

std::vector<std::string> take_away(const Readers& readers) {
  if (readers.empty()) return {};
  std::vector<std::string> statements{remember(names_of(readers))};
  for (auto view = readers.rbegin(); view != readers.rend(); ++view) statements.push_back(drop_view(**view));
  return statements;
}

std::vector<std::string> make_anew(const Readers& readers, const Database& database) {
  if (readers.empty()) return {};
  std::vector<std::string> statements;
  for (const auto* view : readers) {
    statements.push_back(create_view(*view));
    append(statements, view_extras(*view));
    append(statements, belongings(*view, database));
  }
  statements.push_back(give_back(names_of(readers)));
  return statements;
}

void note_readers(plan::Step& step, const Readers& readers) {
  if (readers.empty()) return;
  read_in_public(step);
  bool fills = false;
  for (const auto* view : readers) {
    add_lock(step, "view " + view->path(), "access exclusive", view->materialized ? "rewrite" : "catalog");
    fills = fills || view->materialized;
  }
  if (fills) step.timeouts.statement_ms.reset();
}

}  // namespace dmc::dialects::postgres
