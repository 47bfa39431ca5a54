// A step in many transactions: rows, watermark and fence in each; the first also claims, the last also ends.
#include "runtime/steps/attempt.hpp"

namespace dmc::steps {

Outcome Attempt::in_batches(Batches& batches) {
  while (true) {
    if (context_.stop.requested()) return Interrupted{};
    ledger::Unit unit(context_.ledger);
    context_.ledger.fence(context_.grip);
    auto sending = sender(&unit);
    if (row_.state != begun()) {
      claim(begun());
      facts() = {};
      if (auto conflict = before()) return std::move(*conflict);
      batches.start(sending, facts());
      note_start();
    } else if (row_.epoch != context_.grip.epoch) {
      claim(begun());
      note_start();
    }
    const auto watched = witness();
    const bool more = batches.next(sending, facts());
    if (auto beyond = excess(watched.get())) return Failed{*beyond + "; this batch was taken back before its COMMIT"};
    if (more) {
      context_.ledger.set_facts(context_.grip, row_.step, begun(), row_.facts, std::nullopt);
      commit(unit);
      batches.after(facts());
      continue;
    }
    if (auto failure = after()) return std::move(*failure);
    context_.ledger.move_step(context_.grip, row_.step, begun(), ended(), false);
    row_.state = ended();
    record(done_word());
    commit(unit);
    batches.after(facts());
    return Done{facts().rows};
  }
}

}  // namespace dmc::steps
