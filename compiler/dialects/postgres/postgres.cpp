// Ties the topics of the folder to the interface.
#include "compiler/dialects/postgres/postgres.hpp"

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/holders.hpp"
#include "compiler/dialects/postgres/inspect/inspect.hpp"
#include "compiler/dialects/postgres/lower.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/refusals.hpp"
#include "compiler/dialects/postgres/rename.hpp"
#include "compiler/dialects/postgres/rename_value.hpp"
#include "compiler/dialects/postgres/rewords.hpp"
#include "compiler/dialects/postgres/server_names.hpp"
#include "compiler/dialects/postgres/types.hpp"
#include "compiler/dialects/values.hpp"

namespace dmc::dialects::postgres {

namespace {

Description describe() {
  Description postgres;
  postgres.types = type_names();
  postgres.index_methods = index_methods();
  postgres.collations = {"C", "POSIX", "default", "ucs_basic", "und-x-icu"};
  postgres.privileges = {"all",    "connect",   "create",  "delete",   "execute", "insert", "references",
                         "select", "temporary", "trigger", "truncate", "update",  "usage"};
  postgres.name = "postgres";
  postgres.label = "PostgreSQL";
  postgres.lowering_version = 1;
  postgres.oldest_version = "12";
  postgres.newest_version = "18";
  postgres.lacking_codes = {"E0872"};
  // What a connection brings along must not change what the statements mean, nor how the server prints.
  // (session_replication_role, which only a superuser may even name, is the session's to look at.)
  postgres.preamble = {"set search_path = ''",       "set timezone = 'UTC'",
                       "set datestyle = 'ISO, YMD'", "set intervalstyle = 'postgres'",
                       "set extra_float_digits = 1", "set quote_all_identifiers = off",
                       "set row_security = off",     "set check_function_bodies = off"};
  postgres.names_fold_case = false;
  postgres.unquoted_names_are_lower_case = true;
  postgres.longest_name = longest_name;
  postgres.default_schema = "public";
  postgres.foreign_keys_need_table = true;
  postgres.catalog = "pg_class";
  postgres.has_schemas = true;
  postgres.triggers_are_of_tables = true;
  postgres.rewords_sql = true;
  postgres.server_names = server_names;
  postgres.quoted = quoted;
  postgres.goes_along_with_a_type = {"row policy", "rule"};
  postgres.storage_options = {"unlogged", "inherits", "access_method"};
  postgres.features = {"tables without columns",
                       "materialized views",
                       "sequences",
                       "enum types",
                       "domains",
                       "functions in the database",
                       "procedures in the database",
                       "extensions in the database",
                       "schemas",
                       "row policies",
                       "grants",
                       "'check option'",
                       "settings of a view",
                       "keys that are checked late",
                       "'include' in a key",
                       "'nulls not distinct'",
                       "'exclude' constraints",
                       "partitions",
                       "serial columns",
                       "options of an identity",
                       "column storage methods",
                       "column compression",
                       "statistics targets of a column",
                       "'no inherit'",
                       "'match full'",
                       "lists of columns after 'set null' and 'set default'",
                       "operator classes",
                       "settings of an index",
                       "'referencing' in triggers",
                       "'keeping both'",
                       "triggers that run late",
                       "triggers that are switched off",
                       "'truncate' triggers",
                       "statement triggers on views",
                       "functions that a trigger could execute"};
  return postgres;
}

class Postgres final : public Dialect, public Texts, public Holders, public Mentioning, public Values {
 public:
  const Description& description() const override { return description_; }
  TypeAnswer type(const TypeText& type) const override { return read_type(type); }
  bool widens(std::string_view from, std::string_view to, const model::Table& /*table*/) const override {
    return postgres::widens(from, to);
  }
  void check(model::Database& desired, grammar::Diagnostics& diagnostics) const override {
    postgres::check(desired, diagnostics);
  }
  void try_out(const Tried& tried, const Trial& /*trial*/, grammar::Diagnostics& diagnostics) const override {
    postgres::refuse(tried, diagnostics);
  }
  std::vector<StepPair> lower(const change::Change& change, const model::Database& before) const override {
    return postgres::lower(change, before);
  }
  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    postgres::rename(database, table, column, to);
  }
  std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                                 std::string_view relation, const std::optional<std::string>& column) const override {
    return postgres::mentions(database, texts, relation, column);
  }
  std::optional<std::vector<std::string>> values_of(const model::Object& object) const override {
    return postgres::values_of(object);
  }
  void rename_value(model::Database& database, std::string_view type, std::string_view from,
                    std::string_view to) const override {
    postgres::rename_value(database, type, from, to);
  }
  Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown,
                  const model::Database& all_shown) const override {
    return postgres::rewords(declared, shown, all_shown);
  }
  std::vector<std::vector<Holder>> holders(const std::function<const model::Database&()>& now,
                                           std::span<const model::Object* const> objects) const override {
    return holders_of(now, objects);
  }
  std::vector<Holder> callers(const model::Database& before, const model::Database& desired,
                              const model::Object& object) const override {
    return callers_without(before, desired, object);
  }
  Inspected inspect(const Query& query) const override { return postgres::inspect(query); }
  const Texts& texts() const override { return *this; }

 private:
  Description description_ = describe();
};

}  // namespace

std::unique_ptr<Dialect> make_postgres() { return std::make_unique<Postgres>(); }

}  // namespace dmc::dialects::postgres
