// What the target should look like object by object, the plans it carries, and what changes left behind.
#include <map>

#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/sql_ledger.hpp"

namespace dmc::ledger {

void SqlLedger::put_plan(const std::string& hash, const std::string& bytes) {
  const Parameters parameters{hash, session::Blob{bytes}};
  session_.execute(statements_.put_plan, parameters);
}

std::optional<std::string> SqlLedger::plan(const std::string& hash) {
  const Parameters parameters{hash};
  const auto rows = session_.query(statements_.plan, parameters).rows;
  if (rows.empty()) return std::nullopt;
  return text(rows.front().at(0));
}

void SqlLedger::put_object(const std::string& object, const std::string& state, const std::string& normaliser,
                           std::int64_t seq, const std::optional<std::string>& print) {
  guarded(statements_.put_object, {object, state, normaliser, seq, value_or_null(print)}, "record an object");
}

/// The last word on each object.
void SqlLedger::put_objects(const std::vector<ObjectChange>& changes) {
  if (statements_.put_objects.empty()) return Ledger::put_objects(changes);
  std::map<std::string, const ObjectChange*> last;
  for (const auto& change : changes) last[change.object] = &change;
  std::vector<std::vector<std::optional<std::string>>> left;
  std::vector<std::string> gone;
  for (const auto& [object, change] : last)
    if (change->state)
      left.push_back({object, change->state, change->normaliser, std::to_string(change->seq), change->print});
    else
      gone.push_back(object);
  if (!left.empty()) guarded(statements_.put_objects, {plan::canonical(left)}, "record objects", left.size());
  const Parameters parameters{plan::canonical(gone)};
  if (!gone.empty()) session_.execute(statements_.drop_objects, parameters);
}

void SqlLedger::put_prints(const std::vector<std::vector<std::string>>& prints) {
  if (prints.empty()) return;
  guarded(statements_.put_prints, {plan::canonical(prints)}, "record what was read of objects", prints.size());
}

void SqlLedger::drop_object(const std::string& object) {
  const Parameters parameters{object};
  session_.execute(statements_.drop_object, parameters);
}

std::vector<ObjectRow> SqlLedger::objects() {
  std::vector<ObjectRow> objects;
  for (const auto& row : session_.query(statements_.objects).rows)
    objects.push_back({text(row.at(0)), text(row.at(1)), text_or_none(row.at(2))});
  return objects;
}

void SqlLedger::put_gate(const Grip& grip, const GateRow& gate) {
  guarded(statements_.put_gate, {grip.generation, gate.gate, gate.evidence, value_or_null(gate.valid_until)},
          "record what opened a gate");
}

std::vector<GateRow> SqlLedger::gates(std::int64_t generation) {
  const Parameters parameters{generation};
  std::vector<GateRow> gates;
  for (const auto& row : session_.query(statements_.gates, parameters).rows)
    gates.push_back({text(row.at(0)), text(row.at(1)), text_or_none(row.at(2))});
  return gates;
}

void SqlLedger::drop_gate(const Grip& grip, const std::string& gate) {
  const Parameters parameters{grip.generation, gate};
  session_.execute(statements_.drop_gate, parameters);
}

void SqlLedger::put_leftover(const LeftoverRow& leftover) {
  guarded(statements_.put_leftover,
          {leftover.generation, leftover.step, leftover.kind, leftover.name, leftover.release},
          "record what a step leaves");
}

void SqlLedger::drop_leftover(const std::string& kind, const std::string& name) {
  const Parameters parameters{kind, name};
  session_.execute(statements_.drop_leftover, parameters);
}

std::vector<LeftoverRow> SqlLedger::leftovers() {
  std::vector<LeftoverRow> leftovers;
  for (const auto& row : session_.query(statements_.leftovers).rows)
    leftovers.push_back({integer(row.at(0)), text(row.at(1)), text(row.at(2)), text(row.at(3)), text(row.at(4))});
  return leftovers;
}

void SqlLedger::put_backup(const BackupHeader& header) {
  guarded(statements_.put_backup,
          {header.artifact, header.generation, header.step, header.plan, header.source, plan::canonical(header.columns),
           header.rows, header.at},
          "record a backup");
}

void SqlLedger::drop_backup(const std::string& artifact) {
  const Parameters parameters{artifact};
  session_.execute(statements_.drop_backup, parameters);
}

std::vector<BackupHeader> SqlLedger::backups() {
  std::vector<BackupHeader> backups;
  for (const auto& row : session_.query(statements_.backups).rows)
    backups.push_back({text(row.at(0)), integer(row.at(1)), text(row.at(2)), text(row.at(3)), text(row.at(4)),
                       read_cell<std::vector<std::string>>(row.at(5), "backup header"), integer(row.at(6)),
                       text(row.at(7))});
  return backups;
}

}  // namespace dmc::ledger
