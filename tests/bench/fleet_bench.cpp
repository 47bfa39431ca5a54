// A fleet of SQLite files and one plan of ten steps, eight at once, beside the bare statements sent the same way; then
// `status` over all of them. Prints figures, gives no verdict by exit code: machines are shared, ratios are what
// counts.
//   bench_fleet [PATH_OF_DMC [TARGETS [FOLDER]]]      without a path, the dmc beside it; FOLDER must lie on a real disk
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "compiler/plan/plan.hpp"

namespace {

namespace fs = std::filesystem;

constexpr int at_once = 8;

std::string program;

double timed(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Of this process, in seconds.
double processor_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Cost {
  double wall = 0;
  double processor = 0;
  long peak_kib = 0;
};

/// Runs dmc in `folder`. Throws when it does not answer 0.
Cost dmc(const fs::path& folder, std::vector<std::string> words) {
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
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::ifstream log(folder / "bench.log");
    throw std::runtime_error(
        fmt::format("dmc {} failed:\n{}", fmt::join(words, " "), std::string{std::istreambuf_iterator<char>(log), {}}));
  }
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss};
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};

void execute(sqlite3* connection, const std::string& sql) {
  char* error = nullptr;
  if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) throw std::runtime_error(error);
}

/// What the plan sends, step by step, each in a transaction of its own, and nothing else.
void bare(const fs::path& folder, const dmc::plan::Plan& plan, int targets) {
  std::atomic<int> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < at_once; ++i)
    threads.emplace_back([&] {
      for (int target = next++; target < targets; target = next++) {
        sqlite3* opened = nullptr;
        if (sqlite3_open_v2((folder / fmt::format("t{:04}.db", target)).c_str(), &opened,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
          std::abort();
        const std::unique_ptr<sqlite3, Close> connection(opened);
        for (const auto& statement : plan.databases.front().preamble) execute(opened, statement);
        for (const auto& step : plan.steps) {
          execute(opened, "begin immediate");
          if (const auto* run = std::get_if<dmc::plan::RunSql>(&step.action))
            for (const auto& statement : run->statements) execute(opened, statement);
          execute(opened, "commit");
        }
      }
    });
  for (auto& thread : threads) thread.join();
}

void copy_all(const fs::path& from, const fs::path& to, int targets) {
  fs::create_directories(to);
  for (int i = 0; i < targets; ++i) {
    const auto name = fmt::format("t{:04}.db", i);
    fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing);
  }
  sync();
}

void line(const std::string& what, const std::string& figure, const std::string& bar) {
  fmt::print("{:<58} {:>28}   bar {}\n", what, figure, bar);
}

void measure(const fs::path& folder, int targets) {
  std::string more, list;
  const auto schema = [&](const std::string& column, const std::string& tables) {
    std::string text = "database shop on sqlite 3.40 {\n";
    for (int i = 0; i < 4; ++i)
      text += fmt::format("  table base{} {{ id integer primary key; name text not null; {} }}\n", i, column);
    return text + tables + "}\n";
  };
  for (int i = 0; i < 6; ++i) more += fmt::format("  table more{} {{ id integer primary key; note text; }}\n", i);
  for (int i = 0; i < targets; ++i)
    list +=
        fmt::format("{}{{\"name\": \"t{:04}\", \"at\": \"sqlite:../t{:04}.db\", \"tags\": [], \"gate\": \"ready\"}}",
                    i ? ",\n" : "[", i, i);
  write(folder / "project.mig", "project shop { edition 1; }\n");
  write(folder / "clusters/fleet.mig",
        fmt::format("cluster fleet {{\n  disposable;\n  database shop {{ shards from json './shards.json'; }}\n"
                    "  wave all parallel {};\n}}\n",
                    at_once));
  write(folder / "clusters/shards.json", list + "]\n");
  write(folder / "schema/shop.mig", schema("", ""));
  write(folder / "changes/0001.mig", "change 1 'base';\n");
  dmc(folder, {"compile"});
  const auto run = [&](const std::string& plan) {
    return dmc(folder, {"run", plan, "--cluster", "clusters/fleet.mig", "--yes", "--no-progress"});
  };
  long memory = run("plans/0001.plan.json").peak_kib;
  write(folder / "schema/shop.mig", schema("more integer;", more));
  write(folder / "changes/0002.mig", "change 2 'ten steps';\n");
  dmc(folder, {"compile"});
  dmc::plan::JsonError error;
  const auto plan = dmc::plan::read_plan(read(folder / "plans/0002.plan.json"), error);
  if (!plan) throw std::runtime_error(error.message);
  const auto saved = folder / "saved";
  copy_all(folder, saved, targets);
  constexpr int rounds = 3;
  std::vector<double> walls, processors;
  Cost limit{1e9, 1e9, 0}, ours{1e9, 1e9, 0};
  for (int round = 0; round < rounds; ++round) {
    copy_all(saved, folder / "bare", targets);
    const auto before = processor_time();
    const auto wall = timed([&] { bare(folder / "bare", plan->plan, targets); });
    const auto processor = processor_time() - before;
    copy_all(saved, folder, targets);
    const auto cost = run("plans/0002.plan.json");
    memory = std::max(memory, cost.peak_kib);
    walls.push_back(cost.wall / wall);
    processors.push_back(cost.processor / processor);
    limit = {std::min(limit.wall, wall), std::min(limit.processor, processor), 0};
    ours = {std::min(ours.wall, cost.wall), std::min(ours.processor, cost.processor), 0};
  }
  std::sort(walls.begin(), walls.end());
  std::sort(processors.begin(), processors.end());
  const auto both = [](const Cost& cost) {
    return fmt::format("{:.2f} s, processor {:.2f} s", cost.wall, cost.processor);
  };
  line(fmt::format("bare statements of {} steps on {} files, {} at once", plan->plan.steps.size(), targets, at_once),
       both(limit), "(the limit)");
  line("dmc run of the plan on them, looked at first", both(ours), "(no bar)");
  line("ratio, median of three", fmt::format("{:.2f}, processor {:.2f}", walls[rounds / 2], processors[rounds / 2]),
       "<= 1.2");
  line("memory", fmt::format("{:.0f} MB", static_cast<double>(memory) / 1024), "<= 200 MB");
  for (const char* question : {"status", "drift", "verify"}) {
    const auto wall = dmc(folder, {question, "--cluster", "clusters/fleet.mig"}).wall;
    line(fmt::format("dmc {} over them", question), fmt::format("{:.2f} s", wall),
         std::string_view(question) == "status" ? "<= 2 s" : "(no bar)");
  }
}

}  // namespace

int main(int count, char** words) {
  program = count > 1 ? fs::absolute(words[1]).string() : (fs::absolute(words[0]).parent_path() / "dmc").string();
  const int targets = count > 2 ? std::atoi(words[2]) : 1000;
  const auto base = count > 3 ? fs::path(words[3]) : fs::temp_directory_path();
  const auto folder = fs::absolute(base) / fmt::format("dmc-fleet-{}", getpid());
  int code = 0;
  try {
    measure(folder, targets);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    code = 1;
  }
  fs::remove_all(folder);
  return code;
}
