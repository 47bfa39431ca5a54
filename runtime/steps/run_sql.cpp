// Runs statements as they stand: together in one transaction, or one by one outside any.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

Outcome run(const plan::RunSql& action, Attempt& attempt) {
  const Act act = [&](Sender& sender) -> std::optional<Outcome> {
    std::int64_t rows = 0;
    for (const auto& statement : action.statements) {
      // Outside a transaction what was sent stays, so the rest of it is sent too.
      if (sender.stopped() && (sender.in_transaction() || sender.executed() == 0)) return Interrupted{};
      rows += sender.execute(statement);
    }
    attempt.note_rows(rows);
    return std::nullopt;
  };
  return attempt.with_settings(
      action.settings, [&] { return action.in_transaction ? attempt.transaction(act) : attempt.autocommit(act); });
}

}  // namespace dmc::steps
