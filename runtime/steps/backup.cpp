// Writes the artifact, reads it back from where it lies, and records what it is, all in one commit: a later step drops
// the source.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

Outcome run(const plan::Backup& action, Attempt& attempt) {
  return attempt.transaction([&](Sender& sender) -> std::optional<Outcome> {
    for (const auto& statement : action.write) {
      if (sender.stopped()) return Interrupted{};
      sender.execute(statement);
    }
    for (const auto& check : action.read_back)
      if (auto reason = sender.ask(check))
        return Failed{"the backup " + action.artifact + " of " + action.source +
                      " does not read back equal: " + *reason};
    const auto answer = sender.query(action.rows).rows;
    const auto* rows =
        answer.empty() || answer.front().empty() ? nullptr : std::get_if<std::int64_t>(&answer.front().front());
    if (!rows) return Failed{"the backup " + action.artifact + " of " + action.source + " cannot be counted"};
    attempt.note_rows(*rows);
    attempt.note(ledger::BackupHeader{.artifact = action.artifact,
                                      .generation = attempt.context().grip.generation,
                                      .step = attempt.row().step,
                                      .plan = attempt.context().plan,
                                      .source = action.source,
                                      .columns = action.columns,
                                      .rows = *rows,
                                      .at = attempt.context().clock.utc()});
    return std::nullopt;
  });
}

}  // namespace dmc::steps
