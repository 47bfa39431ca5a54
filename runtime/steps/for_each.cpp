// One row after the other; rows that come while it works are met in the next round.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

/// Rows that are written to while they are copied never settle; those behind them have come to rest by then.
constexpr int most_rounds = 5;
/// An engine may need a moment until what it took shows.
constexpr std::int64_t settling_ms = 60'000, look_ms = 100;

std::string filled(std::string text, const std::string& row) {
  for (auto at = text.find(plan::ForEach::hole); at != std::string::npos;
       at = text.find(plan::ForEach::hole, at + row.size()))
    text.replace(at, plan::ForEach::hole.size(), row);
  return text;
}

plan::QueryCheck filled(plan::QueryCheck check, const std::string& row) {
  check.means = filled(std::move(check.means), row);
  check.query = filled(std::move(check.query), row);
  return check;
}

/// Why the row is not settled yet, when it is not.
std::optional<std::string> done_for(const plan::ForEach& action, const std::string& row, Attempt& attempt,
                                    Sender& sender) {
  const auto holds_in_time = [&](const plan::QueryCheck& check) {
    auto reason = sender.ask(filled(check, row));
    for (std::int64_t waited = 0; reason && waited < settling_ms && !sender.stopped(); waited += look_ms) {
      attempt.pause(look_ms);
      reason = sender.ask(filled(check, row));
    }
    return reason;
  };
  if (action.fresh && sender.ask(filled(*action.fresh, row))) {
    for (const auto& statement : action.clean) sender.execute(filled(statement, row));
    if (auto reason = holds_in_time(*action.fresh)) return reason;
  }
  for (const auto& statement : action.statements) sender.execute(filled(statement, row));
  return holds_in_time(action.settled);
}

}  // namespace

Outcome run(const plan::ForEach& action, Attempt& attempt) {
  return attempt.autocommit([&](Sender& sender) -> std::optional<Outcome> {
    std::optional<std::string> missing;
    std::int64_t done = 0;
    for (int round = 0; round < most_rounds; ++round) {
      missing.reset();
      for (const auto& row : sender.query(action.rows).rows) {
        const auto* text = row.empty() ? nullptr : std::get_if<std::string>(&row.front());
        if (!text) return Failed{"the question of each " + action.what + " answers no text"};
        const auto settled = filled(action.settled, *text);
        if (!sender.ask(settled)) continue;
        if (sender.stopped()) return Interrupted{};
        if (auto reason = done_for(action, *text, attempt, sender)) missing = std::move(reason);
        ++done;
      }
      if (!missing) break;
    }
    if (missing) return Failed{std::move(*missing)};
    attempt.note_rows(done);
    return std::nullopt;
  });
}

}  // namespace dmc::steps
