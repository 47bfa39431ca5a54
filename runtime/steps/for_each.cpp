// One row after the other; rows that come while it works are met in the next round.
#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

/// Rows that are written to while they are copied never settle; those behind them have come to rest by then.
constexpr int most_rounds = 5;

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
        for (const auto& statement : action.statements) sender.execute(filled(statement, *text));
        ++done;
        if (auto reason = sender.ask(settled)) missing = std::move(reason);
      }
      if (!missing) break;
    }
    if (missing) return Failed{std::move(*missing)};
    attempt.note_rows(done);
    return std::nullopt;
  });
}

}  // namespace dmc::steps
