// The ledger of the fake server: the slots of runtime/ledger with statements of its own, and mutants of it.
#include <map>
#include <memory>

#include "runtime/ledger/slot_ledger.hpp"
#include "tests/support/fake_server.hpp"

namespace dmc::tests {

Mutant mutant = Mutant::none;
bool epoch_guard = true;

namespace {

constexpr std::array<std::string_view, 2> create_tables{
    "create table if not exists _dmc_slot (number integer primary key, unit text not null, payload text not null)",
    "create table if not exists _dmc_record (kind text not null, key text not null, version integer not null, unit "
    "text "
    "not null, body text, primary key (kind, key, version))"};
constexpr std::array<std::string_view, 2> tables{"_dmc_slot", "_dmc_record"};

using Parameters = std::vector<session::Value>;

/// Two tables of SQLite, each statement by itself.
class FakeStore : public ledger::SlotStore {
 public:
  explicit FakeStore(session::Session& session) : session_(session) {}

  std::string server_version() override { return "4.0"; }
  bool exists() override {
    return !session_.query("select 1 from sqlite_schema where type = 'table' and name = '_dmc_record'").rows.empty();
  }
  void create() override {
    for (const auto statement : create_tables) session_.execute(statement);
  }
  bool claim(std::int64_t number, const std::string& unit, const std::string& payload) override {
    const Parameters row{number, unit, payload};
    return session_.execute("insert or ignore into _dmc_slot (number, unit, payload) values (?1, ?2, ?3)", row) == 1;
  }
  std::optional<std::string> last_slot() override {
    const auto rows = session_.query("select payload from _dmc_slot order by number desc limit 1").rows;
    return rows.empty() ? std::nullopt : std::optional(std::get<std::string>(rows.front().at(0)));
  }
  std::vector<std::string> slots() override {
    std::vector<std::string> slots;
    for (const auto& row : session_.query("select payload from _dmc_slot order by number").rows)
      slots.push_back(std::get<std::string>(row.at(0)));
    return slots;
  }
  bool put(const std::string& unit, std::span<const ledger::SlotRecord> records, bool counts) override {
    for (const auto& record : records)
      if (!put_one(unit, record)) return false;
    return !counts || put_one(unit, {"unit", unit, std::nullopt, ""});
  }
  std::optional<std::int64_t> next_version(const std::string& kind, const std::string& key) override {
    const Parameters place{kind, key};
    const auto last =
        session_.query("select max(version) from _dmc_record where kind = ?1 and key = ?2 having count(*) > 0", place)
            .rows;
    return last.empty() ? 1 : std::get<std::int64_t>(last.front().at(0)) + 1;
  }
  std::vector<std::pair<std::string, std::string>> records(const std::string& kind,
                                                           const std::string& beginning) override {
    std::map<std::string, std::string> found;
    const Parameters wanted{kind};
    const auto rows = session_.query(R"(select key, body from _dmc_record where kind = ?1
  and (unit in (select unit from _dmc_slot) or unit in (select key from _dmc_record where kind = 'unit'))
  order by key, version)",
                                     wanted);
    for (const auto& row : rows.rows) {
      const auto& key = std::get<std::string>(row.at(0));
      if (!key.starts_with(beginning)) continue;
      if (const auto* body = std::get_if<std::string>(&row.at(1)))
        found.insert_or_assign(key, *body);
      else
        found.erase(key);
    }
    return {found.begin(), found.end()};
  }

 private:
  bool put_one(const std::string& unit, const ledger::SlotRecord& record) {
    const auto version = record.version ? record.version : next_version(record.kind, record.key);
    const Parameters row{record.kind, record.key, *version, unit,
                         record.body ? session::Value(*record.body) : session::Value(nullptr)};
    return session_.execute(
               "insert or ignore into _dmc_record (kind, key, version, unit, body) values (?1, ?2, ?3, ?4, ?5)", row) ==
           1;
  }

  session::Session& session_;
};

/// The guarded statement that a mutant lacks is answered as a naive ledger would.
class MutantLedger : public ledger::SlotLedger {
 public:
  using SlotLedger::SlotLedger;

  void fence(const ledger::Grip& grip) override {
    if (epoch_guard) SlotLedger::fence(grip);
  }
  ledger::Target target() override {
    auto target = SlotLedger::target();
    if (mutant == Mutant::no_moving && judging_) target.moving.reset();
    return target;
  }
  std::int64_t take_over_within(const std::string& holder, std::int64_t after_epoch) override {
    judging_ = false;
    return SlotLedger::take_over_within(holder, after_epoch);
  }
  void insert_steps(const ledger::Grip& grip, const std::vector<plan::Step>& steps) override {
    if (mutant == Mutant::no_generation && !SlotLedger::steps(1).empty()) return;
    SlotLedger::insert_steps(known(grip), steps);
  }
  std::vector<ledger::StepRow> steps(std::int64_t generation) override {
    auto rows = SlotLedger::steps(known(generation));
    if (mutant == Mutant::no_settle)
      for (auto& row : rows)
        if (row.state == ledger::State::intended) row.state = ledger::State::absent;
    return rows;
  }
  std::optional<ledger::StepRow> step(std::int64_t generation, const std::string& step) override {
    return SlotLedger::step(known(generation), step);
  }
  void move_step(const ledger::Grip& grip, const std::string& step, ledger::State from, ledger::State to,
                 bool new_attempt) override {
    if (mutant == Mutant::no_guarded_update)
      if (const auto row = this->step(grip.generation, step)) from = row->state;
    SlotLedger::move_step(known(grip), step, from, to, new_attempt);
  }
  void set_facts(const ledger::Grip& grip, const std::string& step, ledger::State state, const ledger::Facts& facts,
                 std::optional<std::int64_t> seq) override {
    SlotLedger::set_facts(known(grip), step, state, facts, seq);
  }

 protected:
  std::optional<std::int64_t> next_version(const std::string& kind, const std::string& key) override {
    return mutant == Mutant::no_guarded_update ? std::nullopt : SlotLedger::next_version(kind, key);
  }

 private:
  static std::int64_t known(std::int64_t generation) {
    return mutant == Mutant::no_generation ? std::min<std::int64_t>(generation, 1) : generation;
  }
  static ledger::Grip known(ledger::Grip grip) {
    grip.generation = known(grip.generation);
    return grip;
  }
  bool judging_ = true;
};

/// Reads what SQLite holds, under another name and without its preamble.
class FakeServerDialect : public dialects::Dialect, public dialects::Texts {
 public:
  FakeServerDialect(std::string name, Inspector inspector)
      : inspector_(std::move(inspector)), description_(real_.find("sqlite")->description()) {
    description_.name = std::move(name);
    description_.preamble.clear();
  }
  const dialects::Description& description() const override { return description_; }
  dialects::TypeAnswer type(const dialects::TypeText& type) const override { return sqlite().type(type); }
  bool widens(std::string_view from, std::string_view to, const model::Table& table) const override {
    return sqlite().widens(from, to, table);
  }
  void check(model::Database& desired, grammar::Diagnostics& diagnostics) const override {
    sqlite().check(desired, diagnostics);
  }
  std::vector<dialects::StepPair> lower(const change::Change& change, const model::Database& before) const override {
    return sqlite().lower(change, before);
  }
  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    sqlite().texts().rename(database, table, column, to);
  }
  dialects::Inspected inspect(const dialects::Query& query) const override {
    return inspector_ ? inspector_(sqlite(), query) : sqlite().inspect(query);
  }
  const dialects::Texts& texts() const override { return *this; }

 private:
  const dialects::Dialect& sqlite() const { return *real_.find("sqlite"); }
  Inspector inspector_;
  dialects::Dialects real_;
  dialects::Description description_;
};

}  // namespace

dialects::Dialects sqlite_called(std::string name, Inspector inspector) {
  std::vector<std::unique_ptr<dialects::Dialect>> all;
  all.push_back(std::make_unique<FakeServerDialect>(std::move(name), std::move(inspector)));
  return dialects::Dialects(std::move(all));
}

dialects::Dialects fake_server_dialects() { return sqlite_called("fake", {}); }

const ledger::Keeper* fake_keeper_of(std::string_view engine) {
  static const ledger::Keeper keeper{"fake", tables, [](session::Session& session) -> std::unique_ptr<ledger::Ledger> {
                                       return std::make_unique<MutantLedger>(std::make_unique<FakeStore>(session));
                                     }};
  return engine == keeper.engine ? &keeper : nullptr;
}

}  // namespace dmc::tests
