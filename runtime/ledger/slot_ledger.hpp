// The ledger on an engine without transactions. The marker is a log of claimed numbers, each holding what the target is
// from there on; everything else is a record that counts once its unit was named by the unit's last write. So a unit
// becomes visible by one insert, as a transaction does by its commit.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/ledger/ledger.hpp"
#include "runtime/ledger/slot_store.hpp"

namespace dmc::ledger {

class SlotLedger : public Ledger {
 public:
  explicit SlotLedger(std::unique_ptr<SlotStore> store) : store_(std::move(store)) {}

  bool acts_in_units() const override { return false; }
  std::optional<Sharing> sharing() const override { return std::nullopt; }
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
  void end_attempt(const Grip& grip, const AttemptRow& attempt) override;
  std::vector<AttemptRow> attempts(std::int64_t generation) override;

  void put_plan(const std::string& hash, const std::string& bytes) override;
  std::optional<std::string> plan(const std::string& hash) override;

  void put_object(const std::string& object, const std::string& state, const std::string& normaliser, std::int64_t seq,
                  const std::optional<std::string>& print = std::nullopt) override;
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
  void check_unit(const std::string&) const override {}
  void commit_unit() override;
  void roll_back_unit() override;
  /// The version under which a step's row must be written, as it was when its state was compared: the guard of a step.
  virtual std::optional<std::int64_t> next_version(const std::string& kind, const std::string& key);

 private:
  using Key = std::pair<std::string, std::string>;  ///< kind, key
  struct Slot;

  Slot last_slot();
  /// The target as this unit will leave it, to be changed.
  Target& moved(std::int64_t epoch, const char* what);
  void put(const std::string& kind, const std::string& key, std::optional<std::string> body);
  /// Of the keys that begin so.
  std::map<std::string, std::string> records(const std::string& kind, const std::string& beginning = "");
  template <class Row>
  std::vector<Row> rows(const std::string& kind, const char* what, const std::string& beginning = "");
  std::string step_key(std::int64_t generation, const std::string& step) const;
  struct Record {
    std::optional<std::string> body;                     ///< none: gone
    std::optional<std::int64_t> version = std::nullopt;  ///< none: whatever comes next
  };
  void send_records(bool counts);

  std::unique_ptr<SlotStore> store_;
  std::string nonce_;  ///< of this ledger's units
  std::int64_t units_ = 0;
  std::string unit_;  ///< the name of the open unit; empty outside one
  std::int64_t number_ = 0;
  std::optional<Target> target_;
  std::optional<std::pair<Move, std::string>> move_;
  std::map<Key, Record> pending_;
  std::int64_t seq_ = 0;
};

}  // namespace dmc::ledger
