// Ties the topics of the folder to the interface.
#include "compiler/dialects/sqlite/sqlite.hpp"

#include "compiler/dialects/sqlite/check.hpp"
#include "compiler/dialects/sqlite/inspect.hpp"
#include "compiler/dialects/sqlite/lower.hpp"
#include "compiler/dialects/sqlite/names.hpp"
#include "compiler/dialects/sqlite/normal.hpp"
#include "compiler/dialects/sqlite/rename.hpp"
#include "compiler/dialects/sqlite/trial.hpp"
#include "compiler/dialects/sqlite/types.hpp"

namespace dmc::dialects::sqlite {

namespace {

Description describe() {
  Description sqlite;
  sqlite.types = type_names();
  sqlite.collations = {"binary", "nocase", "rtrim"};
  sqlite.name = "sqlite";
  sqlite.label = "SQLite";
  sqlite.lowering_version = 1;
  sqlite.oldest_version = "3.26";
  sqlite.newest_version = "3.54";
  sqlite.lacking_codes = {"E0403"};
  // What a connection brings along must not change what the statements mean.
  sqlite.preamble = {"pragma foreign_keys = 1", "pragma legacy_alter_table = 0", "pragma recursive_triggers = 0",
                     "pragma trusted_schema = 1"};
  sqlite.names_fold_case = true;
  sqlite.brackets_quote_names = true;
  sqlite.default_schema = "main";
  sqlite.catalog = "sqlite_master";
  sqlite.quoted = quoted;
  sqlite.features = {"strict tables", "tables without rowid", "'on conflict' of a constraint"};
  return sqlite;
}

class Sqlite final : public Dialect, public Texts, public Mentioning {
 public:
  const Description& description() const override { return description_; }
  TypeAnswer type(const TypeText& type) const override { return read_type(type); }
  bool widens(std::string_view from, std::string_view to, const model::Table& table) const override {
    return sqlite::widens(from, to, is_strict(table));
  }
  void check(model::Database& desired, grammar::Diagnostics& diagnostics) const override {
    sqlite::check(desired, diagnostics);
  }
  void try_out(const Tried& tried, const Trial& trial, grammar::Diagnostics& diagnostics) const override {
    sqlite::try_out(tried, trial, diagnostics);
  }
  std::vector<StepPair> lower(const change::Change& change, const model::Database& before) const override {
    return sqlite::lower(change, before);
  }
  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    sqlite::rename(database, table, column, to);
  }
  std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                                 std::string_view relation, const std::optional<std::string>& column) const override {
    return sqlite::mentions(database, texts, relation, column);
  }
  Inspected inspect(const Query& query) const override { return sqlite::inspect(query); }
  const Texts& texts() const override { return *this; }

 private:
  Description description_ = describe();
};

}  // namespace

std::unique_ptr<Dialect> make_sqlite() { return std::make_unique<Sqlite>(); }

}  // namespace dmc::dialects::sqlite
