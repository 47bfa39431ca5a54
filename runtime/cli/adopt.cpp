// dmc adopt: brings a live database under management, as it is.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "compiler/compile.hpp"
#include "compiler/dialects/spelling.hpp"
#include "compiler/model/members.hpp"
#include "compiler/model/print.hpp"
#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"
#include "runtime/cli/live.hpp"
#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/sealing.hpp"
#include "runtime/cli/targets.hpp"
#include "runtime/cli/words.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/journal/event.hpp"

namespace dmc::cli {
namespace {

/// Files written one after the other, and put back as they were when adopting fails half-way.
class Writing {
 public:
  explicit Writing(const Project& project) : project_(project) {}
  void write(const std::string& name, std::string_view bytes) {
    auto before = project_.file_if_there(name);
    project_.write(name, bytes);
    written_.push_back({name, std::move(before)});
  }
  void take_back() {
    std::error_code ignored;  // what cannot be removed is no worse than what could not be finished
    for (const auto& [name, before] : written_) {
      if (before)
        project_.write(name, *before);
      else
        std::filesystem::remove(project_.at(name), ignored);
    }
    written_.clear();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& [name, before] : written_) names.push_back(name);
    return names;
  }

 private:
  const Project& project_;
  std::vector<std::pair<std::string, std::optional<std::string>>> written_;
};

struct Known {
  std::int64_t number = 0;
  std::string project;
  std::string hash;
};

/// Every version of the database that the project's catalogs hold, newest first.
std::vector<Known> versions_of(const Project& project, const std::string& name) {
  std::vector<Known> found;
  for (const auto& [number, bytes] : project.catalogs()) {
    plan::JsonError error;
    const auto file = catalog::read_catalog(bytes, error);
    if (!file) throw not_ours(catalog_name(number), error);
    for (const auto& database : file->catalog.databases)
      if (database.model.name == name) found.insert(found.begin(), {number, file->catalog.project, database.hash});
  }
  return found;
}

executor::TargetResult mark(const executor::Adoption& adoption, const session::Url& url, World& world) {
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  return executor::adopt(adoption, {adoption.database, url}, surroundings);
}

Refusal not_marked(const std::string& name, const session::Url& url, const executor::TargetResult& result) {
  std::vector<std::string> next{"no file was written and the database is as it was"};
  if (!result.next.command.empty()) next.push_back(fmt::format("{}:  {}", result.next.text, result.next.command));
  return {static_cast<Exit>(result.exit_code),
          fmt::format("{} was not adopted as '{}': {}", url.shown(), name, result.text), std::move(next)};
}

void say_unmodelled(const std::vector<std::string>& unmodelled, World& world) {
  if (unmodelled.empty()) return;
  world.out << "\nleft alone, because dmc does not model it:\n";
  for (const auto& line : unmodelled) world.out << "  " << grammar::escaped(line) << "\n";
}

void refuse_managed(const std::string& name, const session::Url& url, World& world) {
  journal::Sinks nobody({});
  auto surroundings = environment(world, nobody);
  const auto called = executor::named_by_ledger(url, surroundings);
  if (!called) return;
  throw Refusal(Exit::elsewhere,
                fmt::format("{} was not adopted as '{}': it has a ledger already, as database '{}'", url.shown(), name,
                            grammar::escaped(*called)),
                {executor::command_line("status", "", {{*called, url}}) + "    says where it stands"});
}

/// The project knows the database already: this is one more place where it lies.
Exit adopt_another(const std::string& name, const session::Url& url, const std::vector<Known>& versions, World& world) {
  const auto inspected = inspect_live(url, name, world);
  const auto hash = model::state_hash(inspected.database);
  const auto known =
      std::find_if(versions.begin(), versions.end(), [&](const Known& version) { return version.hash == hash; });
  if (known == versions.end()) refuse_managed(name, url, world);
  if (known == versions.end())
    throw Refusal(
        Exit::elsewhere,
        fmt::format("the project has a database '{}' already, and what lies at {} is none of its versions", name,
                    url.shown()),
        {"nothing was changed; compare what is there with schema/ and changes/:",
         fmt::format("  dmc inspect {} --name {}", executor::shell_word(url.shown()), name),
         "then bring it to one of the versions by hand and adopt it again, or adopt it as a database of its own:",
         fmt::format("  dmc adopt OTHER_NAME --from {}", executor::shell_word(url.shown()))});
  const auto result = mark({known->project, name, hash, std::to_string(known->number)}, url, world);
  if (result.exit_code != 0) throw not_marked(name, url, result);
  world.out << fmt::format("{} is {} at version {}: marked as such, nothing else was changed\n", url.shown(), name,
                           known->number);
  say_unmodelled(inspected.unmodelled, world);
  return Exit::done;
}

struct Written {
  Compiled compiled;
  std::string schema_name;
  std::string change_name;
  std::string schema;
  std::string change;
  std::optional<std::string> project_file;
};

/// Compiles the project with the database added, in memory; a Refusal when that is not what lies there.
Written compile_with(const Project& project, const std::string& name, const dialects::Inspected& inspected, bool fresh,
                     World& world) {
  auto input = project.compile_input();
  const auto number = input.catalogs.empty() ? 1 : input.catalogs.back().first + 1;
  Written written{
      {}, fmt::format("schema/{}.mig", name), fmt::format("changes/{:04}_adopt.mig", number), "", "", std::nullopt};
  written.schema = model::print(inspected.database, inspected.unmodelled,
                                dialects::spelling_of(*world.dialects.find(inspected.database.engine)));
  written.change = fmt::format("change {} 'adopt' {{\n  adopt {};\n}}\n", number, model::quoted(name));
  if (fresh) written.project_file = fmt::format("project {} {{\n  edition 1;\n}}\n", model::quoted(name));
  for (const auto& existing : {written.schema_name, written.change_name})
    if (project.file_if_there(existing))
      throw Refusal(Exit::refused,
                    fmt::format("{} is there already, and what a person edited is not overwritten", existing),
                    {"nothing was written; move it away, or choose another name for the database"});
  input.sources.push_back({written.schema_name, written.schema});
  input.sources.push_back({written.change_name, written.change});
  if (written.project_file) input.sources.push_back({"project.mig", *written.project_file});
  std::sort(input.sources.begin(), input.sources.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  grammar::Sources sources;
  grammar::Diagnostics diagnostics;
  written.compiled = dmc::compile(input, world.dialects, sources, diagnostics);
  if (!diagnostics.has_errors()) return written;
  world.err << findings_text(diagnostics, sources, {});
  throw Refusal(Exit::refused,
                fmt::format("the project with '{}' in it does not compile ({})", name, findings_count(diagnostics)),
                {"nothing was written and the database is as it was"});
}

/// What the sources say must be what lies there, or the first change would begin by undoing the difference.
void check_same(const Written& written, const std::string& name, const dialects::Inspected& inspected) {
  std::vector<std::string> lines;
  for (const auto& database : written.compiled.catalog.databases) {
    if (database.model.name != name) continue;
    if (database.hash == model::state_hash(inspected.database)) return;
    lines = model::differing_objects(inspected.database, database.model);
  }
  constexpr std::size_t most = 8;
  if (lines.size() > most) lines.resize(most);
  for (auto& line : lines) line = grammar::escaped(line);
  throw Refusal(Exit::refused,
                fmt::format("this version of dmc cannot write '{}' down exactly as it is, so it was not adopted", name),
                [&] {
                  lines.insert(lines.end(), {"nothing was written and the database is as it was",
                                             "please report it with what  dmc inspect  prints"});
                  return lines;
                }());
}

/// The version that a database is marked with has shipped: its change must not become something else.
std::string sealed_with(const Project& project, const Compiled& compiled) {
  const auto index = read_index(project.file_if_there(index_name));
  return catalog::write_index(
      with_sealed(index, {compiled.catalog.number, plan::digest(compiled.catalog_bytes),
                          plan::digest(compiled.plan_bytes), compiled.plan.reverse, compiled.catalog.change_digest}));
}

/// What is adopted counts as done.
void check_proven(const std::string& name, const model::Database& there) {
  auto lines = unproven(there);
  if (lines.empty()) return;
  for (auto& line : lines) line = grammar::escaped(line);
  lines.insert(lines.end(), {"prove it (alter table TABLE validate constraint NAME; reindex index NAME) or drop it,",
                             "then adopt again; nothing was written and the database is as it was"});
  throw Refusal(Exit::refused, fmt::format("'{}' holds what was never proven or finished, so it was not adopted", name),
                std::move(lines));
}

Exit adopt_first(const Project& project, bool fresh, const std::string& name, const session::Url& url, World& world) {
  const auto inspected = inspect_live(url, name, world);
  check_proven(name, inspected.database);
  const auto written = compile_with(project, name, inspected, fresh, world);
  check_same(written, name, inspected);
  const auto number = written.compiled.plan.number;
  Writing files(project);
  executor::TargetResult result;
  try {
    if (written.project_file) files.write("project.mig", *written.project_file);
    files.write(written.schema_name, written.schema);
    files.write(written.change_name, written.change);
    files.write(catalog_name(number), written.compiled.catalog_bytes);
    files.write(plan_name(number), written.compiled.plan_bytes);
    files.write(undo_plan_name(number), written.compiled.reverse_bytes);
    files.write(std::string(index_name), sealed_with(project, written.compiled));
    result =
        mark({written.compiled.catalog.project, name, model::state_hash(inspected.database), std::to_string(number)},
             url, world);
  } catch (...) {
    files.take_back();
    throw;
  }
  if (result.exit_code != 0) {
    files.take_back();
    throw not_marked(name, url, result);
  }
  const auto& there = inspected.database;
  world.out << fmt::format("adopted {} from {}: {}, {}, {}, as version {}\n", name, url.shown(),
                           counted(there.tables.size(), "table"), counted(there.views.size(), "view"),
                           counted(there.triggers.size(), "trigger"), number);
  for (const auto& file : files.names()) world.out << "  wrote " << file << "\n";
  world.out << "  marked the database with its version; nothing else in it was changed\n";
  say_unmodelled(inspected.unmodelled, world);
  world.out << "\nNext\n"
            << next_commands({{"edit " + written.schema_name, "say what should be"},
                              {"dmc draft", fmt::format("see which statements that needs, as change {}", number + 1)}});
  return Exit::done;
}

Exit run(const Arguments& arguments, World& world) {
  const auto name = *arguments.operand();
  if (!is_plain_name(name))
    throw Refusal(Exit::usage, fmt::format("'{}' cannot be the name of a database: letters, digits and _ make one",
                                           grammar::escaped(name)));
  const auto from = arguments.value("--from");
  if (!from)
    throw Refusal(Exit::usage, "'dmc adopt' needs to know where the database is",
                  {fmt::format("dmc adopt {} --from sqlite:{}.db", name, name)});
  const auto url = read_url(*from);
  const auto there = arguments.given("--project") ? std::optional(find_project(arguments, world))
                                                  : find_project_if_there(world.directory);
  const auto project = there.value_or(Project(world.directory));
  if (const auto versions = versions_of(project, name); !versions.empty())
    return adopt_another(name, url, versions, world);
  return adopt_first(project, !there, name, url, world);
}

}  // namespace

Command adopt_command() {
  return {"adopt",
          "bring a live database under management, as it is",
          {{"NAME", true, false, Completes::nothing}},
          {{"--from", "URL", "where the database is", {}, false, Completes::database, true}, project_option()},
          run};
}

}  // namespace dmc::cli
