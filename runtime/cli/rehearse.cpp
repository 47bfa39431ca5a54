// dmc rehearse: a plan tried out on a throw-away database, and the proof of it.
#include "runtime/rehearse/rehearse.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <ostream>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include "compiler/catalog/catalog.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/proof_files.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/report/rehearsal.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, in memory where the machine has such a place; gone at the end unless it is kept.
class Playground {
 public:
  Playground(bool kept, bool for_server) : kept_(kept) {
    std::error_code problem;
    // A server's own files are larger than the memory that a container has for such a place.
    constexpr std::uint64_t enough = 2ULL << 30U;
    const bool in_memory =
        !kept && ::access("/dev/shm", W_OK | X_OK) == 0 && (!for_server || free_in("/dev/shm") >= enough);
    const fs::path base = in_memory ? fs::path("/dev/shm") : fs::temp_directory_path(problem);
    std::string pattern = (base / "dmc-rehearsal-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw Refusal(Exit::refused, fmt::format("no folder can be made in {} for a throw-away database", base.string()),
                    {"nothing was changed; set TMPDIR to a folder that can be written"});
    path_ = pattern;
  }
  ~Playground() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(path_, ignored);
  }
  Playground(const Playground&) = delete;
  Playground& operator=(const Playground&) = delete;
  const fs::path& path() const { return path_; }

 private:
  static std::uint64_t free_in(const char* path) {
    struct statvfs facts {};
    return ::statvfs(path, &facts) == 0 ? static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize : 0;
  }

  fs::path path_;
  bool kept_;
};

/// The bytes of every catalog, the newest first: what a plan needs is mostly two of them.
std::vector<std::string> catalogs_of(const Project& project) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(project.at("catalog"), problem))
    if (entry.path().extension() == ".json" && entry.path().filename() != "index.json") files.push_back(entry.path());
  std::sort(files.rbegin(), files.rend());
  std::vector<std::string> catalogs;
  for (const auto& file : files) catalogs.push_back(read_file(file, "catalog/" + file.filename().string()));
  return catalogs;
}

/// The plan's databases, as the committed catalogs hold them at the states it leads from and to.
rehearse::Ground ground_of(const executor::PlanPair& plans, const World& world) {
  std::error_code problem;
  const auto folder = (world.directory / plans.path).lexically_normal().parent_path();
  const auto project = find_project_if_there(fs::is_directory(folder, problem) ? folder : world.directory);
  const auto catalogs = project ? catalogs_of(*project) : std::vector<std::string>{};
  rehearse::Ground ground;
  for (const auto& input : plans.forward.plan.databases) {
    const auto find = [&](const std::string& hash) -> std::optional<model::Database> {
      model::Database empty;
      empty.name = input.name;
      empty.engine = input.engine;
      empty.oldest_version = input.oldest_version;
      if (model::state_hash(empty) == hash) return empty;
      for (const auto& bytes : catalogs) {
        if (bytes.find(hash) == std::string::npos) continue;
        plan::JsonError error;
        const auto catalog = catalog::parse_catalog(bytes, error);
        if (!catalog) continue;
        for (const auto& held : catalog->databases)
          if (held.model.name == input.name && held.hash == hash) return held.model;
      }
      return std::nullopt;
    };
    if (auto base = find(input.from)) ground.base.push_back(std::move(*base));
    if (auto target = find(input.to)) ground.target.push_back(std::move(*target));
  }
  return ground;
}

std::int64_t number_of(const Arguments& arguments, std::string_view option, std::int64_t usual, std::int64_t most) {
  const auto text = arguments.value(option);
  if (!text) return usual;
  std::int64_t number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec == std::errc() && read.ptr == text->data() + text->size() && number >= 0 && number <= most) return number;
  throw Refusal(Exit::usage,
                fmt::format("'{} {}': a number from 0 to {} was expected", option, grammar::escaped(*text), most));
}

/// One record for each build of an engine; what was rehearsed of another plan says nothing of this one, and what was
/// shown before a failure is no longer true.
void write_proof(const std::string& typed, const trust::Rehearsal& record, bool passed, World& world) {
  auto proof = read_proof(typed, world);
  const auto before = proof;
  proof.plan = record.plan;
  std::erase_if(proof.rehearsals, [&](const auto& other) {
    return other.plan != record.plan || (other.engine == record.engine && other.engine_build == record.engine_build);
  });
  if (passed) proof.rehearsals.push_back(record);
  if (!passed && proof.rehearsals == before.rehearsals) return;
  const auto name = proof_name(typed);
  write_file(world.directory / name, trust::write_proof(proof), name);
}

/// In the folder that the environment names, DMC_POSTGRES_BIN, else in those that commands come from.
void look_for_servers(rehearse::Options& options, std::string engine, const World& world) {
  const auto variable = [&](const char* name) { return world.variable ? world.variable(name) : std::nullopt; };
  for (auto& c : engine) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (const auto folder = variable(("DMC_" + engine + "_BIN").c_str()); folder && !folder->empty()) {
    options.server_binaries = {*folder};
    options.only_these_binaries = true;
    return;
  }
  const auto path = variable("PATH").value_or("");
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find(':', begin), path.size());
    if (end > begin) options.server_binaries.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
}

Exit run(const Arguments& arguments, World& world) {
  const auto typed = *arguments.operand();
  const auto plans = read_plan_pair(typed, world);
  rehearse::Options options;
  options.rows = number_of(arguments, "--rows", options.rows, 100'000);
  options.crash_points = number_of(arguments, "--crash-points", options.crash_points, 100'000);
  const bool json = as_json(arguments), kept = arguments.given("--keep");
  const auto databases = databases_of(plans.forward.plan);
  if (arguments.given("--on"))
    for (auto& target : read_targets(rehearse_command(), arguments, world)) {
      if (std::find(databases.begin(), databases.end(), target.database) == databases.end())
        check_targets({target}, databases);
      options.on.push_back(std::move(target));
    }
  const auto ground = ground_of(plans, world);
  (void)read_proof(typed, world);  // one that cannot be read is said before the work begins
  const auto& engines = plans.forward.plan.databases;
  const Playground playground(kept, !engines.empty() && engines.front().engine != "sqlite");
  options.folder = playground.path();
  options.keep = kept;
  if (!engines.empty()) look_for_servers(options, engines.front().engine, world);
  journal::Sinks nobody({});
  auto around = environment(world, nobody);
  const auto result = rehearse::rehearse(plans, ground, options, around);
  if (result.exit_code == executor::exit_code::refused)
    throw Refusal(
        Exit::refused,
        fmt::format("{} is not rehearsed{}: {}", grammar::escaped(typed),
                    result.code.empty() ? "" : fmt::format(" [{}]", result.code), grammar::escaped(result.text)),
        result.code.empty() ? std::vector<std::string>{"nothing was changed"}
                            : std::vector{fmt::format("dmc explain {}    says more", result.code)});
  if (result.exit_code == executor::exit_code::interrupted)
    throw Refusal(Exit::interrupted, fmt::format("the rehearsal of {} was interrupted", grammar::escaped(typed)),
                  {"nothing was changed but throw-away databases; no proof was written"});
  write_proof(typed, result.record, result.exit_code == 0, world);
  world.out << report::render(result, json ? report::Format::json : report::Format::text);
  auto& notes = json ? world.err : world.out;
  notes << "\n";
  if (result.exit_code == 0)
    notes << fmt::format("wrote {}\n", grammar::escaped(proof_name(typed)));
  else
    notes << "the proof does not say that it was rehearsed\n";
  for (const auto& target : result.left)
    notes << fmt::format("kept {} at {}\n", grammar::escaped(target.database), grammar::escaped(target.url.shown()));
  if (!result.running.empty())
    notes << fmt::format("their server goes on running until   {}\n", grammar::escaped(result.running));
  std::string on;
  for (const auto& database : databases) on += fmt::format(" --on {}=URL", executor::shell_word(database));
  if (result.exit_code == 0)
    notes << fmt::format("next: ask the real database whether its rows fit\n      dmc preflight {}{}\n",
                         grammar::escaped(executor::shell_word(typed)), grammar::escaped(on));
  else
    notes << fmt::format("next: mend what the message names, compile, and rehearse again{}\n",
                         kept ? "" : "; --keep leaves the databases to look at");
  return static_cast<Exit>(result.exit_code);
}

}  // namespace

Command rehearse_command() {
  return {"rehearse",
          "try a plan out on a throw-away database, there and back, and keep the proof",
          {{"PLAN", true, false, Completes::plan}},
          {{"--on",
            "NAME=URL",
            "run it there, where nothing is yet; of an engine with servers: on that server",
            {},
            true,
            Completes::database},
           {"--rows", "N", "generated rows for each table; without it 20"},
           {"--crash-points", "N", "how many crashes are tried in each direction; without it 16"},
           {"--keep", "", "leave the throw-away databases where they are, and say where"},
           text_or_json_option()},
          run};
}

}  // namespace dmc::cli
