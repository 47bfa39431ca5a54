// Ties the topics of the folder to the interface.
#include "compiler/dialects/postgres/postgres.hpp"

#include <stdexcept>

#include "compiler/dialects/postgres/check.hpp"
#include "compiler/dialects/postgres/inspect/inspect.hpp"
#include "compiler/dialects/postgres/rename.hpp"
#include "compiler/dialects/postgres/types.hpp"

namespace dmc::dialects::postgres {

namespace {

Description describe() {
  Description postgres;
  postgres.name = "postgres";
  postgres.label = "PostgreSQL";
  postgres.lowering_version = 1;
  postgres.oldest_version = "12";
  postgres.newest_version = "18";
  // What a connection brings along must not change what the statements mean, nor how the server prints.
  postgres.preamble = {"set search_path = ''",
                       "set timezone = 'UTC'",
                       "set datestyle = 'ISO, YMD'",
                       "set intervalstyle = 'postgres'",
                       "set extra_float_digits = 1",
                       "set quote_all_identifiers = off",
                       "set session_replication_role = origin",
                       "set row_security = off"};
  postgres.names_fold_case = false;
  postgres.unquoted_names_are_lower_case = true;
  constexpr std::int64_t longest_name = 63;
  postgres.longest_name = longest_name;
  postgres.default_schema = "public";
  postgres.foreign_keys_need_table = true;
  postgres.catalog = "pg_class";
  postgres.has_schemas = true;
  return postgres;
}

class Postgres final : public Dialect {
 public:
  const Description& description() const override { return description_; }
  TypeAnswer type(const TypeText& type) const override { return read_type(type); }
  bool widens(std::string_view from, std::string_view to, const model::Table& /*table*/) const override {
    return postgres::widens(from, to);
  }
  void check(model::Database& desired, grammar::Diagnostics& diagnostics) const override {
    postgres::check(desired, diagnostics);
  }
  std::vector<StepPair> lower(const change::Change& /*change*/, const model::Database& /*before*/) const override {
    throw std::logic_error("PostgreSQL has no lowering yet");
  }
  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    postgres::rename(database, table, column, to);
  }
  Inspected inspect(const Query& query) const override { return postgres::inspect(query); }

 private:
  Description description_ = describe();
};

}  // namespace

std::unique_ptr<Dialect> make_postgres() { return std::make_unique<Postgres>(); }

}  // namespace dmc::dialects::postgres
