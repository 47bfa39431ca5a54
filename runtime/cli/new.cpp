// dmc new: a project that compiles and runs as it stands.
#include <ostream>

#include <fmt/format.h>

#include "compiler/model/print.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/live.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/executor/next.hpp"
#include "runtime/session/url.hpp"

namespace dmc::cli {
namespace {

constexpr std::string_view project_text = R"(project {0} {{
  edition 1;
}}
)";

constexpr std::string_view schema_text =
    R"(-- What should be. Change it, say in changes/ what the change means, and compile.
database {0} on {1} {2} {{
{3}}}
)";

constexpr std::string_view change_text = R"(-- What leads there. This one only creates, so it needs no statement.
change 1 'first tables';
)";

constexpr std::string_view ignore_text = "# journals of runs\n.dmc/\n*.db\n*.db-*\n";

std::filesystem::path new_folder(const std::string& typed, const World& world) {
  const auto folder = (world.directory / typed).lexically_normal();
  return folder.has_filename() ? folder : folder.parent_path();
}

std::string project_name(const std::filesystem::path& folder) { return name_from({"", folder.filename().string()}); }

const dialects::Description& engine(const Arguments& arguments, const World& world) {
  const auto name = arguments.value("--engine").value_or("sqlite");
  if (const auto* dialect = world.dialects.find(name)) return dialect->description();
  std::vector<std::string_view> names;
  for (const auto& dialect : world.dialects.all()) names.push_back(dialect->description().name);
  throw Refusal(Exit::usage, fmt::format("this version of dmc does not know the engine '{}'", grammar::escaped(name)),
                {fmt::format("it knows {}", fmt::join(names, ", "))});
}

Exit run(const Arguments& arguments, World& world) {
  const auto typed = *arguments.operand();
  const auto& description = engine(arguments, world);
  const auto folder = new_folder(typed, world);
  const auto name = project_name(folder);
  const auto quoted = model::quoted(name);
  const std::vector<std::pair<std::string, std::string>> files{
      {".gitignore", std::string(ignore_text)},
      {"project.mig", fmt::format(project_text, quoted)},
      {fmt::format("schema/{}.mig", name),
       fmt::format(schema_text, quoted, description.name, description.oldest_version, description.first_tables)},
      {"changes/0001_first_tables.mig", std::string(change_text)}};
  const Project project(folder);
  for (const auto& [file, text] : files)
    if (file != ".gitignore" && project.file_if_there(file))
      throw Refusal(Exit::refused,
                    fmt::format("{} has a {} already, and what a person edited is not overwritten",
                                grammar::escaped(typed), file),
                    {"nothing was written; choose another folder"});
  std::string written;
  for (const auto& [file, text] : files) {
    if (project.file_if_there(file)) continue;
    project.write(file, text);
    written += fmt::format("  wrote {}\n", file);
  }
  world.out << fmt::format("a new project in {}\n{}\nNext\n", grammar::escaped(typed), written);
  if (folder != world.directory.lexically_normal())
    world.out << fmt::format("  cd {}\n", grammar::escaped(executor::shell_word(typed)));
  // A file can be named at once; where a server is, its owner knows.
  const auto address = session::url_to_fill_in(description.name);
  const auto where = address.ends_with(":PATH") ? fmt::format("{}:{}.db", description.name, name) : address;
  world.out << fmt::format("  dmc compile\n  dmc run {} --on {}={}\n", plan_name(1), name, where);
  return Exit::done;
}

}  // namespace

Command new_command() {
  return {"new",
          "start a project that compiles and runs as it stands",
          {{"FOLDER", true, false, Completes::directory}},
          {{"--engine", "ENGINE", "the database it is for; sqlite if not said", {}}},
          run};
}

}  // namespace dmc::cli
