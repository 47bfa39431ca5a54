// The target's one row: who it is, where it stands, who may move it.
#include <algorithm>
#include <string>

#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

namespace {

std::optional<Moving> moving_of(const session::Row& row) {
  const auto plan = text_or_none(row[9]);
  if (!plan) return std::nullopt;
  return Moving{*plan, text(row[10]), integer(row[11]) != 0, integer(row[12]), integer(row[13]) != 0};
}

session::Value sequence_of(const std::optional<SealedIndex>& index) {
  return index ? session::Value(index->sequence) : session::Value(nullptr);
}

session::Value hash_of(const std::optional<SealedIndex>& index) {
  return index ? session::Value(index->hash) : session::Value(nullptr);
}

}  // namespace

void SqlLedger::guarded(std::string_view sql, const Parameters& parameters, const char* what, std::size_t rows) {
  if (session_.execute(sql, parameters) != static_cast<std::int64_t>(rows))
    throw Fenced(std::string(what) + ": the target was moved by another runner, or is not where this run left it");
}

std::string SqlLedger::server_version() { return text(session_.query(statements_.server_version).rows.at(0).at(0)); }

void SqlLedger::set_limit(std::string_view statement, std::int64_t milliseconds) {
  if (statement.empty()) return;
  std::string filled(statement);
  if (const auto hole = filled.find("{}"); hole != std::string::npos)
    filled.replace(hole, 2, std::to_string(milliseconds));
  session_.execute(filled);
}

void SqlLedger::limits(std::int64_t lock_ms, std::optional<std::int64_t> statement_ms) {
  // The runner's own watch goes off first and can say what it was; this one is for a runner that cannot any more.
  constexpr std::int64_t later_ms = 2000;
  const std::pair wanted{lock_ms, statement_ms ? *statement_ms + later_ms : 0};
  if (limits_ == wanted) return;
  limits_.reset();
  set_limit(statements_.lock_timeout, wanted.first);
  set_limit(statements_.statement_timeout, wanted.second);
  limits_ = wanted;
}

void SqlLedger::announce(const std::string& who) {
  if (statements_.announce.empty()) return;
  const Parameters parameters{who};
  session_.query(statements_.announce, parameters);
}

bool SqlLedger::exists() {
  const auto rows = session_.query(statements_.exists).rows;
  if (rows.empty()) return false;
  for (const auto table : statements_.tables)
    if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) { return text(row.at(0)) == table; }))
      throw LedgerError("the ledger has no table " + std::string(table) + "; it was edited by hand or is damaged");
  return true;
}

void SqlLedger::create(const NewTarget& target) {
  for (const auto statement : statements_.create) session_.execute(statement);
  const auto& identity = target.identity;
  const Parameters row{ledger_format,    identity.project, identity.database,
                       identity.cluster, identity.shard,   plan::canonical(identity.facts),
                       target.at_hash,   target.at_name,   target.at_hash,
                       target.normaliser};
  guarded(statements_.insert_target, row, "create the ledger");
}

Target SqlLedger::target() {
  const auto rows = session_.query(statements_.target).rows;
  if (rows.size() != 1) throw LedgerError("the ledger has no target row; it was edited by hand or is damaged");
  const auto& row = rows.front();
  Target target;
  target.format = integer(row.at(0));
  if (target.format > ledger_format)
    throw NewerLedger("the ledger has format " + std::to_string(target.format) + " and this version knows " +
                      std::to_string(ledger_format) + ": use the newer dmc");
  target.identity = {text(row[1]), text(row[2]), text(row[3]),
                     text(row[4]), text(row[5]), read_cell<std::vector<std::vector<std::string>>>(row[6], "identity")};
  target.at_hash = text(row[7]);
  target.at_name = text(row[8]);
  target.moving = moving_of(row);
  target.generation = integer(row[14]);
  target.run_id = text(row[15]);
  target.scope_digest = text(row[16]);
  target.epoch = integer(row[17]);
  target.holder = text(row[18]);
  target.seq = integer(row[19]);
  target.fingerprint = text(row[20]);
  target.normaliser = text(row[21]);
  target.index_seq = integer(row[22]);
  target.index_hash = text(row[23]);
  return target;
}

std::int64_t SqlLedger::take_over_within(const std::string& holder, std::int64_t after_epoch) {
  const Parameters parameters{holder, after_epoch};
  const auto rows = session_.query(statements_.take_over, parameters).rows;
  if (rows.size() != 1)
    throw Fenced("another runner took this target over since it was looked at; nothing was changed");
  // An older ledger becomes one of this format in the commit that takes it over: nobody else writes to it then.
  if (integer(rows.front().at(1)) < ledger_format)
    for (const auto statement : statements_.upgrade) session_.execute(statement);
  return integer(rows.front().at(0));
}

void SqlLedger::fence(const Grip& grip) {
  const Parameters parameters{grip.epoch, grip.generation};
  if (session_.query(statements_.fence, parameters).rows.empty())
    throw Fenced("another runner has taken over this target; this one writes nothing more");
}

std::int64_t SqlLedger::next_seq() {
  const auto rows = session_.query(statements_.next_seq).rows;
  if (rows.size() != 1) throw LedgerError("the ledger has no target row; it was edited by hand or is damaged");
  return integer(rows.front().at(0));
}

void SqlLedger::begin(std::int64_t epoch, const std::string& at_hash, const std::string& plan, const std::string& to,
                      const std::string& scope, const std::optional<SealedIndex>& index) {
  guarded(statements_.begin, {epoch, at_hash, plan, to, scope, sequence_of(index), hash_of(index)}, "begin");
}

void SqlLedger::begin_undo(const Grip& grip, const std::string& at_hash, const std::string& plan, const std::string& to,
                           std::int64_t stage, const std::string& scope, const std::optional<SealedIndex>& index) {
  guarded(statements_.begin_undo,
          {grip.epoch, at_hash, plan, to, stage, grip.generation, scope, sequence_of(index), hash_of(index)},
          "begin the undo");
}

void SqlLedger::release(const Grip& grip, const std::string& plan, bool forward) {
  guarded(statements_.release, {grip.epoch, plan, grip.generation, number(forward)}, "give back what was begun");
  if (!forward) return;
  const Parameters parameters{grip.generation};
  session_.execute(statements_.drop_steps, parameters);
}

void SqlLedger::rescope(const Grip& grip, const std::string& plan, const std::string& scope) {
  guarded(statements_.rescope, {grip.epoch, plan, grip.generation, scope}, "note the targets of the run");
}

void SqlLedger::end(const Grip& grip, const std::string& plan, bool forward, const std::string& name,
                    const std::string& fingerprint, const std::string& normaliser) {
  guarded(statements_.end, {grip.epoch, plan, number(forward), grip.generation, name, fingerprint, normaliser}, "end");
}

void SqlLedger::park(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& fingerprint,
                     const std::string& normaliser) {
  guarded(statements_.park, {grip.epoch, plan, grip.generation, stage, fingerprint, normaliser}, "park");
}

void SqlLedger::reopen(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t stage) {
  guarded(statements_.reopen, {grip.epoch, plan, grip.generation, from, stage}, "go back to a gate");
}

void SqlLedger::settle(const Grip& grip, const std::string& plan, std::int64_t stage, const std::string& name,
                       const std::string& fingerprint, const std::string& normaliser) {
  guarded(statements_.settle, {grip.epoch, plan, grip.generation, stage, name, fingerprint, normaliser}, "settle");
}

void SqlLedger::stage(const Grip& grip, const std::string& plan, std::int64_t from, std::int64_t to) {
  guarded(statements_.stage, {grip.epoch, plan, grip.generation, from, to}, "go on to the next stage");
}

void SqlLedger::turn(const Grip& grip, const std::string& plan, bool forward_now, const std::string& to,
                     std::int64_t stage) {
  guarded(statements_.turn, {grip.epoch, plan, grip.generation, number(forward_now), to, stage}, "turn round");
}

void SqlLedger::rebind(std::int64_t epoch, const Identity& identity) {
  const auto id = identity.target_id.empty() ? session::Value(nullptr) : session::Value(identity.target_id);
  guarded(statements_.rebind, {epoch, plan::canonical(identity.facts), id, identity.cluster, identity.shard},
          "note where the target lies");
}

void SqlLedger::open_unit() { session_.transaction(session::Transaction::begin); }

void SqlLedger::check_unit(const std::string& after) const {
  if (!session_.in_transaction())
    throw session::SessionError(
        "the engine ended the transaction behind this statement, and nothing of the step stays: " + after, false, true);
}

void SqlLedger::commit_unit() { session_.transaction(session::Transaction::commit); }

void SqlLedger::roll_back_unit() { session_.transaction(session::Transaction::rollback); }

}  // namespace dmc::ledger
