// A step that one replica does for all of its shard. What a replica took comes in its own time, also to itself: an
// answer says that it will come, and only a check says that it has.
#include <algorithm>
#include <charconv>

#include "runtime/steps/attempt.hpp"
#include "runtime/steps/check.hpp"

namespace dmc::steps {

namespace {

constexpr std::int64_t longest_arrival_look_ms = 500;
constexpr std::int64_t until_ready_ms = 30'000;
/// Between what a server was asked for by a runner that is gone and the moment when it shows it.
constexpr std::int64_t late_arrival_ms = 3'000;

}  // namespace

std::optional<std::int64_t> progress_of(session::Session& session, const plan::OneReplica& one) {
  const ledger::ReadOnly read_only(session);
  const auto rows = session.query(one.progress).rows;
  if (rows.empty() || rows.front().empty()) return std::nullopt;
  const auto& value = rows.front().front();
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  std::int64_t number = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc())
    return std::nullopt;
  return number;
}

std::optional<Outcome> Attempt::until_ready() {
  if (!step().one_replica || task_.row_only()) return std::nullopt;
  auto missing = wait_until(until_ready_ms, longest_arrival_look_ms, [&] { return wrong(step().one_replica->ready); });
  if (!missing) return std::nullopt;
  if (context_.stop.requested()) return Interrupted{};
  return Conflict{std::move(*missing)};
}

std::optional<std::string> Attempt::wrong_at_last(const std::vector<plan::QueryCheck>& checks) {
  if (!step().one_replica) return wrong(checks);
  const auto patience = facts().taken ? step().one_replica->deadline_ms : late_arrival_ms;
  return wait_until(patience, longest_arrival_look_ms, [&] { return wrong(checks); });
}

void Attempt::note_taken() {
  facts().taken = true;
  ledger::Unit unit(context_.ledger);
  context_.ledger.set_facts(context_.grip, row_.step, begun(), row_.facts, std::nullopt);
  commit(unit);
}

std::optional<Outcome> Attempt::after_arrival() {
  const auto patience = step().one_replica->deadline_ms;
  auto missing = wait_until(patience, longest_arrival_look_ms, [&] { return wrong(step().post); });
  if (!missing) return std::nullopt;
  // The row stays open: whoever comes next looks again.
  note_taken();
  if (context_.stop.requested()) return Interrupted{};
  return too_late("the server took it, and " + *missing, patience);
}

Outcome Attempt::follow() {
  const auto& one = *step().one_replica;
  const auto& leader = *task_.leader;
  auto missing = wait_until(one.deadline_ms, longest_arrival_look_ms, [&]() -> std::optional<std::string> {
    if (leader.progress && progress_of(context_.session, one).value_or(-1) < *leader.progress)
      return "what " + leader.name + " did has not arrived here";
    return wrong(step().post, leader.token);
  });
  // What somebody else did there is not this change's to take back here either, unless this replica had begun it.
  if (!missing && leader.found && row_.state == ledger::State::absent) return finish(ledger::State::found, "found");
  if (!missing) return finish(ended(), done_word());
  if (context_.stop.requested()) return Interrupted{};
  return too_late("it was done on " + leader.name + ", and here " + *missing, one.deadline_ms);
}

}  // namespace dmc::steps
