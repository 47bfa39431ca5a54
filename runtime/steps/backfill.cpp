// Changes rows chunk by chunk by key: a frozen bound, a watermark that moves with the rows, batches that find their own
// size.
#include <algorithm>

#include "runtime/steps/steps.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t wanted_ms = 200;
constexpr std::int64_t first_batch = 2'000;
constexpr std::int64_t smallest_batch = 50;
/// Far above what servers with many writers should see; it only bounds engines on which 200 ms are many rows.
constexpr std::int64_t largest_batch = 1'000'000;

using Key = std::vector<session::Value>;

std::vector<std::string> encoded_key(const Key& key) {
  std::vector<std::string> texts;
  for (const auto& value : key) texts.push_back(ledger::encoded(value));
  return texts;
}

Key decoded_key(const std::vector<std::string>& texts) {
  Key key;
  for (const auto& text : texts) {
    auto value = ledger::decoded(text);
    if (!value)
      throw ledger::LedgerError(
          "the ledger's watermark of a backfill cannot be read; it was edited by hand or is damaged");
    key.push_back(std::move(*value));
  }
  return key;
}

/// A query for a key answers no row at the end of the table; an aggregate answers a null one.
std::optional<Key> key_of(const session::Rows& rows, std::size_t columns) {
  if (rows.rows.empty() || rows.rows.front().size() < columns) return std::nullopt;
  Key key(rows.rows.front().begin(), rows.rows.front().begin() + static_cast<std::ptrdiff_t>(columns));
  if (std::holds_alternative<std::nullptr_t>(key.front())) return std::nullopt;
  return key;
}

void append(Key& parameters, const Key& more) { parameters.insert(parameters.end(), more.begin(), more.end()); }

class KeyedBatches : public Batches {
 public:
  KeyedBatches(const plan::Backfill& action, Attempt& attempt)
      : action_(action), attempt_(attempt), began_(attempt.context().clock.milliseconds()), batch_began_(began_) {}

  void start(Sender& sender, ledger::Progress& progress) override {
    if (const auto bound = frozen_bound(sender)) progress.bound = encoded_key(*bound);
    const auto total = sender.query(action_.total).rows;
    if (!total.empty() && !total.front().empty())
      if (const auto* rows = std::get_if<std::int64_t>(&total.front().front())) progress.total = *rows;
    progress.batch = action_.pace.batch.value_or(first_batch);
  }

  bool next(Sender& sender, ledger::Progress& progress) override {
    if (first_call_) rows_at_start_ = progress.looked_at;
    first_call_ = false;
    batch_began_ = attempt_.context().clock.milliseconds();
    last_batch_ = 0;
    if (!progress.bound) return false;
    // After a lock that was not to be had, smaller batches hold theirs for less time.
    const auto size = std::max<std::int64_t>(1, progress.batch >> std::min<std::int64_t>(attempt_.task().retry, 6));
    const Key bound = decoded_key(*progress.bound);
    // Fewer rows than that are left: the rest is the last batch.
    const Key upper = upper_key(sender, progress, size, bound).value_or(bound);
    Key range = progress.watermark ? decoded_key(*progress.watermark) : Key();
    append(range, upper);
    const bool first = !progress.watermark;
    for (const auto& statement : action_.before_batch) sender.execute(statement);
    if (const auto& save = first ? action_.save_first : action_.save_next) sender.execute(*save, range);
    progress.rows += sender.execute(first ? action_.change_first : action_.change_next, range);
    for (const auto& statement : action_.after_batch) sender.execute(statement);
    progress.watermark = encoded_key(upper);
    last_batch_ = size;
    // The commit is left out: its cost hardly depends on the size, and a slow disk must not lead to ever smaller
    // batches.
    worked_ms_ = attempt_.context().clock.milliseconds() - batch_began_;
    progress.looked_at += size;
    const bool more = progress.watermark != progress.bound;
    if (progress.total) progress.looked_at = more ? std::min(progress.looked_at, *progress.total) : *progress.total;
    return more;
  }

  void after(ledger::Progress& progress) override {
    if (last_batch_ == 0) return;
    auto& context = attempt_.context();
    const auto now = context.clock.milliseconds();
    const auto took = std::max<std::int64_t>(now - batch_began_, 1);
    tell(progress, now);
    if (!action_.pace.batch) {
      const auto fitting =
          std::clamp(last_batch_ * wanted_ms / std::max<std::int64_t>(worked_ms_, 1), last_batch_ / 2, last_batch_ * 4);
      progress.batch = std::clamp(fitting, smallest_batch, largest_batch);
    }
    if (progress.watermark == progress.bound) return;
    const auto& pace = action_.pace;
    const auto due = pace.rows_per_second ? last_batch_ * 1000 / std::max<std::int64_t>(*pace.rows_per_second, 1) : 0;
    attempt_.pause(std::max<std::int64_t>(due - took, 0) + pace.pause_ms);
  }

 private:
  /// What the way back looks at ends where the way there ended, when both go by the same key: rows that came later were
  /// never changed, unless the plan says that they were.
  std::optional<Key> frozen_bound(Sender& sender) {
    const auto& task = attempt_.task();
    const auto* there = task.undo ? std::get_if<plan::Backfill>(&task.forward.action) : nullptr;
    if (there && there->key == action_.key && !action_.later_rows) {
      const auto& watermark = attempt_.row().facts.forward.watermark;
      return watermark ? std::optional(decoded_key(*watermark)) : std::nullopt;
    }
    return key_of(sender.query(action_.bound), action_.key.size());
  }

  std::optional<Key> upper_key(Sender& sender, const ledger::Progress& progress, std::int64_t size, const Key& bound) {
    Key parameters = progress.watermark ? decoded_key(*progress.watermark) : Key();
    parameters.emplace_back(size);
    append(parameters, bound);
    return key_of(sender.query(progress.watermark ? action_.next : action_.first, parameters), action_.key.size());
  }

  void tell(const ledger::Progress& progress, std::int64_t now) {
    journal::StepProgressed event{.target = attempt_.context().target,
                                  .step = attempt_.row().step,
                                  .rows = progress.looked_at,
                                  .total = progress.total,
                                  .rows_per_second = 0,
                                  .remaining_ms = std::nullopt,
                                  .batch = last_batch_};
    const auto elapsed = std::max<std::int64_t>(now - began_, 1);
    event.rows_per_second = (progress.looked_at - rows_at_start_) * 1000 / elapsed;
    if (progress.total && event.rows_per_second > 0)
      event.remaining_ms = (*progress.total - progress.looked_at) * 1000 / event.rows_per_second;
    attempt_.context().sink.tell(event);
  }

  const plan::Backfill& action_;
  Attempt& attempt_;
  std::int64_t began_;
  std::int64_t batch_began_;
  std::int64_t rows_at_start_ = 0;
  std::int64_t last_batch_ = 0;
  std::int64_t worked_ms_ = 0;
  bool first_call_ = true;
};

}  // namespace

Outcome run(const plan::Backfill& action, Attempt& attempt) {
  KeyedBatches batches(action, attempt);
  return attempt.in_batches(batches);
}

}  // namespace dmc::steps
