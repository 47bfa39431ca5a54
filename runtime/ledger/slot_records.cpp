// Records: versions of a key, of which the newest one counts whose unit was committed.
#include <algorithm>

#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/slot_ledger.hpp"

namespace dmc::ledger {

std::optional<std::int64_t> SlotLedger::next_version(const std::string& kind, const std::string& key) {
  return store_->next_version(kind, key);
}

void SlotLedger::send_records(bool counts) {
  std::vector<SlotRecord> records;
  for (const auto& [key, record] : pending_) records.push_back({key.first, key.second, record.version, record.body});
  if (!records.empty() && !store_->put(unit_, records, counts))
    throw Fenced("write a record: the target was moved by another runner, or is not where this run left it");
}

void SlotLedger::put(const std::string& kind, const std::string& key, std::optional<std::string> body) {
  pending_[{kind, key}].body = std::move(body);
}

/// What is committed, and over it what this unit will write.
std::map<std::string, std::string> SlotLedger::records(const std::string& kind, const std::string& beginning) {
  std::map<std::string, std::string> found;
  const auto put = [&](const std::string& key, const std::optional<std::string>& body) {
    if (body)
      found.insert_or_assign(key, *body);
    else
      found.erase(key);
  };
  for (auto& [key, body] : store_->records(kind, beginning)) put(key, std::move(body));
  for (const auto& [key, record] : pending_)
    if (key.first == kind && key.second.starts_with(beginning)) put(key.second, record.body);
  return found;
}

template <class Row>
std::vector<Row> SlotLedger::rows(const std::string& kind, const char* what, const std::string& beginning) {
  std::vector<Row> rows;
  for (const auto& [key, body] : records(kind, beginning)) rows.push_back(read_cell<Row>(body, what));
  return rows;
}

namespace {

/// A row that belongs to a generation.
template <class Row>
struct Of {
  std::int64_t generation = 0;
  Row row;
  static void fields(auto& self, auto&& visit) {
    visit("generation", self.generation);
    visit("row", self.row);
  }
};

std::string attempt_key(std::int64_t generation, const AttemptRow& attempt) {
  return std::to_string(generation) + "/" + attempt.step + "/" + std::to_string(attempt.attempt) +
         (attempt.forward ? "/run" : "/undo");
}

}  // namespace

std::string SlotLedger::step_key(std::int64_t generation, const std::string& step) const {
  return std::to_string(generation) + "/" + step;
}

/// What a begin that was cut off left under this number never counted; the same keys are written anew.
void SlotLedger::insert_steps(const Grip& grip, const std::vector<plan::Step>& steps) {
  std::int64_t ordinal = 0;
  for (const auto& step : steps) {
    const StepRow row{step.id, ++ordinal, State::absent, grip.epoch, 0, plan::kind_of(step), std::nullopt, {}};
    put("step", step_key(grip.generation, step.id), plan::canonical(row));
  }
}

std::vector<StepRow> SlotLedger::steps(std::int64_t generation) {
  auto steps = rows<StepRow>("step", "step", step_key(generation, ""));
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.ordinal < b.ordinal; });
  return steps;
}

std::optional<StepRow> SlotLedger::step(std::int64_t generation, const std::string& step) {
  const auto key = step_key(generation, step);
  const auto all = records("step", key);
  const auto found = all.find(key);
  if (found == all.end()) return std::nullopt;
  return read_cell<StepRow>(found->second, "step");
}

void SlotLedger::move_step(const Grip& grip, const std::string& step, State from, State to, bool new_attempt) {
  const auto key = step_key(grip.generation, step);
  const auto version = next_version("step", key);
  auto row = this->step(grip.generation, step);
  if (!row || row->state != from)
    throw Fenced("claim a step: the target was moved by another runner, or is not where this run left it");
  row->state = to;
  row->epoch = grip.epoch;
  if (new_attempt) ++row->attempt;
  put("step", key, plan::canonical(*row));
  auto& pending = pending_[{"step", key}];
  if (!pending.version) pending.version = version;
}

void SlotLedger::set_facts(const Grip& grip, const std::string& step, State state, const Facts& facts,
                           std::optional<std::int64_t> seq) {
  auto row = this->step(grip.generation, step);
  if (!row || row->state != state || row->epoch != grip.epoch)
    throw Fenced("record a step: the target was moved by another runner, or is not where this run left it");
  row->facts = facts;
  if (seq) row->seq = seq;
  put("step", step_key(grip.generation, step), plan::canonical(*row));
}

void SlotLedger::put_attempt(const Grip& grip, const AttemptRow& attempt) {
  put("attempt", attempt_key(grip.generation, attempt), plan::canonical(attempt));
}

void SlotLedger::end_attempt(const Grip& grip, const AttemptRow& attempt) {
  const auto key = attempt_key(grip.generation, attempt);
  const auto all = records("attempt", key);
  const auto found = all.find(key);
  if (found == all.end()) throw Fenced("end an attempt: there is none of that number");
  auto row = read_cell<AttemptRow>(found->second, "attempt");
  row.ended = attempt.ended;
  row.outcome = attempt.outcome;
  row.error = attempt.error;
  put_attempt(grip, row);
}

std::vector<AttemptRow> SlotLedger::attempts(std::int64_t generation) {
  auto attempts = rows<AttemptRow>("attempt", "attempt", step_key(generation, ""));
  std::stable_sort(attempts.begin(), attempts.end(),
                   [](const auto& a, const auto& b) { return a.started < b.started; });
  return attempts;
}

void SlotLedger::put_plan(const std::string& hash, const std::string& bytes) { put("plan", hash, bytes); }

std::optional<std::string> SlotLedger::plan(const std::string& hash) {
  const auto all = records("plan", hash);
  const auto found = all.find(hash);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

void SlotLedger::put_object(const std::string& object, const std::string& state, const std::string&, std::int64_t,
                            const std::optional<std::string>& print) {
  ObjectRow row{object, state, print};
  if (!print)
    for (auto& known : rows<ObjectRow>("object", "object"))
      if (known.object == object && known.state == state) row.print = std::move(known.print);
  put("object", object, plan::canonical(row));
}

void SlotLedger::put_prints(const std::vector<std::vector<std::string>>& prints) {
  if (prints.empty()) return;
  std::map<std::string, ObjectRow> known;
  for (auto& row : rows<ObjectRow>("object", "object")) known[row.object] = std::move(row);
  for (const auto& print : prints)
    if (const auto row = known.find(print.at(0)); row != known.end()) {
      row->second.print = print.at(1);
      put("object", row->first, plan::canonical(row->second));
    }
}

void SlotLedger::drop_object(const std::string& object) { put("object", object, std::nullopt); }

std::vector<ObjectRow> SlotLedger::objects() { return rows<ObjectRow>("object", "object"); }

void SlotLedger::put_gate(const Grip& grip, const GateRow& gate) {
  put("gate", step_key(grip.generation, gate.gate), plan::canonical(Of<GateRow>{grip.generation, gate}));
}

std::vector<GateRow> SlotLedger::gates(std::int64_t generation) {
  std::vector<GateRow> gates;
  for (auto& one : rows<Of<GateRow>>("gate", "gate"))
    if (one.generation == generation) gates.push_back(std::move(one.row));
  return gates;
}

void SlotLedger::drop_gate(const Grip& grip, const std::string& gate) {
  put("gate", step_key(grip.generation, gate), std::nullopt);
}

void SlotLedger::put_leftover(const LeftoverRow& leftover) {
  put("leftover", leftover.kind + "/" + leftover.name, plan::canonical(leftover));
}

void SlotLedger::drop_leftover(const std::string& kind, const std::string& name) {
  put("leftover", kind + "/" + name, std::nullopt);
}

std::vector<LeftoverRow> SlotLedger::leftovers() { return rows<LeftoverRow>("leftover", "leftover"); }

void SlotLedger::put_backup(const BackupHeader& header) { put("backup", header.artifact, plan::canonical(header)); }

void SlotLedger::drop_backup(const std::string& artifact) { put("backup", artifact, std::nullopt); }

std::vector<BackupHeader> SlotLedger::backups() { return rows<BackupHeader>("backup", "backup header"); }

}  // namespace dmc::ledger
