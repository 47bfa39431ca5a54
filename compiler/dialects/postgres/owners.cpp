// A role that may not give a thing away, or that is gone, leaves it with who takes the change back.
#include "compiler/dialects/postgres/owners.hpp"

#include <vector>

#include <fmt/format.h>

#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statement.hpp"
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

/// Something that has an owner.
struct Owned {
  std::string what;     ///< as `alter … owner to` has it: "table a"
  std::string catalog;  ///< where it is a row,
  std::string owner;    ///< with its owner in this column,
  std::string is_it;    ///< and this holds for it alone
};

std::vector<Owned> owned_by(const change::Change& change) {
  const auto relation = [](const std::string& name) {
    return Owned{"table " + name, "pg_class", "relowner", "oid = pg_catalog.to_regclass(" + text_literal(name) + ")"};
  };
  if (const auto* drop = std::get_if<change::DropView>(&change.kind)) return {relation(full(drop->view))};
  if (const auto* drop = std::get_if<change::DropTable>(&change.kind)) {
    if (drop->backup == model::Backup::with) return {};
    std::vector<Owned> all{relation(full(drop->table))};
    if (drop->table.partitioned)
      each_partition(*drop->table.partitioned,
                     [&](const auto& partition) { all.push_back(relation(full(partition))); });
    return all;
  }
  const auto* drop = std::get_if<change::DropObject>(&change.kind);
  if (!drop) return {};
  const auto& type = drop->object.type;
  const std::string name(bare_name(drop->object));
  const auto is_it = [&](std::string_view look) {
    return fmt::format("oid = pg_catalog.{}({})", look, text_literal(name));
  };
  if (type == "function" || type == "procedure" || type == "aggregate")
    return {{"routine " + name, "pg_proc", "proowner", is_it("to_regprocedure")}};
  if (type == "sequence") return {relation(name)};
  if (type == "enum" || type == "domain" || type == "type")
    return {{"type " + name, "pg_type", "typowner", is_it("to_regtype")}};
  // The name of a schema is kept without quotes.
  if (type == "schema")
    return {{"schema " + quoted(name), "pg_namespace", "nspowner", "nspname = " + text_literal(name)}};
  return {};
}

/// What somebody else has made under that name is neither written to nor believed.
const std::string notes_are_ours =
    "exists (select from pg_catalog.pg_class c, pg_catalog.pg_roles r where c.oid = "
    "pg_catalog.to_regclass('dmc_backup._dmc_owners') and r.oid = c.relowner and (r.rolname = current_user or "
    "r.rolsuper))";

}  // namespace

std::optional<OwnerNote> owner_note(const Lowering& lowering) {
  const auto owned = owned_by(lowering.change);
  if (owned.empty()) return std::nullopt;
  const auto key = own_name("owner", lowering.serves(lowering.change.object));
  std::string found, give;
  for (const auto& one : owned) {
    const auto its = text_literal(key + " " + one.what);
    found += fmt::format(
        "{}select {} as what, pg_get_userbyid({}) as owner from pg_catalog.{} where {} and {} <> (select oid from "
        "pg_catalog.pg_roles where rolname = current_user)",
        found.empty() ? "" : " union all ", its, one.owner, one.catalog, one.is_it, one.owner);
    give += fmt::format(
        "for one in select owner from dmc_backup._dmc_owners where what = {} loop begin execute {} || "
        "quote_ident(one.owner); exception when insufficient_privilege or undefined_object then null; end; end loop; ",
        its, text_literal("alter " + one.what + " owner to "));
  }
  const auto ours = fmt::format("left(what, {}) = {}", key.size() + 1, text_literal(key + " "));
  return OwnerNote{
      "do " + dollar_quoted(fmt::format(
                  "declare one record; begin if exists ({0}) then {1} create table if not exists "
                  "dmc_backup._dmc_owners (what text not null, owner text not null); if {2} then delete from "
                  "dmc_backup._dmc_owners where {3}; insert into dmc_backup._dmc_owners {0}; end if; end if; exception "
                  "when insufficient_privilege then null; end",
                  found, make_backup_schema, notes_are_ours, ours)),
      "do " + dollar_quoted(fmt::format(
                  "declare one record; begin if not {0} then return; end if; {1}delete from dmc_backup._dmc_owners "
                  "where {2}; if not exists (select from dmc_backup._dmc_owners) then drop table "
                  "dmc_backup._dmc_owners; {3} end if; exception when insufficient_privilege or "
                  "dependent_objects_still_exist then null; end",
                  notes_are_ours, give, ours, drop_backup_schema))};
}

}  // namespace dmc::dialects::postgres
