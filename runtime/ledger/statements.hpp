// The ledger's statements, one table per engine: another engine brings statements, not rules.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "runtime/ledger/rows.hpp"

namespace dmc::ledger {

/// Parameters are positional and the same for every engine; what they are stands beside each.
struct Statements {
  std::string_view engine;
  std::optional<Sharing> sharing;            ///< see `Ledger::sharing`
  std::string_view server_version;           ///< → text
  std::string_view lock_timeout;             ///< `{}` is milliseconds; outside a transaction
  std::string_view statement_timeout;        ///< the same; empty where no server watches
  std::string_view announce;                 ///< who; empty where nobody can look
  std::string_view exists;                   ///< → the names of those of its tables that are there
  std::span<const std::string_view> create;  ///< in one transaction with `insert_target`
  std::span<const std::string_view> tables;  ///< all of them, as `exists` names them
  std::span<const std::string_view> names;   ///< that no step may mention

  std::string_view
      insert_target;  ///< format, project, database, cluster, shard, identity, hash, name, fingerprint, normaliser
  std::string_view target;                    ///< → the columns in the order of `Ledger::target`
  std::string_view take_over;                 ///< holder, epoch before → epoch, format
  std::span<const std::string_view> upgrade;  ///< from format 1
  std::string_view fence;                     ///< epoch, generation → a row when they are still so
  std::string_view next_seq;                  ///< → the next number of the target's own sequence
  std::string_view begin;  ///< epoch, at_hash, plan, to, scope, index sequence and hash (null: leave it)
  std::string_view
      begin_undo;  ///< epoch, at_hash, plan, to, stage, generation, scope, index sequence and hash (null: leave it)
  std::string_view release;  ///< epoch, plan, generation, forward
  std::string_view rescope;  ///< epoch, plan, generation, scope
  std::string_view end;      ///< epoch, plan, forward, generation, name, fingerprint, normaliser
  std::string_view park;     ///< epoch, plan, generation, stage, fingerprint, normaliser
  std::string_view reopen;   ///< epoch, plan, generation, stage, stage before
  std::string_view settle;   ///< epoch, plan, generation, stage, name, fingerprint, normaliser
  std::string_view stage;    ///< epoch, plan, generation, stage, next stage
  std::string_view turn;     ///< epoch, plan, generation, forward now, to, stage
  std::string_view rebind;   ///< epoch, identity, target id (null: draw one), cluster, shard

  std::string_view insert_steps;  ///< generation, epoch, facts, JSON of [step, ordinal, kind] each
  std::string_view drop_steps;    ///< generation
  std::string_view steps;         ///< generation → rows by ordinal
  std::string_view step;          ///< generation, step → one row
  std::string_view move_step;     ///< generation, step, from, to, epoch, attempts more
  std::string_view set_facts;     ///< generation, step, state, epoch, facts, seq (null: keep)
  /// Where one flight costs something, else empty: epoch, generation, JSON of [step, from, to] each; compares the
  /// target's row too.
  std::string_view claim_steps{};
  /// The same: epoch, generation, JSON of [step, state, facts, attempt, forward, pid, runner, started, ended, outcome,
  /// error] each → the target's next number, which the row took, of each that there was to record, in their order.
  std::string_view record_steps{};
  std::string_view
      insert_attempt;  ///< generation, step, attempt, forward, epoch, pid, runner, started, ended, outcome, error
  std::string_view end_attempt;  ///< generation, step, attempt, forward, ended, outcome, error
  std::string_view attempts;     ///< generation → rows by step and attempt

  std::string_view insert_move;     ///< the fields of Move, and its hash
  std::string_view moves;           ///< → rows by seq
  std::string_view last_move_hash;  ///< → text

  std::string_view put_plan;  ///< hash, bytes
  std::string_view plan;      ///< hash → bytes

  std::string_view put_object;  ///< object, state, normaliser, seq, print (null: the old one of the same state)
  /// As `claim_steps`: JSON of [object, state, normaliser, seq, print] each, no object twice.
  std::string_view put_objects{};
  std::string_view drop_objects{};  ///< JSON of objects
  std::string_view put_prints;      ///< JSON of [object, print] each
  std::string_view drop_object;     ///< object
  std::string_view objects;         ///< → object, state, print by object

  std::string_view put_gate;       ///< generation, gate, evidence, valid until
  std::string_view gates;          ///< generation → gate, evidence, valid until
  std::string_view drop_gate;      ///< generation, gate
  std::string_view put_leftover;   ///< generation, step, kind, name, release
  std::string_view drop_leftover;  ///< kind, name
  std::string_view leftovers;      ///< → rows by kind and name
  std::string_view put_backup;     ///< artifact, generation, step, plan, source, columns, rows, at
  std::string_view drop_backup;    ///< artifact
  std::string_view backups;        ///< → rows by artifact
};

const Statements& sqlite_statements();
const Statements& postgres_statements();
/// None for an engine this build cannot keep a ledger in.
const Statements* statements_of(std::string_view engine);

}  // namespace dmc::ledger
