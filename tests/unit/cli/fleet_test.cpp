// Waves: how many targets at once, when they stop, in which order they are reported.
#include <algorithm>
#include <atomic>
#include <functional>
#include <regex>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/sqlite_file.hpp"
#include "tests/unit/cli/test_world.hpp"

using namespace dmc::tests;

namespace {

/// Asks to stop when the fourth target is locked.
class Interrupting : public dmc::session::Connector {
 public:
  Interrupting(dmc::session::Connector& inner, dmc::session::Stop& stop) : inner_(inner), stop_(stop) {}
  std::unique_ptr<dmc::session::Session> open(const dmc::session::Url& url, dmc::session::Missing missing,
                                              dmc::session::Access access, dmc::session::Lock* lock) override {
    return inner_.open(url, missing, access, lock);
  }
  std::unique_ptr<dmc::session::Lock> lock(const dmc::session::Url& url, const dmc::session::Holder& holder,
                                           dmc::session::Held held) override {
    if (++locks_ == 4) stop_.signal();
    return inner_.lock(url, holder, held);
  }
  dmc::session::Holder holder(const dmc::session::Url& url) override { return inner_.holder(url); }

 private:
  dmc::session::Connector& inner_;
  dmc::session::Stop& stop_;
  std::atomic<int> locks_{0};
};

/// Runs another command line when the fourth target is locked: another runner, behind the look over the fleet.
class Meddling : public dmc::session::Connector {
 public:
  Meddling(dmc::session::Connector& inner, std::function<void()> meddle) : inner_(inner), meddle_(std::move(meddle)) {}
  std::unique_ptr<dmc::session::Session> open(const dmc::session::Url& url, dmc::session::Missing missing,
                                              dmc::session::Access access) override {
    return inner_.open(url, missing, access);
  }
  std::unique_ptr<dmc::session::Lock> lock(const dmc::session::Url& url, const dmc::session::Holder& holder) override {
    if (++locks_ == 4) meddle_();
    return inner_.lock(url, holder);
  }
  dmc::session::Holder holder(const dmc::session::Url& url) override { return inner_.holder(url); }

 private:
  dmc::session::Connector& inner_;
  std::function<void()> meddle_;
  int locks_ = 0;
};

struct Fleet {
  Folder folder;
  explicit Fleet(int targets, const std::string& wave) {
    std::string list;
    for (int i = 0; i < targets; ++i)
      list += fmt::format(R"({}{{"name": "t{:02}", "at": "sqlite:{}/t{:02}.db", "tags": [], "gate": "ready"}})",
                          i ? "," : "[", i, folder.path().string(), i);
    folder.write("project.mig", "project shop { edition 1; }\n");
    folder.write("schema/shop.mig", "database shop on sqlite 3.40 { table users { id integer primary key; } }\n");
    folder.write("changes/0001.mig", "change 1 'first';\n");
    folder.write(
        "clusters/fleet.mig",
        "cluster fleet { disposable; database shop { shards from json './shards.json'; } wave all " + wave + "; }");
    folder.write("clusters/shards.json", list + "]");
    REQUIRE((*this)({"compile"}).exit == 0);
  }
  Answer operator()(const std::vector<std::string>& words) const { return dmc::tests::dmc(folder.path(), words); }
  /// `stopped`: Ctrl-C arrives once four targets are at work.
  Answer run(const std::vector<std::string>& more = {}, bool stopped = false) const {
    std::vector<std::string> words{"run", "plans/0001.plan.json", "--cluster", "clusters/fleet.mig", "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    if (!stopped) return (*this)(words);
    std::istringstream in;
    std::ostringstream out, err;
    const dmc::dialects::Dialects dialects;
    const auto connector = dmc::session::connector();
    const auto clock = dmc::journal::system_clock();
    dmc::session::Stop stop;
    Interrupting interrupting(*connector, stop);
    dmc::cli::World world{in, out, err, {}, folder.path(), 1, "test", "tester", dialects, interrupting, stop, *clock};
    const int exit = dmc::cli::run(words, world);
    return {exit, out.str(), err.str()};
  }
};

std::vector<std::string> all(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
    found.push_back((*match)[1]);
  return found;
}

}  // namespace

TEST_CASE("eight at once: every target is run, and reported by name whatever the timing") {
  const Fleet fleet(40, "parallel 8");
  const auto ran = fleet.run({"--format", "json"});
  REQUIRE_MESSAGE(ran.exit == 0, ran.err);
  const auto names = all(ran.out, R"re("database":"(shop/t\d\d)")re");
  CHECK(names.size() == 40);
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(all(ran.out, R"re("outcome":"(done)")re").size() == 40);
  CHECK_MESSAGE(
      ran.err.find("40  run on an empty database: shop/t00, shop/t01, shop/t02 and 37 more\n") != std::string::npos,
      ran.err);
  CHECK_MESSAGE(ran.err.find("1/1") == std::string::npos, ran.err);
  CHECK(fleet({"status", "--cluster", "clusters/fleet.mig"}).out ==
        "40 databases\n  40  rest: at rest at version 1, by change 1: first\n");
}

TEST_CASE("after as many failures as a wave may have no further target is begun") {
  for (const char* wave : {"parallel 1", "parallel 4"}) {
    const Fleet fleet(12, wave);
    const auto connector = dmc::session::connector();
    const auto held = connector->lock({"sqlite", (fleet.folder.path() / "t02.db").string()},
                                      {7, "elsewhere", "somebody", "dmc 0", ""});
    const auto ran = fleet.run();
    CHECK(ran.exit == 5);
    CHECK_MESSAGE(ran.out.find("shop/t02 (sqlite:") != std::string::npos, ran.out);
    // A lock that is held is looked at for a while, in which other workers may come to the end of the list.
    const auto halted = all(ran.out, "(wave 'all' was halted before its turn)").size();
    if (std::string(wave) == "parallel 1") CHECK(halted == 9);
    for (int i = 0; i < 12; ++i) {
      const auto file = fleet.folder.path() / fmt::format("t{:02}.db", i);
      if (!std::filesystem::exists(file)) continue;
      const auto tables = rows_of(file.string(), "select count(*) from _dmc_target where moving_plan is null");
      CHECK(tables.at(0) == "1");  // what was begun came to its end
    }
    if (std::string(wave) == "parallel 1") CHECK(!std::filesystem::exists(fleet.folder.path() / "t03.db"));
  }
}

TEST_CASE("a wave that may lose two goes on after one") {
  const Fleet fleet(12, "parallel 4 halt at 2 failed");
  const auto connector = dmc::session::connector();
  const auto held =
      connector->lock({"sqlite", (fleet.folder.path() / "t02.db").string()}, {7, "elsewhere", "somebody", "dmc 0", ""});
  const auto ran = fleet.run();
  CHECK(ran.exit == 5);
  CHECK(all(ran.out, "(it is at version 1)").size() == 11);
}

TEST_CASE("a run that is stopped begins no further target, and the same command goes on") {
  const Fleet fleet(12, "parallel 4");
  const auto stopped = fleet.run({}, true);
  CHECK(stopped.exit == 130);
  CHECK(all(stopped.out, "(stopped on request before its turn)").size() >= 12 - 4 - 4);
  const auto ran = fleet.run();
  CHECK_MESSAGE(ran.exit == 0, ran.out);
  CHECK(fleet({"status", "--cluster", "clusters/fleet.mig"}).exit == 0);
}

TEST_CASE("E0621 a runner whose wave meets a shard that another one moved since its look stops") {
  const Fleet fleet(12, "parallel 1 halt at 5 failed");
  const auto other = "shop=sqlite:" + (fleet.folder.path() / "t06.db").string();
  std::istringstream in;
  std::ostringstream out, err;
  const dmc::dialects::Dialects dialects;
  const auto connector = dmc::session::connector();
  const auto clock = dmc::journal::system_clock();
  dmc::session::Stop stop;
  Meddling meddling(*connector, [&] {
    const auto elsewhere = fleet({"run", "plans/0001.plan.json", "--on", other, "--no-progress"});
    REQUIRE_MESSAGE(elsewhere.exit == 0, elsewhere.err);
  });
  dmc::cli::World world{in, out, err, {}, fleet.folder.path(), 1, "test", "tester", dialects, meddling, stop, *clock};
  CHECK(dmc::cli::run({"run", "plans/0001.plan.json", "--cluster", "clusters/fleet.mig", "--yes"}, world) == 5);
  auto report = out.str();
  const auto folder = fleet.folder.path().string() + "/";
  for (auto at = report.find(folder); at != std::string::npos; at = report.find(folder))
    report.erase(at, folder.size());
  report = std::regex_replace(report, std::regex("plan [0-9a-f]{12}"), "plan HASH");
  const std::string golden = DMC_SOURCE_DIR "/tests/unit/cli/taken_over.txt";
  if (std::getenv("DMC_ACCEPT")) std::ofstream(golden) << report;
  std::ifstream file(golden);
  CHECK(report == std::string(std::istreambuf_iterator<char>(file), {}));
  CHECK(std::filesystem::exists(fleet.folder.path() / "t05.db"));
  CHECK(!std::filesystem::exists(fleet.folder.path() / "t07.db"));
  CHECK(all(out.str(), "(was halted before its turn)").size() == 5);
  const auto again = fleet.run();
  CHECK_MESSAGE(again.exit == 0, again.out);
}

TEST_CASE("E0620 one file under two names is found before anything runs") {
  const Fleet fleet(4, "parallel 4");
  const auto file = [&](const char* name) { return fleet.folder.path() / name; };
  execute_script(file("t01.db").string(), "create table t (n); drop table t");
  std::filesystem::create_hard_link(file("t01.db"), file("t03.db"));
  const auto ran = fleet.run();
  CHECK(ran.exit == 1);
  CHECK_MESSAGE(ran.out.find("it is the same database as shop/t01 (sqlite:") != std::string::npos, ran.out);
  CHECK(ran.out.find("[E0620]") != std::string::npos);
  CHECK(!std::filesystem::exists(file("t00.db")));
  CHECK(rows_of(file("t01.db").string(), "select count(*) from sqlite_schema").at(0) == "0");
  // The same where the two are typed.
  const auto typed = fleet({"run", "plans/0001.plan.json", "--on", "shop=sqlite:" + file("t01.db").string(), "--on",
                            "shop=sqlite:" + file("t03.db").string(), "--yes"});
  CHECK(typed.exit == 1);
  CHECK_MESSAGE(typed.out.find("[E0620]") != std::string::npos, typed.out);
  CHECK(rows_of(file("t01.db").string(), "select count(*) from sqlite_schema").at(0) == "0");
}
