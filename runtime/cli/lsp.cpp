// dmc lsp: the language server on standard input and output, with the files of projects lent to it.
#include <exception>
#include <istream>
#include <ostream>

#include "editors/lsp/serve.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/session/scratch.hpp"

namespace dmc::cli {
namespace {

class Files final : public lsp::Disk {
 public:
  std::optional<std::string> root_of(const std::string& path) override {
    const auto project = find_project_if_there(path);
    return project ? std::optional(project->root().string()) : std::nullopt;
  }

  bool is_source(const std::string& name) override { return is_source_name(name); }

  lsp::Loaded load(const std::string& root) override {
    lsp::Loaded loaded;
    const auto say = [&](const std::string& problem) {
      if (loaded.problem.find(problem) == std::string::npos)
        loaded.problem += (loaded.problem.empty() ? "" : "\n") + problem;
    };
    // An editor shows what it can: a file that cannot be read is said, and the rest is there.
    try {
      const Project project(root, [&](const Refusal& refusal) { say(refusal.what()); });
      loaded.input = project.compile_input();
      loaded.input.sources = project.sources();
    } catch (const std::exception& problem) {
      loaded.is_known = false;
      say(problem.what());
    }
    loaded.input.trial = session::try_in_scratch;
    return loaded;
  }
};

Exit run(const Arguments&, World& world) {
  std::ios::sync_with_stdio(false);  // what has come can be asked for only so
  Files files;
  const int code = lsp::serve(world.in, world.out, files, world.dialects, std::string(version));
  return code == 0 ? Exit::done : Exit::refused;
}

}  // namespace

Command lsp_command() {
  return {"lsp",
          "help an editor with .mig files: the language server",
          {},
          {{.name = "--stdio", .value = "", .says = "what it does anyway: some editors say so"}},
          run};
}

}  // namespace dmc::cli
