// A role that may not give a thing away, or that is gone, leaves it with who takes the change back.
#include "compiler/dialects/postgres/owners.hpp"

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"

namespace dmc::dialects::postgres {

const std::string make_backup_schema =
    "if pg_catalog.to_regnamespace('dmc_backup') is null then create schema "
    "dmc_backup; for one in select distinct a.grantee from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a where "
    "n.nspname = 'dmc_backup' and a.grantee <> n.nspowner loop execute format('revoke all on schema dmc_backup from "
    "%s', case one.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(one.grantee)) end); end loop; end if;";

const std::string drop_backup_schema =
    "if not exists (select from pg_catalog.pg_depend where refclassid = "
    "'pg_catalog.pg_namespace'::regclass and refobjid = pg_catalog.to_regnamespace('dmc_backup')) then drop "
    "schema if exists dmc_backup; end if;";

namespace {

/// Rows of `act`, statements that give what is there now to its owner.
std::string acts(std::string_view catalog, std::string_view owner, const std::string& where, const std::string& what) {
  return fmt::format(
      "select format('alter {0} owner to %I', pg_get_userbyid({1})) as act from pg_catalog.{2} where {3} and {1} <> "
      "(select oid from pg_catalog.pg_roles where rolname = current_user)",
      what, owner, catalog, where);
}

/// A name inside a format inside a text.
std::string in_format(const std::string& name) {
  std::string text;
  for (const char c : name) text.append(c == '%' || c == '\'' ? 2 : 1, c);
  return text;
}

std::string acts_of(const change::Change& change) {
  const auto relation = [](const std::string& name) {
    return acts("pg_class", "relowner", "oid = pg_catalog.to_regclass(" + text_literal(name) + ")",
                "table " + in_format(name));
  };
  if (const auto* drop = std::get_if<change::DropView>(&change.kind)) return relation(full(drop->view));
  if (const auto* drop = std::get_if<change::DropTable>(&change.kind)) {
    if (drop->backup == model::Backup::with) return {};
    auto all = relation(full(drop->table));
    if (drop->table.partitioned)
      each_partition(*drop->table.partitioned,
                     [&](const auto& partition) { all += " union all " + relation(full(partition)); });
    return all;
  }
  const auto* drop = std::get_if<change::DropObject>(&change.kind);
  if (!drop) return {};
  const auto& type = drop->object.type;
  const std::string name(bare_name(drop->object));
  const auto where = [&](std::string_view look) {
    return fmt::format("oid = pg_catalog.{}({})", look, text_literal(name));
  };
  if (type == "function" || type == "procedure" || type == "aggregate")
    return acts("pg_proc", "proowner", where("to_regprocedure"), "routine " + in_format(name));
  if (type == "sequence") return relation(name);
  if (type == "enum" || type == "domain" || type == "type")
    return acts("pg_type", "typowner", where("to_regtype"), "type " + in_format(name));
  if (type == "schema") return acts("pg_namespace", "nspowner", where("to_regnamespace"), "schema " + in_format(name));
  return {};
}

}  // namespace

std::optional<OwnerNote> owner_note(const Lowering& lowering) {
  const auto found = acts_of(lowering.change);
  if (found.empty()) return std::nullopt;
  const auto key = text_literal(own_name("owner", lowering.serves(lowering.change.object)));
  return OwnerNote{
      fmt::format("do $dmc$ declare one record; begin if exists ({0}) then {1} create table if not exists "
                  "dmc_backup._dmc_owners (what text not null, act text not null); delete from dmc_backup._dmc_owners "
                  "where what = {2}; insert into dmc_backup._dmc_owners select {2}, act from ({0}) as a; end if; "
                  "exception when insufficient_privilege then null; end $dmc$",
                  found, make_backup_schema, key),
      fmt::format(
          "do $dmc$ declare one record; begin if pg_catalog.to_regclass('dmc_backup._dmc_owners') is null then return; "
          "end if; for one in select act from dmc_backup._dmc_owners where what = {0} loop begin execute one.act; "
          "exception when insufficient_privilege or undefined_object then null; end; end loop; delete from "
          "dmc_backup._dmc_owners where what = {0}; if not exists (select from dmc_backup._dmc_owners) then drop table "
          "dmc_backup._dmc_owners; {1} end if; exception when insufficient_privilege or dependent_objects_still_exist "
          "then null; end $dmc$",
          key, drop_backup_schema)};
}

}  // namespace dmc::dialects::postgres
