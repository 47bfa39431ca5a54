// One row after the other; rows that come while it works are met in the next round.
#include <algorithm>

#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

/// Rows that are written to while they are copied never settle; those behind them have come to rest by then.
constexpr int most_rounds = 5;
/// An engine may need a moment until what it took shows.
constexpr std::int64_t settling_ms = 60'000, longest_row_look_ms = 500;
constexpr std::int64_t between_counts_ms = 1'000;

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

/// One go at the rows, and what it has of time.
class Round {
 public:
  Round(const plan::ForEach& action, Attempt& attempt, Sender& sender)
      : action_(action), attempt_(attempt), sender_(sender), began_(now()) {}

  /// Why the row is not settled yet, when it is not.
  std::optional<std::string> settle(const std::string& row) {
    if (action_.fresh && sender_.ask(filled(*action_.fresh, row))) {
      for (const auto& statement : action_.clean) sender_.execute(filled(statement, row));
      if (auto reason = holds_in_time(*action_.fresh, row)) return reason;
    }
    for (const auto& statement : action_.statements) sender_.execute(filled(statement, row));
    return holds_in_time(action_.settled, row);
  }

  bool is_settled(const std::string& row) { return !sender_.ask(filled(action_.settled, row)); }

  /// The time of the whole step is over; where it has none, what does not settle is left to the next round.
  bool is_over() const { return deadline() && now() - began_ >= *deadline(); }
  std::optional<std::int64_t> deadline() const { return attempt_.step().timeouts.deadline_ms; }

  void tell(std::size_t done, std::size_t of) {
    if (of < 2 || now() - told_ < between_counts_ms) return;
    told_ = now();
    attempt_.tell({.phase = "",
                   .unit = action_.what + "s",
                   .done = static_cast<std::int64_t>(done),
                   .total = static_cast<std::int64_t>(of)});
  }

 private:
  std::int64_t now() const { return attempt_.context().clock.milliseconds(); }
  std::optional<std::string> holds_in_time(const plan::QueryCheck& check, const std::string& row) {
    const auto patience = deadline() ? std::max<std::int64_t>(*deadline() - (now() - began_), 0) : settling_ms;
    return attempt_.wait_until(patience, longest_row_look_ms, [&] { return sender_.ask(filled(check, row)); });
  }

  const plan::ForEach& action_;
  Attempt& attempt_;
  Sender& sender_;
  std::int64_t began_;
  std::int64_t told_ = 0;
};

}  // namespace

Outcome run(const plan::ForEach& action, Attempt& attempt) {
  return attempt.autocommit([&](Sender& sender) -> std::optional<Outcome> {
    Round round(action, attempt, sender);
    std::optional<std::string> missing;
    std::int64_t done = 0;
    for (int rounds = 0; rounds < most_rounds; ++rounds) {
      missing.reset();
      const auto rows = sender.query(action.rows).rows;
      for (std::size_t at = 0; at < rows.size(); ++at) {
        const auto* text = rows[at].empty() ? nullptr : std::get_if<std::string>(&rows[at].front());
        if (!text) return Failed{"the question of each " + action.what + " answers no text"};
        round.tell(at, rows.size());
        if (round.is_settled(*text)) continue;
        if (sender.stopped()) return Interrupted{};
        if (auto reason = round.settle(*text)) missing = std::move(reason);
        if (sender.stopped()) return Interrupted{};
        if (missing && round.is_over()) return too_late(*missing, *round.deadline());
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
