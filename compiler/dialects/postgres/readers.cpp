// Which view reads what is found by the names in its text: one too many is made anew for nothing, none is missed. Of a
// function, by the types of its signature.
#include "compiler/dialects/postgres/readers.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statement.hpp"
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

/// Names that other texts know it by.
std::string_view name_of(const Reader& reader, std::string& kept) {
  if (reader.view) return reader.view->name;
  kept = reader.function->provides();
  return kept;
}

/// `audit.log` of "setof audit.log", "audit.log[]".
std::string_view row_type(std::string_view type) {
  constexpr std::string_view set = "setof ";
  if (type.starts_with(set)) type.remove_prefix(set.size());
  return type.ends_with("[]") ? type.substr(0, type.size() - 2) : type;
}

/// Whether its signature has the row type: that holds a function, while the names in its body are looked up when it is
/// called.
bool has_row_type(const model::Object& function, std::string_view path) {
  if (function.type != "function" && function.type != "procedure") return false;
  if (function.create.text.find(last_part(path)) == std::string::npos) return false;
  const auto made = function_in(function.create.text);
  if (!made) return false;
  const auto is_it = [&](const std::string& type) { return row_type(type) == path; };
  return is_it(made->result) || std::ranges::any_of(made->arguments, is_it) || std::ranges::any_of(made->others, is_it);
}

bool body_names(const model::Object& function, std::string_view path, const std::vector<std::string>& columns = {}) {
  if (function.type != "function" && function.type != "procedure") return false;
  if (!has_sql_body(function.create.text)) return false;
  const auto names = model::names_in(function.create.text);
  return std::ranges::find(names, last_part(path)) != names.end() && (columns.empty() || names_any(names, columns));
}

bool reads(const Reader& reader, const Reader& source) {
  std::string kept;
  if (reader.function)
    return (source.view && has_row_type(*reader.function, source.view->path())) ||
           body_names(*reader.function, name_of(source, kept));
  const auto names = model::names_in(reader.view->query.text);
  return std::ranges::find(names, name_of(source, kept)) != names.end();
}

/// Depth first, so that what is read stands first.
void place(const Reader& reader, const Readers& all, Readers& placed, Readers& order) {
  if (std::ranges::find(placed, reader) != placed.end()) return;
  placed.push_back(reader);
  for (const auto& other : all)
    if (!(other == reader) && reads(reader, other)) place(other, all, placed, order);
  order.push_back(reader);
}

std::string oids(const std::vector<std::string>& relations) {
  std::vector<std::string> parts;
  for (const auto& name : relations) parts.push_back(oid_of(name));
  return joined(parts, ", ");
}

std::vector<std::string> views_of(const Readers& readers) {
  std::vector<std::string> names;
  for (const auto& reader : readers)
    if (reader.view) names.push_back(full(*reader.view));
  return names;
}

constexpr std::string_view grantee =
    "case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end";
constexpr std::string_view option = "case when a.is_grantable then ' with grant option' else '' end";

/// `as`: of another relation than the one they are of.
std::string relations_kept(const std::vector<std::string>& relations, const std::string& as = {}) {
  return fmt::format(
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
      "pg_catalog.pg_attribute t on t.attrelid = r.oid and t.attnum = d.objsubid and t.attnum > 0\n"
      "union all select 5, format('alter view %s alter column %I set default %s', path, t.attname, "
      "pg_get_expr(d.adbin, d.adrelid)) from r join pg_catalog.pg_attrdef d on d.adrelid = r.oid join "
      "pg_catalog.pg_attribute t on t.attrelid = r.oid and t.attnum = d.adnum where r.relkind = 'v'\n"
      "union all select 6, format('alter materialized view %s alter column %I set statistics %s', path, t.attname, "
      "t.attstattarget) from r join pg_catalog.pg_attribute t on t.attrelid = r.oid where r.relkind = 'm' and t.attnum "
      "> 0 and not t.attisdropped and t.attstattarget >= 0",
      oids(relations), grantee, option, as.empty() ? "format('%I.%I', n.nspname, c.relname)" : text_literal(as));
}

std::string functions_kept(const std::string& signature) {
  return fmt::format(
      "with r as (select * from pg_catalog.pg_proc where oid = pg_catalog.to_regprocedure({0}))\n"
      "select 1 as place, format('alter routine %s owner to %I', {0}, pg_get_userbyid(proowner)) as act from r where "
      "proowner <> (select oid from pg_catalog.pg_roles where rolname = current_user)\n"
      "union all select 2, format('revoke all on routine %s from public', {0}) from r where proacl is not null\n"
      "union all select 3, format('grant %s on routine %s to %s%s', a.privilege_type, {0}, {1}, {2}) from r, "
      "aclexplode(proacl) a where a.grantee <> proowner\n"
      "union all select 4, format('comment on routine %s is %L', {0}, d.description) from r join "
      "pg_catalog.pg_description d on d.objoid = r.oid and d.classoid = 'pg_catalog.pg_proc'::regclass",
      text_literal(signature), grantee, option);
}

}  // namespace

Readers readers_of(const Database& database, std::string_view path, const std::vector<std::string>& columns) {
  Readers found;
  const auto is_found = [&](const Reader& reader) { return std::ranges::find(found, reader) != found.end(); };
  const auto through = [&](const Reader& reader) {
    return std::ranges::any_of(found, [&](const auto& source) { return reads(reader, source); });
  };
  const bool is_view = database.view(path) != nullptr;
  for (bool grown = true; grown;) {
    grown = false;
    const auto add = [&](const Reader& reader) {
      found.push_back(reader);
      grown = true;
    };
    for (const auto& view : database.views) {
      if (view.path() == path || is_found({&view})) continue;
      const auto names = model::names_in(view.query.text);
      const bool direct =
          std::ranges::find(names, last_part(path)) != names.end() && (columns.empty() || names_any(names, columns));
      if (direct || through({&view})) add({&view});
    }
    for (const auto& object : database.objects) {
      const Reader function{nullptr, &object};
      if (is_found(function) || object.provides() == path) continue;
      if ((is_view && has_row_type(object, path)) || body_names(object, path, columns) || through(function))
        add(function);
    }
  }
  return in_order(found);
}

Readers in_order(const Readers& readers) {
  Readers order, placed;
  for (const auto& reader : readers) place(reader, readers, placed, order);
  return order;
}

std::string remember(const std::vector<std::string>& relations, const std::string& as) {
  return "create temporary table _dmc_kept on commit drop as\n" + relations_kept(relations, as);
}

std::string give_back(const std::vector<std::string>& relations) {
  if (relations.empty())
    return "do $dmc$ declare one record; begin for one in select act from pg_temp._dmc_kept order by place, act loop "
           "execute one.act; end loop; end $dmc$";
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

std::vector<std::string> belongings(const View& view, const Database& database) {
  std::vector<std::string> statements;
  for (const auto& trigger : database.triggers)
    if (trigger.table == view.path()) append(statements, trigger_statements(trigger, database));
  for (const auto& object : database.objects)
    if (object.type == "rule" && object.name.ends_with(" on " + view.path())) {
      append(statements, statements_in(object.create.text));
      append(statements, comments_on(object, database));
    }
  return statements;
}

std::vector<std::string> take_away(const Readers& readers, const std::vector<std::string>& also,
                                   const std::string& function) {
  auto relations = also;
  append(relations, views_of(readers));
  std::vector<std::string> functions;
  if (!function.empty()) functions.push_back(function);
  for (const auto& reader : readers)
    if (reader.function) functions.emplace_back(bare_name(*reader.function));
  std::vector<std::string> statements;
  const auto keep = [&](const std::string& query) {
    statements.push_back((statements.empty() ? "create temporary table _dmc_kept on commit drop as\n"
                                             : "insert into pg_temp._dmc_kept\n") +
                         query);
  };
  if (!relations.empty()) keep(relations_kept(relations));
  for (const auto& signature : functions) keep(functions_kept(signature));
  for (auto reader = readers.rbegin(); reader != readers.rend(); ++reader)
    append(statements, reader->view ? std::vector<std::string>{drop_view(*reader->view)}
                                    : statements_in(reader->function->drop.text));
  return statements;
}

std::vector<std::string> make_anew(const Readers& readers, const Database& database,
                                   const std::vector<std::string>& also) {
  if (readers.empty() && also.empty()) return {};
  std::vector<std::string> statements;
  for (const auto& reader : readers) {
    if (reader.function) {
      append(statements, statements_in(reader.function->create.text));
      continue;
    }
    statements.push_back(create_view(*reader.view));
    append(statements, view_extras(*reader.view));
    append(statements, belongings(*reader.view, database));
  }
  auto relations = also;
  append(relations, views_of(readers));
  statements.push_back(give_back(relations));
  return statements;
}

std::vector<plan::Lock> locks_on(const Readers& readers) {
  std::vector<plan::Lock> locks;
  for (const auto& reader : readers)
    if (const auto* view = reader.view)
      locks.push_back({"view " + view->path(), "access exclusive", view->materialized ? "rewrite" : "catalog"});
  return locks;
}

namespace {

/// The tables that a view reads, also through others.
void note_what_it_reads(plan::Step& step, const model::View& view, const model::Database& database,
                        std::set<std::string>& seen) {
  if (!seen.insert(view.path()).second) return;
  for (const auto& table : database.tables) {
    const auto object = "table " + table.path();
    if (text_names(view.query.text, table.name) &&
        std::ranges::find(step.locks, object, &plan::Lock::object) == step.locks.end())
      add_lock(step, object, "access share", "scan");
  }
  for (const auto& other : database.views)
    if (!other.materialized && text_names(view.query.text, other.name)) note_what_it_reads(step, other, database, seen);
}

}  // namespace

void note_readers(plan::Step& step, const Readers& readers, const model::Database& database) {
  if (readers.empty()) return;
  read_in_public(step);
  for (const auto& lock : locks_on(readers)) add_lock(step, lock.object, lock.mode, lock.work);
  std::set<std::string> seen;
  for (const auto& reader : readers)
    if (reader.view && reader.view->materialized) note_what_it_reads(step, *reader.view, database, seen);
  note_filling(step);
}

void note_filling(plan::Step& step) {
  const bool fills = std::ranges::any_of(
      step.locks, [](const auto& lock) { return lock.object.starts_with("view ") && lock.work == "rewrite"; });
  if (!fills) return;
  step.timeouts.statement_ms.reset();
  for (auto& lock : step.locks)
    if (lock.object.starts_with("table ") && lock.work == "catalog") lock.work = "scan";
}

}  // namespace dmc::dialects::postgres
