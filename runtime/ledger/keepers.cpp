// Which ledger each engine gets.
#include <array>

#include "runtime/ledger/clickhouse_store.hpp"
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

namespace {

template <const Statements& (*statements)()>
Keeper sql_keeper() {
  return {statements().engine, statements().names, [](session::Session& session) -> std::unique_ptr<Ledger> {
            return std::make_unique<SqlLedger>(session, statements());
          }};
}

}  // namespace

const Statements* statements_of(std::string_view engine) {
  for (const auto* statements : {&sqlite_statements(), &postgres_statements()})
    if (statements->engine == engine) return statements;
  return nullptr;
}

const Keeper* keeper_of(std::string_view engine) {
  static const std::array keepers{sql_keeper<sqlite_statements>(), sql_keeper<postgres_statements>(),
                                  clickhouse_keeper()};
  for (const auto& keeper : keepers)
    if (keeper.engine == engine) return &keeper;
  return nullptr;
}

}  // namespace dmc::ledger
