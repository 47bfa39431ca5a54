// What a target itself remembers: marker, steps, history, objects. The door of the folder.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/plan/step.hpp"
#include "runtime/ledger/rows.hpp"
#include "runtime/session/session.hpp"

namespace dmc::ledger {

/// A guarded statement found that this runner no longer holds the target, or that somebody else moved what it wanted to
/// move. Nothing of the unit may stay.
class Fenced : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The ledger holds something that this version did not write or cannot read.
class LedgerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The ledger was written by a newer version; only that one may read it.
class NewerLedger : public LedgerError {
 public:
  using LedgerError::LedgerError;
};

/// Nothing that is written changes a row or the schema while this lives.
class ReadOnly {
 public:
  explicit ReadOnly(session::Session& session);
  ~ReadOnly();
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

 private:
  session::Session& session_;
};

/// What a ledger is created with.
struct NewTarget {
  Identity identity;  ///< without `target_id`, which is drawn
  std::string at_hash;
  std::string at_name;
  std::string normaliser;
};

/// Reads and writes the ledger through the one session. Every method that writes is called inside a `Unit`, but for
/// `take_over`; those that guard throw Fenced when what they compare is not so any more.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Whether a step's own statements become visible in the commit of a unit, or by themselves.
  virtual bool acts_in_units() const = 0;
  /// How steps may wait for each other's commit in one unit; none where they may not.
  virtual std::optional<Sharing> sharing() const = 0;
  virtual std::string server_version() = 0;
  /// For the statements that follow, where the server itself watches over it: how long one may wait for a lock (0 on a
  /// server: for ever) and take in all. Outside a unit.
  virtual void limits(std::int64_t lock_ms, std::optional<std::int64_t> statement_ms) = 0;
  /// What a server shows of this session to whoever looks at it.
  virtual void announce(const std::string& who) = 0;

  virtual bool exists() = 0;
  virtual void create(const NewTarget& target) = 0;
  /// Throws NewerLedger for a newer format.
  virtual Target target() = 0;
  /// A unit of its own: from here on every statement of an earlier holder is refused. `after_epoch` is the epoch whose
  /// holder is known to be gone; throws Fenced when somebody else took over since. → the new epoch.
  std::int64_t take_over(const std::string& holder, std::int64_t after_epoch);
  /// The same inside a unit of the caller, which fences the earlier holder with its commit.
  virtual std::int64_t take_over_within(const std::string& holder, std::int64_t after_epoch) = 0;
  virtual void fence(const Grip& grip) = 0;
  virtual std::int64_t next_seq() = 0;

  // Moves of the marker, each a compare-and-swap. `index`: of sealed versions, which names the plan; it is
  // remembered, and one that is older than what the target has seen, or another of the same number, moves nothing.
  virtual void begin(std::int64_t epoch, const std::string& at_hash, const std::string& plan, const std::string& to,
                     const std::string& scope, const std::optional<SealedIndex>& index = std::nullopt) = 0;
  virtual void begin_undo(const Grip& grip, const std::string& at_hash, const std::string& plan, const std::string& to,
                          std::int64_t stage, const std::string& scope,
                          const std::optional<SealedIndex>& index = std::nullopt) = 0;
  /// Back to rest where it came from, while no step has moved.
  virtual void release(const Grip& grip, const std::string& plan, bool forward) = 0;
  virtual void rescope(const Grip& grip, const std::string& plan, const std::string& scope) = 0;
  virtual void end(const Grip& grip, const std::string& plan, bool forward, const std::string& name,
                   const std::string& fingerprint, const std::string& normaliser) = 0;
  virtual void park(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& fingerprint,
                    const std::string& normaliser) = 0;
  /// Back to a gate that was passed, while nothing behind it was begun.
  virtual void reopen(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t stage) = 0;
  /// From parked to rest in the state of that stage; the rest of the plan is void.
  virtual void settle(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& name,
                      const std::string& fingerprint, const std::string& normaliser) = 0;
  virtual void stage(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t to) = 0;
  virtual void turn(const Grip& grip, const std::string& plan, bool forward_now, const std::string& to,
                    std::int64_t stage) = 0;
  /// Where the target lies, and which shard of which cluster it is; an empty `target_id` has a new one drawn.
  virtual void rebind(std::int64_t epoch, const Identity& identity) = 0;

  /// Adds a move to the chain: number, previous hash and hash are filled in.
  virtual void remember(Move move) = 0;
  virtual std::vector<std::pair<Move, std::string>> moves() = 0;
  /// The first break of the chain in words; none when it verifies from the first move to the last.
  std::optional<std::string> broken_chain();

  virtual void insert_steps(const Grip& grip, const std::vector<plan::Step>& steps) = 0;
  virtual std::vector<StepRow> steps(std::int64_t generation) = 0;
  virtual std::optional<StepRow> step(std::int64_t generation, const std::string& step) = 0;
  /// The guarded update that is the real lock of a step.
  virtual void move_step(const Grip& grip, const std::string& step, State from, State to, bool new_attempt) = 0;
  virtual void set_facts(const Grip& grip, const std::string& step, State state, const Facts& facts,
                         std::optional<std::int64_t> seq) = 0;
  virtual void put_attempt(const Grip& grip, const AttemptRow& attempt) = 0;
  // What every step needs, together and for all that share a unit, so that a server is asked once: `fence` and a new
  // attempt of `move_step` each; the facts under the target's next numbers, which are answered in the same order, and
  // the attempts; the objects.
  virtual void claim_steps(const Grip& grip, const std::vector<StepMove>& moves);
  virtual std::vector<std::int64_t> record_steps(const Grip& grip, const std::vector<StepRecord>& records);
  virtual void put_objects(const std::vector<ObjectChange>& changes);
  virtual void end_attempt(const Grip& grip, const AttemptRow& attempt) = 0;
  virtual std::vector<AttemptRow> attempts(std::int64_t generation) = 0;

  virtual void put_plan(const std::string& hash, const std::string& bytes) = 0;
  virtual std::optional<std::string> plan(const std::string& hash) = 0;

  /// `state` empty: known and deliberately not managed. Without a print the old one is kept as long as the state stays.
  virtual void put_object(const std::string& object, const std::string& state, const std::string& normaliser,
                          std::int64_t seq, const std::optional<std::string>& print = std::nullopt) = 0;
  /// Pairs of object and print.
  virtual void put_prints(const std::vector<std::vector<std::string>>& prints) = 0;
  virtual void drop_object(const std::string& object) = 0;
  virtual std::vector<ObjectRow> objects() = 0;

  virtual void put_gate(const Grip& grip, const GateRow& gate) = 0;
  virtual std::vector<GateRow> gates(std::int64_t generation) = 0;
  virtual void drop_gate(const Grip& grip, const std::string& gate) = 0;
  virtual void put_leftover(const LeftoverRow& leftover) = 0;
  virtual void drop_leftover(const std::string& kind, const std::string& name) = 0;
  virtual std::vector<LeftoverRow> leftovers() = 0;
  virtual void put_backup(const BackupHeader& header) = 0;
  virtual void drop_backup(const std::string& artifact) = 0;
  virtual std::vector<BackupHeader> backups() = 0;

 protected:
  friend class Unit;
  virtual void open_unit() = 0;
  /// Throws when the engine ended the unit itself.
  virtual void check_unit(const std::string& after) const = 0;
  virtual void commit_unit() = 0;
  virtual void roll_back_unit() = 0;
};

/// Writes that become visible together, by `commit`, or not at all: a transaction where the engine has them. Begins at
/// once; left without a commit, whatever the reason, nothing of it stays.
class Unit {
 public:
  explicit Unit(Ledger& ledger);
  ~Unit();
  Unit(const Unit&) = delete;
  Unit& operator=(const Unit&) = delete;
  /// Throws when the engine ended the transaction itself; nothing after it may run then.
  void still_open(const std::string& after) const;
  void commit();

 private:
  Ledger& ledger_;
  bool open_ = true;
};

/// How the ledger is kept on one engine.
struct Keeper {
  std::string_view engine;
  std::span<const std::string_view> tables;  ///< names that no step may mention; with a "_" behind: nor what begins so
  std::unique_ptr<Ledger> (*open)(session::Session& session);
};

/// The keeper of an engine's ledgers; null for an engine this build cannot keep one in.
using Keepers = const Keeper* (*)(std::string_view engine);
const Keeper* keeper_of(std::string_view engine);

}  // namespace dmc::ledger
