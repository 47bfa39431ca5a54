// Which ledger each engine gets.
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

const Keeper* keeper_of(std::string_view engine) {
  static const Keeper sqlite{"sqlite", statements_of("sqlite")->tables,
                             [](session::Session& session) -> std::unique_ptr<Ledger> {
                               return std::make_unique<SqlLedger>(session, *statements_of("sqlite"));
                             }};
  return engine == sqlite.engine ? &sqlite : nullptr;
}

}  // namespace dmc::ledger
