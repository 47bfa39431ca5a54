// What a target itself remembers: marker, steps, history, objects. The door of the folder.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/plan/step.hpp"
#include "runtime/ledger/rows.hpp"
#include "runtime/ledger/statements.hpp"
#include "runtime/session/session.hpp"

namespace dmc::ledger {

/// A guarded statement found that this runner no longer holds the target, or that somebody else moved what it wanted to
/// move. Nothing of the transaction may stay.
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

/// Begins at once; rolls back when it is left without a commit, whatever the reason.
class Transaction {
 public:
  explicit Transaction(session::Session& session);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  /// Throws when the engine ended the transaction itself; nothing after it may run then.
  void still_open(const std::string& after) const;
  void commit();

 private:
  session::Session& session_;
  bool open_ = true;
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
  Identity identity;  ///< without `target_id`, which the engine draws
  std::string at_hash;
  std::string at_name;
  std::string normaliser;
};

/// Reads and writes the ledger's tables through the one session. Every method that writes is called inside a
/// `Transaction`, but for `take_over`; those that guard throw Fenced when their row count is not 1.
class Ledger {
 public:
  Ledger(session::Session& session, const Statements& statements) : session_(session), statements_(statements) {}

  const Statements& statements() const { return statements_; }
  std::string server_version();
  void lock_timeout(std::int64_t milliseconds);

  bool exists();
  void create(const NewTarget& target);
  /// Throws NewerLedger for a newer format.
  Target target();
  /// A transaction of its own: from here on every statement of an earlier holder is refused. → the new epoch.
  std::int64_t take_over(const std::string& holder);
  void fence(const Grip& grip);
  std::int64_t next_seq();

  // Moves of the marker, each a compare-and-swap.
  void begin(std::int64_t epoch, const std::string& at_hash, const std::string& plan, const std::string& to,
             const std::string& scope);
  void begin_undo(const Grip& grip, const std::string& at_hash, const std::string& plan, const std::string& to,
                  std::int64_t stage);
  void end(const Grip& grip, const std::string& plan, bool forward, const std::string& name,
           const std::string& fingerprint, const std::string& normaliser);
  void park(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& fingerprint,
            const std::string& normaliser);
  /// Back to a gate that was passed, while nothing behind it was begun.
  void reopen(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t stage);
  /// From parked to rest in the state of that stage; the rest of the plan is void.
  void settle(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& name,
              const std::string& fingerprint, const std::string& normaliser);
  void stage(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t to);
  void turn(const Grip& grip, const std::string& plan, bool forward_now, const std::string& to, std::int64_t stage);

  void rebind(std::int64_t epoch, const std::vector<std::vector<std::string>>& facts);

  /// Adds a move to the chain: number, previous hash and hash are filled in.
  void remember(Move move);
  std::vector<std::pair<Move, std::string>> moves();
  /// The first break of the chain in words; none when it verifies from the first move to the last.
  std::optional<std::string> broken_chain();

  void insert_steps(const Grip& grip, const std::vector<plan::Step>& steps);
  std::vector<StepRow> steps(std::int64_t generation);
  std::optional<StepRow> step(std::int64_t generation, const std::string& step);
  /// The guarded update that is the real lock of a step.
  void move_step(const Grip& grip, const std::string& step, State from, State to, bool new_attempt);
  void set_facts(const Grip& grip, const std::string& step, State state, const Facts& facts,
                 std::optional<std::int64_t> seq);
  void put_attempt(const Grip& grip, const AttemptRow& attempt);
  void end_attempt(const Grip& grip, const AttemptRow& attempt);
  std::vector<AttemptRow> attempts(std::int64_t generation);

  void put_plan(const std::string& hash, const std::string& bytes);
  std::optional<std::string> plan(const std::string& hash);

  /// `state` empty: known and deliberately not managed. A print is kept as long as the state stays.
  void put_object(const std::string& object, const std::string& state, const std::string& normaliser, std::int64_t seq);
  void put_print(const std::string& object, const std::string& print);
  void drop_object(const std::string& object);
  std::vector<ObjectRow> objects();

  void put_gate(const Grip& grip, const GateRow& gate);
  std::vector<GateRow> gates(std::int64_t generation);
  void drop_gate(const Grip& grip, const std::string& gate);
  void put_leftover(const LeftoverRow& leftover);
  void drop_leftover(const std::string& kind, const std::string& name);
  std::vector<LeftoverRow> leftovers();
  void put_backup(const BackupHeader& header);
  void drop_backup(const std::string& artifact);
  std::vector<BackupHeader> backups();

 private:
  using Parameters = std::vector<session::Value>;
  /// Executes and demands exactly one changed row.
  void guarded(std::string_view sql, const Parameters& parameters, const char* what);

  session::Session& session_;
  const Statements& statements_;
};

}  // namespace dmc::ledger
