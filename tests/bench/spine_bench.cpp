// The bars of the spine, each beside the machine's own limit for the same work in the same run. Prints figures, gives
// no verdict by exit code: machines are shared, ratios are what counts.
//   bench_spine [PATH_OF_DMC [ROWS]]      without a path, the dmc beside it
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

namespace {

namespace fs = std::filesystem;
using Seconds = double;

struct Cost {
  Seconds wall = 0;
  long peak_kib = 0;
};

std::string program;

Seconds timed(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Runs dmc in `folder`; throws when it does not answer 0.
Cost dmc(const fs::path& folder, std::vector<std::string> words) {
  Cost cost;
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.c_str()) != 0) _exit(126);
    const int log = open((folder / "bench.log").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
    dup2(log, 1);
    dup2(log, 2);
    std::vector<char*> arguments{program.data()};
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  cost.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  cost.peak_kib = usage.ru_maxrss;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::ifstream log(folder / "bench.log");
    throw std::runtime_error(
        fmt::format("dmc {} failed:\n{}", fmt::join(words, " "), std::string{std::istreambuf_iterator<char>(log), {}}));
  }
  return cost;
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

void sql(const fs::path& database, const std::string& text) {
  sqlite3* handle = nullptr;
  if (sqlite3_open(database.c_str(), &handle) != SQLITE_OK)
    throw std::runtime_error("cannot open " + database.string());
  char* error = nullptr;
  if (sqlite3_exec(handle, text.c_str(), nullptr, nullptr, &error) != SQLITE_OK) throw std::runtime_error(error);
  sqlite3_close(handle);
}

Seconds median(std::vector<Seconds> figures) {
  std::sort(figures.begin(), figures.end());
  return figures[figures.size() / 2];
}

std::string many_tables(int count, std::string_view type_of_the_one) {
  std::string text = "database big on sqlite 3.40 {\n";
  for (int t = 0; t < count; ++t) {
    text += fmt::format("  table table_{:05} {{\n    id integer primary key;\n", t);
    for (int c = 1; c < 10; ++c)
      text += fmt::format("    column_{} {} not null default 0;\n", c,
                          t == count / 2 && c == 5 ? type_of_the_one : "integer");
    text += "  }\n";
  }
  return text + "}\n";
}

Cost compile_many(const fs::path& root, int count) {
  const auto folder = root / fmt::format("tables_{}", count);
  write(folder / "project.mig", "project big { edition 1; }\n");
  write(folder / "schema/big.mig", many_tables(count, "integer"));
  write(folder / "changes/0001.mig", "change 1 'all';\n");
  dmc(folder, {"compile"});
  write(folder / "schema/big.mig", many_tables(count, "text"));
  write(folder / "changes/0002.mig",
        fmt::format("change 2 'one' {{ retype table_{:05}.column_5 using (cast(column_5 as text)); }}\n", count / 2));
  std::vector<Seconds> walls;
  Cost cost;
  for (int round = 0; round < 3; ++round) {
    cost = dmc(folder, {"compile"});
    walls.push_back(cost.wall);
  }
  cost.wall = median(walls);
  return cost;
}

constexpr const char* rows_project = R"(database big on sqlite 3.40 {{
  table item {{
    id     integer primary key;
    name   text not null;
    price  integer not null;
    {}
    index item_name_idx (name);
    {}
  }}
}}
)";

/// A project whose database holds `rows` rows at catalog 1, made by dmc itself.
fs::path rows_folder(const fs::path& root, const std::string& name, long rows) {
  const auto folder = root / name;
  write(folder / "project.mig", "project big { edition 1; }\n");
  write(folder / "schema/big.mig", fmt::format(rows_project, "", ""));
  write(folder / "changes/0001.mig", "change 1 'item';\n");
  dmc(folder, {"compile"});
  dmc(folder, {"run", "plans/0001.plan.json", "--on", "big=sqlite:big.db", "--yes"});
  sql(folder / "big.db", fmt::format("with recursive n(i) as (select 1 union all select i + 1 from n where i < {}) "
                                     "insert into item select i, 'name ' || (i * 7919 % 1000003), i % 1000 from n",
                                     rows));
  return folder;
}

void line(const std::string& what, const std::string& figure, const std::string& bar) {
  fmt::print("{:<54} {:>26}   bar {}\n", what, figure, bar);
}

struct Pair {
  Seconds bare = 0;
  Seconds with_dmc = 0;
};

/// Medians of three rounds, interleaved: the bare statements on one copy of the database, plan 2 by dmc on another.
Pair race(const fs::path& folder, const std::string& prepare, const std::string& bare) {
  std::vector<Seconds> bare_walls, dmc_walls;
  for (int round = 0; round < 3; ++round) {
    fs::copy_file(folder / "big.db", folder / "bare.db", fs::copy_options::overwrite_existing);
    if (!prepare.empty()) sql(folder / "bare.db", prepare);
    bare_walls.push_back(timed([&] { sql(folder / "bare.db", bare); }));
    fs::copy_file(folder / "big.db", folder / "copy.db", fs::copy_options::overwrite_existing);
    dmc_walls.push_back(dmc(folder, {"run", "plans/0002.plan.json", "--on", "big=sqlite:copy.db", "--yes"}).wall);
  }
  return {median(bare_walls), median(dmc_walls)};
}

void report(const std::string& bare, const std::string& with_dmc, const Pair& pair, const std::string& bar) {
  line(bare, fmt::format("{:.2f} s", pair.bare), "(the limit)");
  line(with_dmc, fmt::format("{:.2f} s, ratio {:.2f}", pair.with_dmc, pair.bare / pair.with_dmc), bar);
}

/// The bare form of what a rebuild consists of, for the table of `rows_project`.
std::string bare_rebuild(const std::string& more_columns, const std::string& more_values) {
  return fmt::format(
      "begin; create table n (id integer primary key, name text not null, price integer not null{}); "
      "insert into n select id, name, price{} from item; drop table item; alter table n rename to item; "
      "create index item_name_idx on item (name); commit;",
      more_columns, more_values);
}

fs::path second_version(const fs::path& root, const std::string& name, long rows, const std::string& column,
                        const std::string& clause, const std::string& change) {
  const auto folder = rows_folder(root, name, rows);
  write(folder / "schema/big.mig", fmt::format(rows_project, column, clause));
  write(folder / "changes/0002.mig", change);
  dmc(folder, {"compile"});
  return folder;
}

void bench_backfill(const fs::path& root, long rows) {
  const std::string change = "change 2 'label' { backfill item set label = (name || ' at ' || price); }\n";
  const std::string prepare = "alter table item add column label text";
  const std::string update = "update item set label = (name || ' at ' || price);";
  const auto alone = second_version(root, "backfill", rows, "label  text;", "", change);
  report(fmt::format("one UPDATE of {} rows", rows), "dmc run: the same in batches", race(alone, prepare, update),
         ">= 0.80");
  const std::string guarded =
      "change 2 'label' { backfill item set label = (name || ' at ' || price); "
      "accept backfill.unguarded on item.label because 'nobody writes here'; }\n";
  const auto tight = second_version(root, "backfill_not_null", rows, "label  text not null;", "", guarded);
  report("one UPDATE, then a bare rebuild for NOT NULL", "dmc run: backfill, then tighten",
         race(tight, prepare, update + bare_rebuild(", label text not null", ", label")), "(no bar)");
}

void bench_rebuild(const fs::path& root, long rows) {
  const auto folder =
      second_version(root, "rebuild", rows, "", "check (price >= 0);", "change 2 'check' { rebuild table item; }\n");
  report(fmt::format("bare INSERT … SELECT and index build of {} rows", rows), "dmc run: rebuild",
         race(folder, "", bare_rebuild(", check (price >= 0)", "")), ">= 0.90");
}

void bench_small(const fs::path& root) {
  const auto folder = rows_folder(root, "small", 100);
  std::vector<Seconds> version, finished;
  for (int round = 0; round < 20; ++round) {
    version.push_back(dmc(folder, {"version"}).wall);
    finished.push_back(dmc(folder, {"run", "plans/0001.plan.json", "--on", "big=sqlite:big.db", "--yes"}).wall);
  }
  std::vector<Seconds> nothing;
  for (int round = 0; round < 20; ++round)
    nothing.push_back(timed([] {
      if (std::system("true") != 0) throw std::runtime_error("true failed");
    }));
  line("start of an empty program", fmt::format("{:.1f} ms", median(nothing) * 1e3), "(the limit)");
  line("dmc version", fmt::format("{:.1f} ms", median(version) * 1e3), "<= 10 ms");
  line("dmc run of a finished plan", fmt::format("{:.1f} ms", median(finished) * 1e3), "<= 50 ms");
}

}  // namespace

int main(int argc, char** argv) {
  program = (argc > 1 ? fs::absolute(argv[1]) : fs::canonical("/proc/self/exe").parent_path() / "dmc").string();
  const long rows = argc > 2 ? std::stol(argv[2]) : 2'000'000;
  const auto root = fs::temp_directory_path() / fmt::format("dmc-bench-{}", getpid());
  try {
    bench_small(root);
    const auto ten = compile_many(root, 10'000);
    line("compile 10,000 tables, one changed column", fmt::format("{:.2f} s, {} MB", ten.wall, ten.peak_kib / 1024),
         "<= 1.0 s, <= 400 MB");
    const auto forty = compile_many(root, 40'000);
    line("compile 40,000 tables",
         fmt::format("{:.2f} s, {:.1f} x, {} MB", forty.wall, forty.wall / ten.wall, forty.peak_kib / 1024),
         "<= 4.4 x");
    bench_backfill(root, rows);
    bench_rebuild(root, rows);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    fs::remove_all(root);
    return 1;
  }
  fs::remove_all(root);
}
