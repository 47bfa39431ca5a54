// The questions that gather many kinds of objects into one list, each row with the word for its kind.
#include <string_view>

#include <fmt/format.h>

#include "compiler/dialects/postgres/inspect/queries.hpp"

namespace dmc::dialects::postgres::reading {

namespace {

constexpr std::string_view in_own_schemas =
    "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dmc', 'dmc_backup') and left(n.nspname, 5) <> "
    "'_dmc_'";

constexpr std::string_view member =
    "exists (select from pg_depend e where e.classid = '{0}'::regclass and e.objid = {1}.oid and e.deptype = 'e')";

/// Objects that only have to be named, because the model has no place for them.
std::string named_only(std::string_view kind, std::string_view catalog, std::string_view name,
                       std::string_view schema) {
  return fmt::format(
      " union all select '{0}', x.oid, {1}, x.{2}, null, null, null, null, null, null, null from {3} x {4} where x.oid"
      " >= 16384 {5} and not exists (select from pg_depend e where e.classid = '{3}'::regclass and e.objid = x.oid and"
      " e.deptype = 'e')",
      kind, schema.empty() ? "null" : "n.nspname", name, catalog,
      schema.empty() ? "" : fmt::format("join pg_namespace n on n.oid = x.{}", schema),
      schema.empty() ? "" : fmt::format("and {}", in_own_schemas));
}

std::string not_of_extension(std::string_view catalog, std::string_view alias) {
  return "not " + fmt::format(fmt::runtime(member), catalog, alias);
}

std::string publications(int major) {
  const std::string columns =
      major < 15 ? "''"
                 : "case when r.prattrs is not null then ' (' || array_to_string(array(select quote_ident(a.attname)"
                   " from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[]) order by"
                   " a.attname), ', ') || ')' else '' end || case when r.prqual is not null then ' where ' ||"
                   " pg_get_expr(r.prqual, r.prrelid) else '' end";
  const std::string schemas =
      major < 15 ? "null"
                 : "array_to_string(array(select quote_ident(n.nspname) from pg_publication_namespace g join"
                   " pg_namespace n on n.oid = g.pnnspid where g.pnpubid = p.oid order by n.nspname), ', ')";
  return fmt::format(
      " union all select 'publication', p.oid, null, p.pubname, p.puballtables::text, concat_ws(', ', case when"
      " p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' "
      "end,"
      " case when p.pubtruncate then 'truncate' end), {}, array_to_string(array(select quote_ident(n.nspname) || '.' ||"
      " quote_ident(c.relname) || {} from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace"
      " n on n.oid = c.relnamespace where r.prpubid = p.oid order by 1), ', '), {}, {}, null from pg_publication p"
      " where {}",
      major < 13 ? "'false'" : "p.pubviaroot::text", columns, schemas,
      major < 18 ? "null" : "nullif(p.pubgencols::text, 'n')", not_of_extension("pg_publication", "p"));
}

std::string collations(int major) {
  const std::string_view locale = major >= 17 ? "c.colllocale" : major >= 15 ? "c.colliculocale" : "null";
  return fmt::format(
      " union all select 'collation', c.oid, n.nspname, c.collname, ({} and {})::text, c.collprovider::text,"
      " c.collcollate::text, c.collctype::text, ({})::text, c.collisdeterministic::text, {} from pg_collation c join"
      " pg_namespace n on n.oid = c.collnamespace",
      in_own_schemas, not_of_extension("pg_collation", "c"), locale, major >= 16 ? "c.collicurules" : "null");
}

}  // namespace

std::string others_question(int major) {
  std::string text = fmt::format(
      "select 'schema' as kind, n.oid, null as schema, n.nspname as name, null as a, null as b, null as c, null as d,"
      " null as e, null as f, null as g from pg_namespace n where {} and n.nspname <> 'public' and {}",
      in_own_schemas, not_of_extension("pg_namespace", "n"));
  text +=
      " union all select 'extension', x.oid, n.nspname, x.extname, null, null, null, null, null, null, null from"
      " pg_extension x join pg_namespace n on n.oid = x.extnamespace where x.oid >= 16384";
  text +=
      " union all select 'operator class', o.oid, n.nspname, o.opcname, o.opcdefault::text, o.opcintype::text,"
      " o.opckeytype::text, m.amname, null, null, null from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace"
      " join pg_am m on m.oid = o.opcmethod";
  text += collations(major);
  text += fmt::format(
      " union all select 'statistics', s.oid, n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid), {}, "
      "s.stxrelid::text,"
      " null, null, null, null from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where {} and {}",
      major >= 13 ? "nullif(s.stxstattarget, -1)::text" : "null", in_own_schemas,
      not_of_extension("pg_statistic_ext", "s"));
  text += publications(major);
  text += fmt::format(
      " union all select 'event trigger', t.oid, null, t.evtname, t.evtevent, array_to_string(array(select"
      " quote_literal(tag) from unnest(t.evttags) tag order by tag), ', '), t.evtfoid::regproc::text,"
      " t.evtenabled::text, null, null, null from pg_event_trigger t where {}",
      not_of_extension("pg_event_trigger", "t"));
  text += fmt::format(
      " union all select 'operator', o.oid, n.nspname, o.oprname, case when o.oprleft <> 0 then format_type(o.oprleft,"
      " null) end, case when o.oprright <> 0 then format_type(o.oprright, null) end, o.oprcode::regproc::text, case"
      " when o.oprcom <> 0 then (select 'operator(' || quote_ident(s.nspname) || '.' || y.oprname || ')' from"
      " pg_operator y join pg_namespace s on s.oid = y.oprnamespace where y.oid = o.oprcom) end, case when o.oprnegate"
      " <> 0 then (select 'operator(' || quote_ident(s.nspname) || '.' || y.oprname || ')' from pg_operator y join"
      " pg_namespace s on s.oid = y.oprnamespace where y.oid = o.oprnegate) end, concat_ws(', ', case when o.oprrest"
      " <> 0 then 'restrict = ' || o.oprrest::regproc end, case when o.oprjoin <> 0 then 'join = ' ||"
      " o.oprjoin::regproc end, case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end),"
      " null from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where o.oprcode <> 0 and {} and {}",
      in_own_schemas, not_of_extension("pg_operator", "o"));
  text += fmt::format(
      " union all select 'cast', c.oid, null, format_type(c.castsource, null), format_type(c.casttarget, null),"
      " c.castmethod::text, case when c.castfunc <> 0 then c.castfunc::regprocedure::text end, c.castcontext::text,"
      " null, null, null from pg_cast c where c.oid >= 16384 and not exists (select from pg_depend i where i.classid = "
      "'pg_cast'::regclass"
      " and i.objid = c.oid and i.deptype = 'i') and {}",
      not_of_extension("pg_cast", "c"));
  text += named_only("operator family", "pg_opfamily", "opfname", "opfnamespace");
  text += named_only("conversion", "pg_conversion", "conname", "connamespace");
  text += named_only("text search configuration", "pg_ts_config", "cfgname", "cfgnamespace");
  text += named_only("text search dictionary", "pg_ts_dict", "dictname", "dictnamespace");
  text += named_only("text search parser", "pg_ts_parser", "prsname", "prsnamespace");
  text += named_only("text search template", "pg_ts_template", "tmplname", "tmplnamespace");
  text += named_only("foreign data wrapper", "pg_foreign_data_wrapper", "fdwname", "");
  text += named_only("server", "pg_foreign_server", "srvname", "");
  text += named_only("language", "pg_language", "lanname", "");
  text += named_only("access method", "pg_am", "amname", "");
  return text + " order by kind, schema, name";
}

std::string grants_question() {
  const auto entry = [](std::string_view label, std::string_view catalog, std::string_view alias, std::string_view type,
                        std::string_view acl, std::string_view owner, std::string_view schema, std::string_view name,
                        std::string_view more, std::string_view from) {
    return fmt::format(
        "select {} as kind, '{}'::regclass::oid as classid, {}.oid as oid, {} as type, {} as acl, {} as owner, {} as"
        " schema, {}::text as name, {} as more, 0 as sub from {}",
        label, catalog, alias, type, acl, owner, schema, name, more, from);
  };
  const std::string objects =
      entry("case c.relkind when 'S' then 'sequence' else 'table' end", "pg_class", "c",
            "case c.relkind when 'S' then 's'::\"char\" else 'r'::\"char\" end", "c.relacl", "c.relowner", "n.nspname",
            "c.relname", "null::text",
            fmt::format("pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relacl is not null and {}",
                        in_own_schemas)) +
      " union all " +
      fmt::format(
          "select 'column', 'pg_class'::regclass::oid, c.oid, 'c'::\"char\", a.attacl, c.relowner, n.nspname,"
          " c.relname, a.attname::text, a.attnum from pg_attribute a join pg_class c on c.oid = a.attrelid join"
          " pg_namespace n on n.oid = c.relnamespace where a.attacl is not null and not a.attisdropped and {}",
          in_own_schemas) +
      " union all " +
      entry("case p.prokind when 'p' then 'procedure' else 'function' end", "pg_proc", "p", "'f'::\"char\"", "p.proacl",
            "p.proowner", "n.nspname", "p.proname", "oidvectortypes(p.proargtypes)",
            fmt::format("pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proacl is not null and {}",
                        in_own_schemas)) +
      " union all " +
      entry("case t.typtype when 'd' then 'domain' else 'type' end", "pg_type", "t", "'T'::\"char\"", "t.typacl",
            "t.typowner", "n.nspname", "t.typname", "null::text",
            fmt::format("pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typacl is not null and {}",
                        in_own_schemas)) +
      " union all " +
      entry("'schema'", "pg_namespace", "n", "'n'::\"char\"", "n.nspacl", "n.nspowner", "null", "n.nspname",
            "null::text", fmt::format("pg_namespace n where n.nspacl is not null and {}", in_own_schemas));
  return fmt::format(
      "select o.kind, o.classid, o.oid, o.schema, o.name, o.more, x.had, case when x.grantee = 0 then 'public' else"
      " quote_ident(pg_get_userbyid(x.grantee)) end, lower(x.privilege_type), x.is_grantable, x.grantee = o.owner from"
      " (select g.*, i.initprivs from ({}) g left join pg_init_privs i on i.classoid = g.classid and i.objoid = g.oid "
      "and"
      " i.objsubid = g.sub) o, lateral (select false as had, a.* from aclexplode(o.acl) a union all select true, b.*"
      " from aclexplode(coalesce(o.initprivs, acldefault(o.type, o.owner))) b) x where o.acl is distinct from"
      " o.initprivs"
      " union all select 'default', d.defaclrole, 0, n.nspname, quote_ident(pg_get_userbyid(d.defaclrole)),"
      " case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then"
      " 'types' when 'n' then 'schemas' else d.defaclobjtype::text end, x.had, case when x.grantee = 0 then 'public' "
      "else"
      " quote_ident(pg_get_userbyid(x.grantee)) end, lower(x.privilege_type), x.is_grantable, x.grantee = d.defaclrole"
      " from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, lateral (select false as had, a.*"
      " from aclexplode(d.defaclacl) a union all select true, b.* from aclexplode(acldefault(case d.defaclobjtype when"
      " 'S' then 's'::\"char\" else d.defaclobjtype end, d.defaclrole)) b where d.defaclnamespace = 0) x"
      " order by 1, 4, 5, 6, 8, 9",
      objects);
}

std::string comments_question() {
  return "select d.classoid::regclass, d.objoid, d.objsubid, d.description from pg_description d where d.objoid >= "
         "16384"
         " or d.classoid = 'pg_namespace'::regclass and d.objoid = 2200 and d.description <> 'standard public schema'"
         " order by 1, 2, 3";
}

std::string dependencies_question() {
  return "select distinct case when r.rulename = '_RETURN' then 'pg_class' else d.classid::regclass::text end, case "
         "when"
         " r.rulename = '_RETURN' then r.ev_class else d.objid end, d.refclassid::regclass, d.refobjid from pg_depend d"
         " left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid"
         " where d.deptype in ('n', 'a') and d.refobjid >= 16384 and d.classid in ('pg_rewrite'::regclass,"
         " 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_cast'::regclass,"
         " 'pg_policy'::regclass, 'pg_statistic_ext'::regclass) order by 1, 2, 3, 4";
}

}  // namespace dmc::dialects::postgres::reading
