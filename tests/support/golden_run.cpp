#include "tests/support/golden_run.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "runtime/executor/executor.hpp"
#include "runtime/report/report.hpp"
#include "tests/support/fault_session.hpp"
#include "tests/support/sqlite_file.hpp"

namespace dmc::tests {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__)
constexpr long stride = 11;  // because every run costs ten times as much there
#else
constexpr long stride = 1;
#endif

/// Time stands still but for pauses, so that reports are the same every day.
class StillClock : public journal::Clock {
 public:
  std::string utc() override { return "2026-01-02T03:04:05Z"; }
  std::int64_t milliseconds() override { return now_; }
  void pause(std::int64_t milliseconds) override { now_ += milliseconds; }

 private:
  std::int64_t now_ = 0;
};

class Silence : public journal::Sink {
 public:
  void tell(const journal::Event&) override {}
};

/// What SQLite draws for the names of runs and targets, so that the same course leaves the same bytes.
std::uint64_t drawn_ids = 0;

extern "C" int draw_in_order(sqlite3* handle, const char**, const sqlite3_api_routines*) {
  return sqlite3_create_function(
      handle, "randomblob", 1, SQLITE_UTF8, nullptr,
      [](sqlite3_context* context, int, sqlite3_value** arguments) {
        std::string bytes(static_cast<std::size_t>(sqlite3_value_int(arguments[0])), '\0');
        const auto number = ++drawn_ids;
        std::memcpy(bytes.data(), &number, std::min(bytes.size(), sizeof number));
        sqlite3_result_blob(context, bytes.data(), static_cast<int>(bytes.size()), SQLITE_TRANSIENT);
      },
      nullptr, nullptr);
}

/// The folder the databases of all cases live in, in memory where the machine has such a place; the process works
/// inside it.
class Workplace {
 public:
  Workplace() {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(draw_in_order));
    const fs::path base = fs::is_directory("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path();
    folder_ = base / fmt::format("dmc-golden-{}", getpid());
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  ~Workplace() {
    fs::current_path("/");
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

 private:
  fs::path folder_;
};

executor::PlanPair read_pair(const std::string& forward, const std::string& reverse, const std::string& path) {
  plan::JsonError error;
  auto read = [&](const std::string& bytes) {
    auto file = plan::read_plan(bytes, error);
    if (!file) throw std::runtime_error(fmt::format("{} {}: {}", error.code, error.where, error.message));
    return std::move(*file);
  };
  return {read(forward), read(reverse), path};
}

std::vector<std::string> gates_of(const plan::Plan& plan) {
  std::vector<std::string> texts;
  for (const auto& step : plan.steps)
    if (const auto* gate = std::get_if<plan::Gate>(&step.action); gate && !gate->check) texts.push_back(gate->text);
  return texts;
}

class Runner {
 public:
  Runner() : connector_(session::connector()) {}

  executor::RunResult forward(const executor::PlanPair& plans, const std::vector<std::string>& through,
                              FaultPoint& point) {
    return act(point, [&](executor::Environment& environment) {
      return executor::run(plans, targets(), {.through = through, .lossy = {}, .confirm = {}}, environment);
    });
  }
  executor::RunResult settle(const executor::PlanPair& plans, FaultPoint& point) {
    return act(point, [&](executor::Environment& environment) {
      return executor::settle(plans, targets(), {.through = {}, .lossy = {}, .confirm = {}}, environment);
    });
  }
  executor::RunResult back(const executor::PlanPair& plans, FaultPoint& point) {
    return act(point, [&](executor::Environment& environment) {
      return executor::undo(plans, targets(), {.through = {}, .lossy = {"all"}, .confirm = {}}, environment);
    });
  }

 private:
  static std::vector<executor::TargetAddress> targets() { return {{"shop", {"sqlite", "shop.db"}}}; }

  template <class Act>
  executor::RunResult act(FaultPoint& point, Act act) {
    FaultConnector connector(*connector_, point);
    session::Stop stop;
    executor::Environment environment{connector, dialects_, clock_,
                                      sink_,     stop,      {1, "golden", "tester", "dmc golden", ""}};
    return act(environment);
  }

  std::unique_ptr<session::Connector> connector_;
  dialects::Dialects dialects_;
  StillClock clock_;
  Silence sink_;
};

std::string bytes_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Written over, not made anew: a target knows its database by the inode.
void fresh_with(const std::string& bytes) {
  for (const char* tail : {"-journal", "-wal", "-shm", "-dmc"}) fs::remove(std::string("shop.db") + tail);
  std::ofstream("shop.db", std::ios::binary) << bytes;
}

void fresh_from(const char* prepared) {
  fresh_with(prepared ? bytes_of(prepared) : "");
  if (!prepared) fs::remove("shop.db");
}

/// Steps of the last generation that are not where the run should have left them.
std::string ledger_state() {
  std::string text;
  for (const auto& row : rows_of("shop.db",
                                 "select state, count(*) from _dmc_step where generation = (select generation from "
                                 "_dmc_target) group by 1 order by 1"))
    text += row + " ";
  return text;
}

/// SQLite quotes names when it rewrites texts at a rename, and joins lines when it takes out a column: no difference.
std::string plain(std::string text) {
  static const std::regex quoted("\"([A-Za-z_][A-Za-z0-9_]*)\""), space("\\s+"), opening("\\( "), closing(" \\)");
  text = std::regex_replace(text, quoted, "$1");
  text = std::regex_replace(text, space, " ");
  return std::regex_replace(std::regex_replace(text, opening, "("), closing, ")");
}

/// Nearly always they are the same to the letter, which is cheap to see.
bool is_alike(const std::string& dump, const std::string& expected) {
  return dump == expected || plain(dump) == plain(expected);
}

struct Course {
  const executor::PlanPair& plans;
  bool forward;
  const char* prepared;         ///< the file it begins with
  const std::string& expected;  ///< the dump it ends in
  const std::string& ledger;    ///< the ledger it ends in
};

executor::RunResult once(Runner& runner, const Course& course, FaultPoint& point) {
  return course.forward ? runner.forward(course.plans, gates_of(course.plans.forward.plan), point)
                        : runner.back(course.plans, point);
}

/// One way of one case, from what a fault left behind to its end.
class Recovery {
 public:
  Recovery(Runner& runner, const Course& course) : runner_(runner), course_(course) {}

  /// Files of one run at each of its events, as a process that is killed there leaves them. Trouble: "" or what is
  /// wrong.
  std::string after_deaths() {
    begin();
    Seen seen("shop.db");
    FaultPoint point;
    point.watch = [&] { seen.look(point.events + 1); };
    once(runner_, course_, point);
    events_ = point.events;
    for (const auto& [state, at] : seen.states) known_.insert(state.first + (state.second.empty() ? "" : "!"));
    for (const auto& [state, at] : seen.states) {
      for (const auto kind : {FaultKind::none, FaultKind::answer_lost, FaultKind::dies}) {
        leave(state);
        auto where = fmt::format("killed at event {}", at);
        if (kind != FaultKind::none) where += disturb(kind);
        if (auto trouble = ends_well(where); !trouble.empty()) return trouble;
      }
    }
    return "";
  }

  /// The runner lives, and tells, and cleans up: it must leave nothing that one who is killed does not leave as well,
  /// or be recovered from.
  std::string after_lost_answers() {
    for (long at = 1; at <= events_; at += stride) {
      begin();
      FaultPoint point{.kind = FaultKind::answer_lost, .at = at, .events = 0, .tripped = false, .where = {}};
      const auto told = once(runner_, course_, point);
      auto where = fmt::format("lost its answer at event {} ({})", at, point.where);
      if (told.exit_code == 0 && at + 3 < events_) return where + ": it says that all is well\n";
      const bool journal = fs::exists("shop.db-journal");
      if (known_.count(bytes_of("shop.db") + (journal ? "!" : "")) > 0) continue;
      if (at % 4 == 1) where += disturb(FaultKind::dies);
      if (auto trouble = ends_well(where); !trouble.empty()) return trouble;
    }
    return "";
  }

 private:
  using State = std::pair<std::string, std::string>;  ///< the database and its journal

  /// Keeps the database open, because closing it would end the locks of the one that is watched.
  struct Seen {
    explicit Seen(const char* path) : file(path, std::ios::binary) {}
    void look(long event) {
      file.clear();
      file.seekg(0);
      std::string bytes{std::istreambuf_iterator<char>(file), {}};
      const auto journal = bytes_of("shop.db-journal");
      // Until it is committed the file is as it was, and the journal says only what it will be; one such is enough.
      if (keys.emplace(bytes, !journal.empty()).second) states.emplace_back(State{std::move(bytes), journal}, event);
    }
    std::ifstream file;
    std::set<std::pair<std::string, bool>> keys;
    std::vector<std::pair<State, long>> states;
  };

  /// Each time with the same names for what names itself; whoever comes later has others.
  void begin() const {
    fresh_from(course_.prepared);
    drawn_ids = 1000;
  }
  static void leave(const State& state) {
    fresh_with(state.first);
    drawn_ids = 2000;
    if (!state.second.empty()) std::ofstream("shop.db-journal", std::ios::binary) << state.second;
  }

  /// The one who clears up is disturbed as well, at a place that a fixed sequence draws.
  std::string disturb(FaultKind kind) {
    drawn_ = drawn_ * 6364136223846793005U + 1442695040888963407U;
    FaultPoint second;
    second.kind = kind;
    second.at = 1 + static_cast<long>((drawn_ >> 33U) % static_cast<unsigned long>(events_));
    try {
      once(runner_, course_, second);
    } catch (const RunnerDied&) {
    }
    return ", then " + second.where;
  }

  /// A quiet run ends where an undisturbed one does.
  std::string ends_well(const std::string& fault) {
    FaultPoint quiet;
    const auto result = once(runner_, course_, quiet);
    const auto where = fmt::format("{} {} of {}", course_.forward ? "run" : "undo", fault, events_);
    if (result.exit_code != 0)
      return fmt::format("{}: the next one ended with {}\n{}", where, result.exit_code,
                         report::render(result, report::Format::text));
    if (const auto actual = dump("shop.db"); !is_alike(actual, course_.expected))
      return fmt::format("{}: another database\n{}", where, actual);
    if (const auto actual = ledger_state(); actual != course_.ledger)
      return fmt::format("{}: another ledger: {} instead of {}\n", where, actual, course_.ledger);
    return "";
  }

  Runner& runner_;
  const Course& course_;
  long events_ = 0;
  std::set<std::string> known_;  ///< what was recovered from
  std::uint64_t drawn_ = 42;
};

/// Every event of the course, every kind of fault.
std::string with_faults(Runner& runner, const Course& course) {
  Recovery recovery(runner, course);
  auto trouble = recovery.after_deaths();
  return trouble.empty() ? recovery.after_lost_answers() : trouble;
}

/// Run to the first gate, settled there, and taken back; the settle with a fault at each of its events too.
std::string settle_at_gate(Runner& runner, const executor::PlanPair& plans, const std::string& before,
                           Produced& produced) {
  FaultPoint quiet;
  fresh_from("before.db");
  if (const auto result = runner.forward(plans, {}, quiet); result.exit_code != 4)
    return "it does not come to a gate:\n" + report::render(result, report::Format::text);
  fs::copy_file("shop.db", "gate.db", fs::copy_options::overwrite_existing);
  FaultPoint count;
  const auto settled = runner.settle(plans, count);
  produced["settle_report.txt"] = report::render(settled, report::Format::text);
  if (settled.exit_code != 0) return "the settle failed:\n" + produced["settle_report.txt"];
  const auto stage = dump("shop.db");
  const std::string where = "select at_name || ' ' || at_hash from _dmc_target where moving_plan is null";
  const auto at = rows_of("shop.db", where);
  if (const auto result = runner.back(plans, quiet); result.exit_code != 0)
    return "what was settled is not taken back:\n" + report::render(result, report::Format::text);
  if (!is_alike(dump("shop.db"), before)) return "it is taken back to another database\n" + dump("shop.db");
  for (const auto kind : {FaultKind::dies, FaultKind::answer_lost})
    for (long event = 1; event <= count.events; event += stride) {
      fresh_from("gate.db");
      FaultPoint point{.kind = kind, .at = event, .events = 0, .tripped = false, .where = {}};
      try {
        runner.settle(plans, point);
      } catch (const RunnerDied&) {
      }
      const auto result = runner.settle(plans, quiet);
      if (result.exit_code != 0 || !is_alike(dump("shop.db"), stage) || rows_of("shop.db", where) != at)
        return fmt::format("settle with a fault at event {} ({}): the next one ended with {}\n{}", event, point.where,
                           result.exit_code, report::render(result, report::Format::text));
    }
  return "";
}

std::string run_all(const GoldenCase& golden, Produced& produced) {
  const auto texts = plans_of(golden);
  if (texts.plan.empty() || texts.base_plan.empty()) return "it does not compile\n";
  const auto base = read_pair(texts.base_plan, texts.base_reverse, "plans/0001.plan.json");
  const auto plans = read_pair(texts.plan, texts.reverse, "plans/0002.plan.json");
  Runner runner;
  FaultPoint quiet;
  fresh_from(nullptr);
  if (!base.forward.plan.databases.empty())
    if (const auto result = runner.forward(base, {}, quiet); result.exit_code != 0)
      return "before.mig does not run:\n" + report::render(result, report::Format::text);
  execute_script("shop.db", golden.text("rows.sql"));
  const auto before = dump("shop.db");
  fs::copy_file("shop.db", "before.db", fs::copy_options::overwrite_existing);

  auto& report = produced["report.txt"];
  std::vector<std::string> through;
  auto result = runner.forward(plans, through, quiet);
  report += report::render(result, report::Format::text);
  for (const auto& gate : gates_of(plans.forward.plan)) {
    if (result.exit_code != 4) break;
    through.push_back(gate);
    result = runner.forward(plans, through, quiet);
    report += "\n" + report::render(result, report::Format::text);
  }
  if (result.exit_code != 0) return golden.has("fails.txt") ? "" : "the run failed:\n" + report;
  const auto after = produced["after.txt"] = dump("shop.db");
  const auto ledger_after = ledger_state();
  fs::copy_file("shop.db", "after.db", fs::copy_options::overwrite_existing);

  result = runner.back(plans, quiet);
  produced["undo_report.txt"] = report::render(result, report::Format::text);
  if (result.exit_code != 0) return "the undo failed:\n" + produced["undo_report.txt"];
  const auto undone = dump("shop.db");
  const auto ledger_undone = ledger_state();
  if (golden.has("undone.txt"))
    produced["undone.txt"] = undone;
  else if (!is_alike(undone, before))
    return fmt::format("undo leads to another database\n--- before\n{}\n--- undone\n{}", before, undone);

  std::string trouble = with_faults(runner, {plans, true, "before.db", after, ledger_after});
  if (trouble.empty()) trouble = with_faults(runner, {plans, false, "after.db", undone, ledger_undone});
  if (trouble.empty() && golden.has("settle_report.txt")) trouble = settle_at_gate(runner, plans, before, produced);
  return trouble;
}

}  // namespace

std::string run_case(const GoldenCase& golden, Produced& produced) {
  static const Workplace workplace;
  try {
    return run_all(golden, produced);
  } catch (const std::exception& error) {
    return fmt::format("{}\n", error.what());
  }
}

}  // namespace dmc::tests
