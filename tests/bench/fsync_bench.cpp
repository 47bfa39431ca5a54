// What the ledger costs in fsyncs: a plan of ten small steps against its bare statements, each in a transaction of its
// own.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include "runtime/cli/cli.hpp"
#include "tests/support/counting_vfs.hpp"
#include "tests/support/sqlite_file.hpp"

namespace {

namespace fs = std::filesystem;

void dmc_command(const std::vector<std::string>& words) {
  std::istringstream in;
  std::ostringstream out;
  dmc::session::Stop stop;
  const dmc::dialects::Dialects dialects;
  const auto connector = dmc::session::connector();
  const auto clock = dmc::journal::system_clock();
  dmc::cli::World world{in,       out,        out,  {},    fs::current_path(), getpid(), "bench", "bench",
                        dialects, *connector, stop, *clock};
  if (dmc::cli::run(words, world) != 0) throw std::runtime_error(out.str());
}

void write(const fs::path& file, const std::string& text) {
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

long during(const std::function<void()>& work) {
  const long before = dmc::tests::fsyncs();
  work();
  return dmc::tests::fsyncs() - before;
}

struct Fsyncs {
  long bare = 0;      ///< of the statements, each in a transaction of its own
  long with_dmc = 0;  ///< of a run of the same as steps, begin and end included
  long again = 0;     ///< of a run of the finished plan
};

/// In an empty folder of its own below the present one.
Fsyncs measure(int steps) {
  const auto outside = fs::current_path();
  const auto folder = outside / std::to_string(steps);
  fs::create_directories(folder);
  fs::current_path(folder);
  std::string tables;
  for (int i = 0; i < steps; ++i) tables += fmt::format("  table t{} {{ id integer primary key; note text; }}\n", i);
  write("project.mig", "project d { edition 1; }\n");
  write("schema/d.mig", "database d on sqlite 3.40 {\n}\n");
  write("changes/0001.mig", "change 1 'nothing';\n");
  dmc_command({"compile"});
  dmc_command({"run", "plans/0001.plan.json", "--on", "d=sqlite:d.db", "--yes"});
  write("schema/d.mig", fmt::format("database d on sqlite 3.40 {{\n{}}}\n", tables));
  write("changes/0002.mig", "change 2 'tables';\n");
  dmc_command({"compile"});
  const auto run = [] { dmc_command({"run", "plans/0002.plan.json", "--on", "d=sqlite:d.db", "--yes"}); };
  Fsyncs counted;
  counted.bare = during([&] {
    for (int i = 0; i < steps; ++i)
      dmc::tests::execute_script("bare.db", fmt::format("create table t{} (id integer primary key, note text)", i));
  });
  counted.with_dmc = during(run);
  counted.again = during(run);
  fs::current_path(outside);
  return counted;
}

void line(const std::string& what, const std::string& figure, const std::string& bar) {
  fmt::print("{:<54} {:>26}   bar {}\n", what, figure, bar);
}

}  // namespace

int main() {
  const auto folder = fs::temp_directory_path() / fmt::format("dmc-fsync-{}", getpid());
  try {
    fs::create_directories(folder);
    fs::current_path(folder);
    const auto few = measure(10), more = measure(20);
    line("10 bare CREATE TABLE", fmt::format("{} fsyncs", few.bare), "(the limit)");
    line("dmc run of the same in 10 steps, begin and end", fmt::format("{} fsyncs", few.with_dmc), "(no bar)");
    line("dmc run of 20", fmt::format("{} fsyncs, bare {}", more.with_dmc, more.bare), "(no bar)");
    line("what a step costs beyond its statement",
         fmt::format("{:.1f} fsyncs", static_cast<double>(more.with_dmc - few.with_dmc - more.bare + few.bare) / 10),
         "<= 1");
    line("dmc run of the finished plan", fmt::format("{} fsyncs", few.again), "(no bar)");
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    fs::current_path("/");
    fs::remove_all(folder);
    return 1;
  }
  fs::current_path("/");
  fs::remove_all(folder);
}
