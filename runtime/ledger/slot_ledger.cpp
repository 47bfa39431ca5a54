// Slots: claimed numbers with what the target is from there on.
#include "runtime/ledger/slot_ledger.hpp"

#include <algorithm>
#include <random>

#include "compiler/plan/digest.hpp"
#include "runtime/ledger/cell.hpp"

namespace dmc::ledger {

/// What a slot holds. `move` is none where only the holder changed.
struct SlotLedger::Slot {
  std::int64_t number = 0;
  Target target;
  std::optional<Move> move;
  std::string hash;  ///< of the last move up to here
  static void fields(auto& self, auto&& visit) {
    visit("number", self.number);
    visit("target", self.target);
    visit("move", self.move);
    visit("hash", self.hash);
  }
};

namespace {

std::string drawn_name() {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::random_device device;
  std::string name;
  for (int word = 0; word < 4; ++word)
    for (auto bits = static_cast<std::uint32_t>(device()), i = 0U; i < 8; ++i, bits >>= 4U) name += digits[bits % 16];
  return name;
}

/// Whether the target has seen this one, or an older one.
bool may_come(const std::optional<SealedIndex>& index, const Target& now) {
  if (!index || index->sequence > now.index_seq) return true;
  return index->sequence == now.index_seq && (now.index_hash.empty() || now.index_hash == index->hash);
}

void note(const std::optional<SealedIndex>& index, Target& now) {
  if (!index) return;
  now.index_seq = index->sequence;
  now.index_hash = index->hash;
}

[[noreturn]] void fenced(const char* what) {
  throw Fenced(std::string(what) + ": the target was moved by another runner, or is not where this run left it");
}

}  // namespace

std::string SlotLedger::server_version() { return store_->server_version(); }

void SlotLedger::limits(std::int64_t, std::optional<std::int64_t>) {}

void SlotLedger::announce(const std::string&) {}

SlotLedger::Slot SlotLedger::last_slot() {
  const auto payload = store_->last_slot();
  if (!payload) throw LedgerError("the ledger has no target row; it was edited by hand or is damaged");
  return read_cell<Slot>(*payload, "slot");
}

bool SlotLedger::exists() { return store_->exists() && store_->last_slot(); }

void SlotLedger::open_unit() {
  roll_back_unit();
  if (nonce_.empty()) nonce_ = drawn_name();
  unit_ = nonce_ + "/" + std::to_string(++units_);
}

void SlotLedger::roll_back_unit() {
  unit_.clear();
  target_.reset();
  move_.reset();
  pending_.clear();
}

/// Records first; where the marker moves, the slot makes them count.
void SlotLedger::commit_unit() {
  send_records(!target_.has_value());
  if (target_) {
    Slot slot{number_ + 1, *target_, std::nullopt, ""};
    if (move_) {
      slot.move = move_->first;
      slot.hash = move_->second;
    } else if (number_ > 0) {
      slot.hash = last_slot().hash;
    }
    if (!store_->claim(slot.number, unit_, plan::canonical(slot))) fenced("move the marker");
  }
  roll_back_unit();
}

void SlotLedger::create(const NewTarget& target) {
  store_->create();
  if (store_->last_slot()) fenced("create the ledger");
  target_.emplace();
  target_->identity = target.identity;
  target_->identity.target_id = drawn_name();
  target_->at_hash = target_->fingerprint = target.at_hash;
  target_->at_name = target.at_name;
  target_->normaliser = target.normaliser;
  number_ = 0;
}

Target SlotLedger::target() {
  if (target_) return *target_;
  auto slot = last_slot();
  if (slot.target.format > ledger_format)
    throw NewerLedger("the ledger has format " + std::to_string(slot.target.format) + " and this version knows " +
                      std::to_string(ledger_format) + ": use the newer dmc");
  // Steps take numbers too, between two moves of the marker: those of this generation.
  for (const auto& row : steps(slot.target.generation))
    slot.target.seq = std::max(slot.target.seq, row.seq.value_or(0));
  return std::move(slot.target);
}

Target& SlotLedger::moved(std::int64_t epoch, const char* what) {
  if (!target_) {
    auto slot = last_slot();
    number_ = slot.number;
    target_ = std::move(slot.target);
  }
  if (target_->epoch != epoch) fenced(what);
  return *target_;
}

std::int64_t SlotLedger::take_over_within(const std::string& holder, std::int64_t after_epoch) {
  auto slot = last_slot();
  if (slot.target.epoch != after_epoch)
    throw Fenced("another runner took this target over since it was looked at; nothing was changed");
  number_ = slot.number;
  target_ = std::move(slot.target);
  target_->holder = holder;
  seq_ = 0;
  return ++target_->epoch;
}

void SlotLedger::fence(const Grip& grip) {
  const auto now = target();
  if (now.epoch != grip.epoch || now.generation != grip.generation)
    throw Fenced("another runner has taken over this target; this one writes nothing more");
}

std::int64_t SlotLedger::next_seq() {
  if (seq_ == 0) {
    const auto now = target();
    seq_ = now.seq;
    for (const auto& row : steps(now.generation)) seq_ = std::max(seq_, row.seq.value_or(0));
  }
  return ++seq_;
}

void SlotLedger::begin(std::int64_t epoch, const std::string& at_hash, const std::string& plan, const std::string& to,
                       const std::string& scope, const std::optional<SealedIndex>& index) {
  auto& now = moved(epoch, "begin");
  if (now.moving || now.at_hash != at_hash || !may_come(index, now)) fenced("begin");
  note(index, now);
  now.moving = Moving{plan, to, true, 1, false};
  ++now.generation;
  now.run_id = drawn_name();
  now.scope_digest = scope;
}

void SlotLedger::begin_undo(const Grip& grip, const std::string& at_hash, const std::string& plan,
                            const std::string& to, std::int64_t stage, const std::string& scope,
                            const std::optional<SealedIndex>& index) {
  auto& now = moved(grip.epoch, "begin the undo");
  if (now.moving || now.at_hash != at_hash || now.generation != grip.generation || !may_come(index, now))
    fenced("begin the undo");
  note(index, now);
  now.moving = Moving{plan, to, false, stage, false};
  now.run_id = drawn_name();
  now.scope_digest = scope;
}

void SlotLedger::release(const Grip& grip, const std::string& plan, bool forward) {
  auto& now = moved(grip.epoch, "give back what was begun");
  const auto all = steps(grip.generation);
  const bool untouched = std::all_of(all.begin(), all.end(), [&](const StepRow& row) {
    return forward ? row.state == State::absent && row.attempt == 0
                   : row.state == State::done || row.state == State::found;
  });
  if (!now.moving || now.moving->plan != plan || now.moving->forward != forward || now.generation != grip.generation ||
      !untouched)
    fenced("give back what was begun");
  now.moving.reset();
  if (!forward) return;
  --now.generation;
  for (const auto& row : all) put("step", step_key(grip.generation, row.step), std::nullopt);
}

void SlotLedger::rescope(const Grip& grip, const std::string& plan, const std::string& scope) {
  auto& now = moved(grip.epoch, "note the targets of the run");
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation)
    fenced("note the targets of the run");
  now.scope_digest = scope;
}

void SlotLedger::end(const Grip& grip, const std::string& plan, bool forward, const std::string& name,
                     const std::string& fingerprint, const std::string& normaliser) {
  auto& now = moved(grip.epoch, "end");
  if (!now.moving || now.moving->plan != plan || now.moving->forward != forward || now.generation != grip.generation)
    fenced("end");
  const auto all = steps(grip.generation);
  const bool over = std::all_of(all.begin(), all.end(), [&](const StepRow& row) {
    return forward ? row.state == State::done || row.state == State::found : row.state == State::absent;
  });
  if (!over) fenced("end");
  now.at_hash = now.moving->to;
  now.at_name = name;
  now.moving.reset();
  now.fingerprint = fingerprint;
  now.normaliser = normaliser;
}

void SlotLedger::park(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& fingerprint,
                      const std::string& normaliser) {
  auto& now = moved(grip.epoch, "park");
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation || now.moving->stage != stage ||
      !now.moving->forward || now.moving->parked)
    fenced("park");
  now.moving->parked = true;
  now.fingerprint = fingerprint;
  now.normaliser = normaliser;
}

void SlotLedger::reopen(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t stage) {
  auto& now = moved(grip.epoch, "go back to a gate");
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation || now.moving->stage != from ||
      !now.moving->forward)
    fenced("go back to a gate");
  now.moving->stage = stage;
  now.moving->parked = true;
}

void SlotLedger::settle(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& name,
                        const std::string& fingerprint, const std::string& normaliser) {
  auto& now = moved(grip.epoch, "settle");
  const auto all = steps(grip.generation);
  const bool open = std::any_of(all.begin(), all.end(), [](const StepRow& row) {
    return row.state != State::done && row.state != State::found && row.state != State::absent;
  });
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation || now.moving->stage != stage ||
      !now.moving->forward || !now.moving->parked || open)
    fenced("settle");
  now.moving.reset();
  now.at_hash = now.fingerprint = fingerprint;
  now.at_name = name;
  now.normaliser = normaliser;
}

void SlotLedger::stage(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t to) {
  auto& now = moved(grip.epoch, "go on to the next stage");
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation || now.moving->stage != from ||
      !now.moving->forward)
    fenced("go on to the next stage");
  now.moving->stage = to;
  now.moving->parked = false;
}

void SlotLedger::turn(const Grip& grip, const std::string& plan, bool forward_now, const std::string& to,
                      std::int64_t stage) {
  auto& now = moved(grip.epoch, "turn round");
  const auto all = steps(grip.generation);
  const bool doubt =
      std::any_of(all.begin(), all.end(), [](const StepRow& row) { return row.state == State::in_doubt; });
  if (!now.moving || now.moving->plan != plan || now.generation != grip.generation ||
      now.moving->forward != forward_now || doubt)
    fenced("turn round");
  now.moving = Moving{plan, to, !forward_now, stage, false};
}

void SlotLedger::rebind(std::int64_t epoch, const Identity& identity) {
  auto& now = moved(epoch, "note where the target lies").identity;
  now = identity;
  if (now.target_id.empty()) now.target_id = drawn_name();
}

void SlotLedger::remember(Move move) {
  auto& now = moved(target().epoch, "write the history");
  move.seq = now.seq = next_seq();
  move.previous = number_ > 0 ? last_slot().hash : std::string();
  const std::string hash = plan::digest(plan::canonical(move));
  move_.emplace(std::move(move), hash);
}

std::vector<std::pair<Move, std::string>> SlotLedger::moves() {
  std::vector<std::pair<Move, std::string>> moves;
  for (const auto& payload : store_->slots())
    if (auto slot = read_cell<Slot>(payload, "slot"); slot.move)
      moves.emplace_back(std::move(*slot.move), std::move(slot.hash));
  return moves;
}

}  // namespace dmc::ledger
