// The ledger in tables of an engine that has transactions: a unit is one of them. Internal to this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/ledger/ledger.hpp"
#include "runtime/ledger/statements.hpp"

namespace dmc::ledger {

class SqlLedger : public Ledger {
 public:
  SqlLedger(session::Session& session, const Statements& statements) : session_(session), statements_(statements) {}

  bool acts_in_units() const override { return true; }
  std::optional<Sharing> sharing() const override { return statements_.sharing; }
  std::string server_version() override;
  void limits(std::int64_t lock_ms, std::optional<std::int64_t> statement_ms) override;
  void announce(const std::string& who) override;

  bool exists() override;
  void create(const NewTarget& target) override;
  Target target() override;
  std::int64_t take_over_within(const std::string& holder, std::int64_t after_epoch) override;
  void fence(const Grip& grip) override;
  std::int64_t next_seq() override;

  void begin(std::int64_t epoch, const std::string& at_hash, const std::string& plan, const std::string& to,
             const std::string& scope, const std::optional<SealedIndex>& index = std::nullopt) override;
  void begin_undo(const Grip& grip, const std::string& at_hash, const std::string& plan, const std::string& to,
                  std::int64_t stage, const std::string& scope,
                  const std::optional<SealedIndex>& index = std::nullopt) override;
  void release(const Grip& grip, const std::string& plan, bool forward) override;
  void rescope(const Grip& grip, const std::string& plan, const std::string& scope) override;
  void end(const Grip& grip, const std::string& plan, bool forward, const std::string& name,
           const std::string& fingerprint, const std::string& normaliser) override;
  void park(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& fingerprint,
            const std::string& normaliser) override;
  void reopen(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t stage) override;
  void settle(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& name,
              const std::string& fingerprint, const std::string& normaliser) override;
  void stage(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t to) override;
  void turn(const Grip& grip, const std::string& plan, bool forward_now, const std::string& to,
            std::int64_t stage) override;
  void rebind(std::int64_t epoch, const Identity& identity) override;

  void remember(Move move) override;
  std::vector<std::pair<Move, std::string>> moves() override;

  void insert_steps(const Grip& grip, const std::vector<plan::Step>& steps) override;
  std::vector<StepRow> steps(std::int64_t generation) override;
  std::optional<StepRow> step(std::int64_t generation, const std::string& step) override;
  void move_step(const Grip& grip, const std::string& step, State from, State to, bool new_attempt) override;
  void set_facts(const Grip& grip, const std::string& step, State state, const Facts& facts,
                 std::optional<std::int64_t> seq) override;
  void put_attempt(const Grip& grip, const AttemptRow& attempt) override;
  void claim_steps(const Grip& grip, const std::vector<StepMove>& moves) override;
  std::vector<std::int64_t> record_steps(const Grip& grip, const std::vector<StepRecord>& records) override;
  void end_attempt(const Grip& grip, const AttemptRow& attempt) override;
  std::vector<AttemptRow> attempts(std::int64_t generation) override;

  void put_plan(const std::string& hash, const std::string& bytes) override;
  std::optional<std::string> plan(const std::string& hash) override;

  void put_object(const std::string& object, const std::string& state, const std::string& normaliser, std::int64_t seq,
                  const std::optional<std::string>& print = std::nullopt) override;
  void put_objects(const std::vector<ObjectChange>& changes) override;
  void put_prints(const std::vector<std::vector<std::string>>& prints) override;
  void drop_object(const std::string& object) override;
  std::vector<ObjectRow> objects() override;

  void put_gate(const Grip& grip, const GateRow& gate) override;
  std::vector<GateRow> gates(std::int64_t generation) override;
  void drop_gate(const Grip& grip, const std::string& gate) override;
  void put_leftover(const LeftoverRow& leftover) override;
  void drop_leftover(const std::string& kind, const std::string& name) override;
  std::vector<LeftoverRow> leftovers() override;
  void put_backup(const BackupHeader& header) override;
  void drop_backup(const std::string& artifact) override;
  std::vector<BackupHeader> backups() override;

 protected:
  void open_unit() override;
  void check_unit(const std::string& after) const override;
  void commit_unit() override;
  void roll_back_unit() override;

 private:
  using Parameters = std::vector<session::Value>;
  void set_limit(std::string_view statement, std::int64_t milliseconds);
  /// Executes and demands that exactly so many rows changed.
  void guarded(std::string_view sql, const Parameters& parameters, const char* what, std::size_t rows = 1);

  session::Session& session_;
  const Statements& statements_;
  std::optional<std::pair<std::int64_t, std::int64_t>> limits_;  ///< that the server was told: lock, statement
};

}  // namespace dmc::ledger
