// Rights are asked of the catalogs, which everybody may read, so that the answer names all that is missing at once.
#include "runtime/session/postgres_rights.hpp"

#include "runtime/session/postgres_rows.hpp"

namespace dmc::session {

namespace {

constexpr std::string_view missing_rights = R"(select
  case when n.oid is null and not pg_catalog.has_database_privilege(d.oid, 'create') then 'create on database ' || pg_catalog.quote_ident(d.datname) end,
  case when not pg_catalog.has_schema_privilege(n.oid, 'usage') then 'usage on schema dmc' end,
  (select pg_catalog.string_agg(r.name, ', ' order by r.place) from (values (1, 'select'), (2, 'insert'), (3, 'update'), (4, 'delete')) r (place, name)
    where exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind = 'r' and not pg_catalog.has_table_privilege(c.oid, r.name)))
    || ' on all tables in schema dmc',
  (select pg_catalog.string_agg(r.name, ', ' order by r.name) from (values ('select'), ('usage')) r (name)
    where exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind = 'S' and not pg_catalog.has_sequence_privilege(c.oid, r.name)))
    || ' on all sequences in schema dmc',
  pg_catalog.quote_ident(current_user)
  from pg_catalog.pg_database d left join pg_catalog.pg_namespace n on n.nspname = 'dmc' where d.datname = pg_catalog.current_database())";

/// Where the setting comes from, and what takes it away there.
constexpr std::string_view read_only_setting = R"(select s.source, pg_catalog.quote_ident(session_user),
  pg_catalog.quote_ident(pg_catalog.current_database()) from pg_catalog.pg_settings s
  where s.name = 'default_transaction_read_only' and s.setting = 'on')";

}  // namespace

void require_ledger_rights(PostgresLink& link) {
  const auto row = link.run(missing_rights).rows.rows.at(0);
  constexpr std::size_t kinds = 4;
  const auto role = text_in(row, kinds);
  std::string lacking, grants;
  for (std::size_t at = 0; at < kinds; ++at) {
    const auto right = text_in(row, at);
    if (right.empty()) continue;
    lacking += (lacking.empty() ? "" : " and ") + right;
    grants += (grants.empty() ? "grant " : " grant ") + right + " to " + role + ";";
  }
  if (lacking.empty()) return;
  throw SessionError("role " + role + " lacks what dmc needs for its ledger in " + link.address().in_words() + ": " +
                     lacking + "; who may grant it says there:  " + grants + " [E0835]");
}

std::string ledger_grants_for(std::string_view refused, const std::string& role, const std::string& database) {
  if (refused.find("create schema dmc") != std::string_view::npos)
    return "grant create on database " + database + " to " + role + ";";
  if (refused.find(" dmc_backup.") != std::string_view::npos)
    return "grant usage, create on schema dmc_backup to " + role + ";";
  if (refused.find(" dmc.") == std::string_view::npos) return {};
  return "grant usage on schema dmc to " + role +
         "; grant select, insert, update, delete on all tables in schema dmc to " + role +
         "; grant select, usage on all sequences in schema dmc to " + role + ";";
}

void refuse_read_only(PostgresConnection& connection, const PostgresAddress& address) {
  const auto rows = connection.run(read_only_setting).rows.rows;
  if (rows.empty()) return;
  const auto source = text_in(rows[0], 0), role = text_in(rows[0], 1), database = text_in(rows[0], 2);
  const std::string setting = "default_transaction_read_only", reset = " reset " + setting + ";";
  std::string where = "the server", lift = "alter system" + reset + " select pg_reload_conf();";
  if (source == "database") where = "the database", lift = "alter database " + database + reset;
  if (source == "user") where = "role " + role, lift = "alter role " + role + reset;
  if (source == "database user")
    where = "role " + role + " in this database", lift = "alter role " + role + " in database " + database + reset;
  throw SessionError("somebody made " + where + " read-only (" + setting + " = on in " + address.in_words() +
                     "), and dmc obeys that: nothing was written; to lift it:  " + lift +
                     "  or for dmc's role alone:  alter role " + role + " in database " + database + " set " + setting +
                     " = off; [E0836]");
}

}  // namespace dmc::session
