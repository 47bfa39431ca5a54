// The questions, in the order of their columns that the readers count on. Names of catalogs need no schema: theirs is
// always searched first.
#include "compiler/dialects/postgres/inspect/queries.hpp"

#include <string_view>

#include <fmt/format.h>

namespace dmc::dialects::postgres::reading {

namespace {

/// A schema that holds the author's objects, as a condition on pg_namespace.
constexpr std::string_view ours =
    "n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dmc', 'dmc_backup') and left(n.nspname, 5) <> "
    "'_dmc_'";

/// Not what an extension brought along.
std::string no_member(std::string_view catalog, std::string_view oid) {
  return fmt::format(
      "not exists (select from pg_depend e where e.classid = '{}'::regclass and e.objid = {} and e.deptype = 'e')",
      catalog, oid);
}

std::string_view since(int major, int first, std::string_view column, std::string_view before) {
  return major >= first ? column : before;
}

}  // namespace

std::string server_question() {
  return "select current_setting('server_version_num'), set_config('search_path', '', false),"
         " set_config('timezone', 'UTC', false), set_config('datestyle', 'ISO, YMD', false),"
         " set_config('intervalstyle', 'postgres', false), set_config('extra_float_digits', '1', false),"
         " set_config('quote_all_identifiers', 'off', false)";
}

std::string relations_question(int major) {
  return fmt::format(
      "select c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,"
      " c.relreplident, array_to_string(c.reloptions, E'\\n'), array_to_string(t.reloptions, E'\\n'), a.amname,"
      " s.spcname, i.parents, c.relispartition, pg_get_expr(c.relpartbound, c.oid),"
      " case c.relkind when 'p' then pg_get_partkeydef(c.oid) end, c.reloftype <> 0,"
      " case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end, i.pending,"
      " case c.relkind when 'c' then c.reltype end"
      " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
      " left join pg_class t on t.oid = c.reltoastrelid left join pg_am a on a.oid = c.relam"
      " left join pg_tablespace s on s.oid = c.reltablespace"
      " left join (select inhrelid, string_agg(inhparent::text, ' ' order by inhseqno) as parents, bool_or({}) as"
      " pending from pg_inherits group by inhrelid) i on i.inhrelid = c.oid"
      " where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and {} and {} order by n.nspname, c.relname",
      since(major, 14, "inhdetachpending", "false"), ours, no_member("pg_class", "c.oid"));
}

/// A default names no column, so that it needs no relation to be printed, which would cost ten times as much. A type is
/// printed once, however many columns have it.
std::string columns_question(int major) {
  return fmt::format(
      "with columns as materialized (select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,"
      " pg_get_expr(d.adbin, case a.attgenerated when '' then 0 else d.adrelid end) as value, a.attgenerated,"
      " a.attidentity, a.attcollation, a.attcollation <> t.typcollation as collated,"
      " case when a.attstorage <> t.typstorage then a.attstorage end as storage, {} as compression,"
      " nullif(a.attstattarget, -1) as target, a.attislocal, a.attinhcount > 0 as inherited,"
      " array_to_string(a.attoptions, ', ') as options, c.relkind"
      " from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
      " join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
      " where a.attnum > 0 and not a.attisdropped and {} and (c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') or c.relkind"
      " in ('i', 'I') and a.attoptions is not null)),"
      " types as materialized (select atttypid, atttypmod, format_type(atttypid, atttypmod) as type from"
      " (select distinct atttypid, atttypmod from columns) d)"
      " select attrelid, attnum, attname, type, atttypid, attnotnull, value, attgenerated, attidentity, attcollation,"
      " collated, storage, compression, target, attislocal, inherited, options, relkind from columns join types using"
      " (atttypid, atttypmod) order by attrelid, attnum",
      since(major, 14, "a.attcompression", "''"), ours);
}

std::string constraints_question(int major) {
  return fmt::format(
      "select k.oid, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, k.conrelid, k.contypid,"
      " k.conindid, k.conparentid, k.confrelid, k.confupdtype, k.confdeltype, k.confmatchtype, k.conislocal,"
      " k.coninhcount, k.connoinherit, array_to_string(k.conkey, ' '), array_to_string(k.confkey, ' '), {},"
      " case when k.contype = 'c' then pg_get_expr(k.conbin, k.conrelid) end,"
      " case when k.contype = 'x' then array_to_string(array(select case when s.nspname = 'pg_catalog' then o.oprname"
      " else 'operator(' || quote_ident(s.nspname) || '.' || o.oprname || ')' end from unnest(k.conexclop) with"
      " ordinality as x(oid, place) join pg_operator o on o.oid = x.oid join pg_namespace s on s.oid ="
      " o.oprnamespace order by x.place), E'\\n') end,"
      " case when k.contypid <> 0 or c.relispartition and k.conparentid = 0 and k.coninhcount = 0 then"
      " pg_get_constraintdef(k.oid) end, {}, {} from pg_constraint k join pg_namespace n on n.oid = k.connamespace"
      " left join pg_class c on c.oid = k.conrelid where {} and k.contype <> 't'"
      " order by k.conrelid, k.conname",
      since(major, 15, "array_to_string(k.confdelsetcols, ' ')", "null::text"),
      since(major, 18, "k.conenforced", "true"), since(major, 18, "k.conperiod", "false"), ours);
}

std::string indexes_question(int major) {
  return fmt::format(
      "select i.indexrelid, i.indrelid, c.relname, a.amname, i.indisunique, i.indisvalid and i.indisready, {},"
      " i.indisreplident, i.indisclustered, i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption,"
      " pg_get_expr(i.indpred, i.indrelid), case when i.indexprs is not null then array_to_string(array(select"
      " x.atttypid || ' ' || pg_get_indexdef(i.indexrelid, k, false) from generate_series(1, i.indnkeyatts::int) k join"
      " pg_attribute x on x.attrelid = i.indexrelid and x.attnum = k where i.indkey[k - 1] = 0 order by k), E'\\x1f')"
      " end, array_to_string(c.reloptions, E'\\n'), s.spcname, c.relispartition, case when i.indexprs is not null and"
      " exists (select from unnest(i.indcollation) u(oid) where u.oid not in (0, 100)) then"
      " pg_get_indexdef(i.indexrelid) end"
      " from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace"
      " join pg_am a on a.oid = c.relam left join pg_tablespace s on s.oid = c.reltablespace"
      " where {} order by i.indrelid, c.relname",
      since(major, 15, "i.indnullsnotdistinct", "false"), ours);
}

std::string sequences_question() {
  return fmt::format(
      "select q.seqrelid, format_type(q.seqtypid, null), q.seqstart, q.seqincrement, q.seqmax, q.seqmin, q.seqcache,"
      " q.seqcycle, d.refobjid, d.refobjsubid, d.deptype from pg_sequence q join pg_class c on c.oid = q.seqrelid"
      " join pg_namespace n on n.oid = c.relnamespace left join pg_depend d on d.classid = 'pg_class'::regclass and"
      " d.objid = q.seqrelid and d.objsubid = 0 and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and"
      " d.deptype in ('a', 'i') where {} order by q.seqrelid",
      ours);
}

std::string triggers_question(int major) {
  return fmt::format(
      "select t.oid, t.tgrelid, t.tgname, t.tgtype, s.nspname, p.proname, encode(t.tgargs, 'hex'), t.tgattr,"
      " t.tgdeferrable, t.tginitdeferred, t.tgconstraint <> 0, t.tgconstrrelid <> 0, t.tgoldtable, t.tgnewtable,"
      " t.tgenabled, case when t.tgqual is not null then pg_get_triggerdef(t.oid) end from pg_trigger t"
      " join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace"
      " join pg_proc p on p.oid = t.tgfoid join pg_namespace s on s.oid = p.pronamespace"
      " where not t.tgisinternal and {} and {} order by t.tgrelid, t.tgname",
      since(major, 13, "t.tgparentid = 0", "true"), ours);
}

std::string rules_question() {
  return fmt::format(
      "select r.oid, r.ev_class, r.rulename, pg_get_ruledef(r.oid), r.ev_enabled from pg_rewrite r"
      " join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace"
      " where r.rulename <> '_RETURN' and {} order by r.ev_class, r.rulename",
      ours);
}

std::string policies_question() {
  return fmt::format(
      "select p.oid, p.polrelid, p.polname, p.polcmd, p.polpermissive, array_to_string(array(select case when u.oid ="
      " 0 then 'public' else quote_ident(r.rolname) end from unnest(p.polroles) u(oid) left join pg_roles r on r.oid ="
      " u.oid order by r.rolname nulls first), ', '), pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck,"
      " p.polrelid) from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid ="
      " c.relnamespace where {} order by p.polrelid, p.polname",
      ours);
}

std::string types_question(int major) {
  return fmt::format(
      "select t.oid, n.nspname, t.typname, t.typtype, t.typisdefined, case t.typtype when 'e' then array_to_string("
      "array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder), E'\\x1f') end,"
      " case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end, t.typnotnull,"
      " pg_get_expr(t.typdefaultbin, 0), case when t.typtype = 'd' and t.typcollation <> b.typcollation then"
      " t.typcollation end, case when r.rngsubtype is not null then format_type(r.rngsubtype, null) end,"
      " case when r.rngcollation <> f.typcollation then r.rngcollation end,"
      " case when o.opcdefault and o.opcintype = r.rngsubtype then null else r.rngsubopc end,"
      " nullif(r.rngcanonical, 0)::regproc, nullif(r.rngsubdiff, 0)::regproc, {}"
      " from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_type b on b.oid = t.typbasetype"
      " left join pg_range r on r.rngtypid = t.oid left join pg_type f on f.oid = r.rngsubtype"
      " left join pg_opclass o on o.oid = r.rngsubopc {}"
      " where {} and {} and (t.typtype in ('e', 'd', 'r') or t.typtype = 'p' or t.typtype = 'b' and t.typelem = 0)"
      " order by n.nspname, t.typname",
      since(major, 14,
            "case when m.typname is not null then quote_ident(s.nspname) || '.' || quote_ident(m.typname) end",
            "null::text"),
      since(major, 14,
            "left join pg_type m on m.oid = r.rngmultitypid left join pg_namespace s on s.oid = m.typnamespace", ""),
      ours, no_member("pg_type", "t.oid"));
}

std::string routines_question() {
  const auto function = [](std::string_view column) {
    return fmt::format("case when a.{0} <> 0 then a.{0}::regproc end", column);
  };
  return fmt::format(
      "select p.oid, n.nspname, p.proname, p.prokind, oidvectortypes(p.proargtypes), case when p.prokind <> 'a' then"
      " pg_get_functiondef(p.oid) end, l.lanname, pg_get_function_arguments(p.oid), a.aggkind, a.aggtransfn::regproc,"
      " format_type(a.aggtranstype, null), a.aggtransspace, {}, a.aggfinalextra, a.aggfinalmodify, {}, {}, {},"
      " a.agginitval, {}, {}, format_type(nullif(a.aggmtranstype, 0), null), a.aggmtransspace, {}, a.aggmfinalextra,"
      " a.aggmfinalmodify, a.aggminitval, case when o.oid is not null then 'operator(' || quote_ident(s.nspname) || '.'"
      " || o.oprname || ')' end, p.proparallel, p.prorettype, pg_get_function_result(p.oid)"
      " from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang"
      " left join pg_aggregate a on a.aggfnoid = p.oid left join pg_operator o on o.oid = a.aggsortop"
      " left join pg_namespace s on s.oid = o.oprnamespace"
      " where {} and {} and not exists (select from pg_depend g where g.classid = 'pg_proc'::regclass and g.objid ="
      " p.oid and g.deptype = 'i') order by n.nspname, p.proname, 5",
      function("aggfinalfn"), function("aggcombinefn"), function("aggserialfn"), function("aggdeserialfn"),
      function("aggmtransfn"), function("aggminvtransfn"), function("aggmfinalfn"), ours,
      no_member("pg_proc", "p.oid"));
}

}  // namespace dmc::dialects::postgres::reading
