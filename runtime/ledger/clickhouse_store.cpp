// The slots and records of a ledger on ClickHouse (runtime.md §2.4, §9).
//
// A slot is a table without rows, `_dmc_slot_000012`, whose defaults say what the target is from there on: CREATE TABLE
// is the one statement of every version of which one winner alone comes out, and the server writes it through to its
// disk. Records are rows of one MergeTree table. All rows of a unit are one INSERT with the unit's own row as its last,
// and an INSERT of that size is one part: there, or not there.
//
// No row of a record is create-only, so that a step has no guard of its own as it has elsewhere. Nor does it need one:
// - Whoever writes records that count holds the newest slot, or is about to claim the next one. Records of a unit whose
//   slot was lost to another runner count for nobody.
// - Whoever takes a target over first ends the session of the holder that the newest slot names, and only then claims
//   the slot behind it. A slot has one winner, and between the look and the claim no other slot can come but by a
//   winner, which makes this claim fail. So the sessions of all holders but the newest are ended, whenever their
//   statements arrive: the newest holder writes alone.
// - Of slots only the newest matter; the history is in all of them. So now and then the newest holder copies older ones
//   into records and drops them. Somebody's late claim of such a number then succeeds, and means nothing: whoever
//   claimed a number looks whether it is the highest, and numbers up to the last that was copied are passed over.
// - It sends one statement at a time, each after the answer to the one before, and compares the epoch of the newest
//   slot and a step's state before it moves the step.
#include "runtime/ledger/clickhouse_store.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "runtime/ledger/cell.hpp"
#include "runtime/ledger/slot_ledger.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::ledger {

namespace {

using Parameters = std::vector<session::Value>;

constexpr std::string_view slot_prefix = "_dmc_slot_";
/// From so many tables of slots on all but the newest few become records, and the next claim drops them.
constexpr std::size_t most_slots = 14, slots_kept = 4;

std::string padded(std::int64_t number, std::size_t width) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}
std::string slot_name(std::int64_t number) { return std::string(slot_prefix) + padded(number, 6); }
/// Of the record that a slot became; in the order of numbers.
std::string slot_key(std::int64_t number) { return padded(number, 12); }

/// Settings of a table that bring its parts to the disk before the answer; servers before 21.x know none.
constexpr std::string_view known_fsync =
    "select name from system.merge_tree_settings where name in ('fsync_after_insert', 'fsync_part_directory')";

/// The first text behind all those that begin so.
std::string behind(std::string beginning) {
  while (!beginning.empty() && static_cast<unsigned char>(beginning.back()) == 0xFF) beginning.pop_back();
  if (!beginning.empty()) beginning.back() = static_cast<char>(static_cast<unsigned char>(beginning.back()) + 1);
  return beginning;
}

class ClickhouseStore : public SlotStore {
 public:
  explicit ClickhouseStore(session::Session& session) : session_(session) {}

  std::string server_version() override { return text(session_.query("select version()").rows.at(0).at(0)); }

  bool exists() override { return has_table("_dmc_record"); }

  void create() override {
    std::string settings;
    for (const auto& row : session_.query(known_fsync).rows) settings += ", " + text(row.at(0)) + " = 1";
    session_.execute(
        "create table if not exists _dmc_record (kind String, key String, version Int64, unit String, body "
        "Nullable(String)) engine = MergeTree order by (kind, key, version) settings index_granularity = 8192" +
        settings);
  }

  bool claim(std::int64_t number, const std::string& unit, const std::string& payload) override {
    const auto name = slot_name(number);
    std::exception_ptr failed;
    try {
      session_.execute("create table " + name + " (unit String default " + session::clickhouse_text(unit) +
                       ", payload String default " + session::clickhouse_text(payload) + ") engine = Null");
    } catch (const session::SessionError&) {
      failed = std::current_exception();
    }
    // Taken, or an answer that was lost: what stands there says whose it is.
    read_slots();
    if (!slots_.empty() && number < slots_.rbegin()->first) return false;
    const auto found = slots_.find(number);
    if (found == slots_.end()) {
      if (failed) std::rethrow_exception(failed);
      throw LedgerError("the slot " + name + " was made and is not there; somebody dropped it");
    }
    if (found->second.unit != unit) return false;
    // A reader that finds the unit among the records need not look into every slot.
    version_ = last_version() + 1;
    const Parameters row{unit, version_, unit};
    session_.execute("insert into _dmc_record (kind, key, version, unit, body) values ('unit', ?, ?, ?, '')", row);
    named_.insert(unit);
    // From here on nobody else writes.
    records_.clear();
    alone_ = true;
    try {
      keep_few_slots(unit);
    } catch (const session::SessionError&) {
      // The number is this runner's whatever becomes of old tables; the next claim tries to tidy up again.
      slots_.clear();
      alone_ = false;
    }
    return true;
  }

  std::optional<std::string> last_slot() override {
    const auto moved_on = [&] {
      const auto newest = slots_.rbegin()->first;
      // Slots are dropped from the oldest on: whoever did not see one come sees that its predecessor went.
      return has_table(slot_name(newest + 1)) || (!alone_ && !has_table(slot_name(newest)));
    };
    if (slots_.empty() || moved_on()) {
      read_slots();
      alone_ = false;
    }
    return slots_.empty() ? std::nullopt : std::optional(slots_.rbegin()->second.payload);
  }

  std::vector<std::string> slots() override {
    last_slot();
    std::vector<std::string> payloads;
    std::string last;
    for (auto& [key, payload] : records("slot", "")) {
      payloads.push_back(std::move(payload));
      last = key;
    }
    for (const auto& [number, slot] : slots_)
      if (slot_key(number) > last) payloads.push_back(slot.payload);  // others are copied by now
    return payloads;
  }

  /// Every row says the name of its unit, which is never used again: an equal block, which a server might take for a
  /// repetition and leave out, cannot come.
  bool put(const std::string& unit, std::span<const SlotRecord> records, bool counts) override {
    Parameters values;
    std::string sql = "insert into _dmc_record (kind, key, version, unit, body) values";
    auto version = last_version();
    const auto add = [&](const std::string& kind, const std::string& key, const std::optional<std::string>& body) {
      sql += values.empty() ? " (?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
      for (auto& value : Parameters{kind, key, ++version, unit, value_or_null(body)}) values.push_back(value);
    };
    for (const auto& record : records) add(record.kind, record.key, record.body);
    if (counts) add("unit", unit, "");
    try {
      session_.execute(sql, values);
    } catch (...) {
      records_.clear();
      alone_ = false;
      throw;
    }
    version_ = version;
    if (!counts) return true;
    for (const auto& record : records)
      for (auto& [part, known] : records_) {
        if (part.first != record.kind || !record.key.starts_with(part.second)) continue;
        if (record.body)
          known.insert_or_assign(record.key, *record.body);
        else
          known.erase(record.key);
      }
    return true;
  }

  std::optional<std::int64_t> next_version(const std::string&, const std::string&) override { return std::nullopt; }

  std::vector<std::pair<std::string, std::string>> records(const std::string& kind,
                                                           const std::string& beginning) override {
    if (kind == "plan") return read_records(kind, beginning);  // long, and read once
    if (!alone_) forget_if_written();
    // Steps and what belongs to them are read a generation at a time.
    const auto part = beginning.substr(0, beginning.find('/') + 1);
    auto known = records_.find({kind, part});
    if (known == records_.end()) {
      std::map<std::string, std::string> all;
      for (auto& [key, body] : read_records(kind, part)) all.emplace(std::move(key), std::move(body));
      known = records_.emplace(std::pair(kind, part), std::move(all)).first;
    }
    std::vector<std::pair<std::string, std::string>> found;
    for (auto at = known->second.lower_bound(beginning); at != known->second.end() && at->first.starts_with(beginning);
         ++at)
      found.emplace_back(*at);
    return found;
  }

 private:
  struct Slot {
    std::string unit, payload;
  };

  bool has_table(const std::string& name) {
    return integer(session_.query("exists table " + name).rows.at(0).at(0)) == 1;
  }

  void read_slots() {
    const auto rows = session_
                          .query(
                              "select table, name, default_expression from system.columns where database = "
                              "currentDatabase() and startsWith(table, '_dmc_slot_')")
                          .rows;
    slots_.clear();
    passed_.clear();
    records_.clear();
    const auto copied =
        integer(session_.query("select toInt64OrZero(max(key)) from _dmc_record where kind = 'slot'").rows.at(0).at(0));
    for (const auto& row : rows) {
      const auto number = std::atoll(text(row.at(0)).c_str() + slot_prefix.size());
      const auto texts = session::clickhouse_texts_in(text(row.at(2)));
      if (number <= 0 || texts.size() != 1)
        throw LedgerError("the slot " + text(row.at(0)) + " is none that dmc made; it was edited by hand");
      if (number <= copied)
        passed_.insert(text(row.at(0)));
      else
        (text(row.at(1)) == "unit" ? slots_[number].unit : slots_[number].payload) = texts.front();
    }
  }

  /// Drops what an earlier claim copied, which has been on the disk for a while, and copies what the next one drops:
  /// where a server does not bring inserts to its disk at once, a power cut finds the one or the other.
  void keep_few_slots(const std::string& unit) {
    if (slots_.size() + passed_.size() <= most_slots) return;
    for (const auto& name : passed_) session_.execute("drop table if exists " + name);
    passed_.clear();
    std::vector<SlotRecord> copies;
    while (slots_.size() > slots_kept) {
      const auto oldest = slots_.begin();
      copies.push_back({"slot", slot_key(oldest->first), std::nullopt, oldest->second.payload});
      if (!named_.contains(oldest->second.unit)) copies.push_back({"unit", oldest->second.unit, std::nullopt, ""});
      passed_.insert(slot_name(oldest->first));
      slots_.erase(oldest);
    }
    put(unit + "/slots", copies, true);
  }

  std::int64_t last_version() {
    if (!alone_) version_ = integer(session_.query("select max(version) from _dmc_record").rows.at(0).at(0));
    return version_;
  }

  /// What was read is what is there until a slot comes or a row: rows are added and never taken away.
  void forget_if_written() {
    last_slot();
    const auto row = session_.query("select count(), max(version) from _dmc_record").rows.at(0);
    const Written now{integer(row.at(0)), integer(row.at(1))};
    if (now != written_) records_.clear();
    written_ = now;
  }

  /// Units of slots that the records do not name: a runner died behind its claim.
  std::string unnamed_units() {
    last_slot();
    const bool all =
        std::all_of(slots_.begin(), slots_.end(), [&](const auto& slot) { return named_.contains(slot.second.unit); });
    if (!all) {
      std::string list;
      for (const auto& [number, slot] : slots_)
        list += (list.empty() ? "" : ", ") + session::clickhouse_text(slot.unit);
      for (const auto& row :
           session_.query("select key from _dmc_record where kind = 'unit' and key in (" + list + ")").rows)
        named_.insert(text(row.at(0)));
    }
    std::string list;
    for (const auto& [number, slot] : slots_)
      if (!named_.contains(slot.unit)) list += (list.empty() ? "" : ", ") + session::clickhouse_text(slot.unit);
    return list;
  }

  std::vector<std::pair<std::string, std::string>> read_records(const std::string& kind, const std::string& beginning) {
    const auto more = unnamed_units();
    std::string sql = "select key, body from _dmc_record where kind = ?";
    Parameters values{kind};
    if (!beginning.empty()) {
      sql += " and key >= ? and key < ?";
      values.insert(values.end(), {beginning, behind(beginning)});
    }
    sql += " and (unit in (select key from _dmc_record where kind = 'unit')" +
           (more.empty() ? "" : " or unit in (" + more + ")") + ") order by key, version desc limit 1 by key";
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& row : session_.query(sql, values).rows)
      if (auto body = text_or_none(row.at(1))) found.emplace_back(text(row.at(0)), std::move(*body));
    return found;
  }

  session::Session& session_;
  std::map<std::int64_t, Slot> slots_;
  std::set<std::string> passed_;  ///< tables of slots that are records by now
  std::set<std::string> named_;
  /// This one claimed the newest slot: nobody else writes, so that what was read once and what was written is all there
  /// is. A runner whose session was ended believes what was so then, and can do nothing with it.
  bool alone_ = false;
  /// By kind, and by how the keys begin that were read.
  std::map<std::pair<std::string, std::string>, std::map<std::string, std::string>> records_;
  using Written = std::pair<std::int64_t, std::int64_t>;
  Written written_;  ///< rows, and the last version, when they were read
  std::int64_t version_ = 0;
};

constexpr std::array<std::string_view, 2> own_tables{"_dmc_record", slot_prefix};

}  // namespace

const Keeper& clickhouse_keeper() {
  static const Keeper keeper{"clickhouse", own_tables, [](session::Session& session) -> std::unique_ptr<Ledger> {
                               return std::make_unique<SlotLedger>(std::make_unique<ClickhouseStore>(session));
                             }};
  return keeper;
}

}  // namespace dmc::ledger
