// A project on disk: where its root is, what of it the compiler reads, where what is compiled goes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/check/check.hpp"
#include "compiler/compile.hpp"
#include "runtime/cli/command.hpp"
#include "runtime/cli/exit.hpp"

namespace dmc::cli {

/// `--project FOLDER`, of every command that works on a project.
Option project_option();

class Project {
 public:
  /// What is told of a file that cannot be read.
  using Unreadable = std::function<void(const Refusal&)>;

  /// With `unreadable`, such a file is told of and left out; without, the Refusal is thrown, as it always is of a
  /// folder that cannot be listed.
  explicit Project(std::filesystem::path root, Unreadable unreadable = {})
      : root_(std::move(root)), unreadable_(std::move(unreadable)) {}

  const std::filesystem::path& root() const { return root_; }
  /// "db/" of a project in the folder db of a repository, whose root is the nearest folder upwards with a .git; empty
  /// for one that is the root itself, or that lies in no repository.
  std::string in_repository() const;
  /// What paths of the project begin with where the command was typed: "../" in one of its folders, empty in its root.
  std::string from(const std::filesystem::path& directory) const;
  std::filesystem::path at(std::string_view name) const { return root_ / name; }

  /// Every .mig file of the project, by name: those beside project.mig, and those below schema/, changes/, patterns/,
  /// policies/ and clusters/, without what begins with a dot.
  std::vector<check::SourceText> sources() const;
  /// Number and bytes of every catalog/NNNN.json, by number.
  std::vector<std::pair<std::int64_t, std::string>> catalogs() const;
  /// Every catalog/NNNN.k.json, by number and stage.
  std::vector<catalog::StageFile> stages() const;
  /// Every catalog/NNNN.settled.json, by number.
  std::vector<catalog::SettledFile> settled() const;
  /// What a compile reads: all sources but the inventory in clusters/.
  CompileInput compile_input() const;
  std::optional<std::string> file_if_there(std::string_view name) const;
  void write(std::string_view name, std::string_view bytes) const;
  /// Takes a file of dmc's own away; nothing when it is not there.
  void remove(std::string_view name) const;

 private:
  std::optional<std::string> read(const std::filesystem::path& path) const;

  std::filesystem::path root_;
  Unreadable unreadable_;
};

/// The folder of the nearest project.mig, from where dmc was started upwards; or that of `--project`.
Project find_project(const Arguments& arguments, const World& world);
std::optional<Project> find_project_if_there(const std::filesystem::path& start);

/// Whether a file of that name, relative to the project's folder, is one of `Project::sources`.
bool is_source_name(std::string_view name);

/// "catalog/0007.json", "catalog/0007.1.json", "catalog/0007.settled.json", "plans/0007.plan.json",
/// "plans/0007.undo.plan.json", "changes/0007_title.mig"
std::string catalog_name(std::int64_t number);
std::string stage_catalog_name(std::int64_t number, std::int64_t stage);
std::string settled_name(std::int64_t number);
std::string plan_name(std::int64_t number);
std::string undo_plan_name(std::int64_t number);
std::string change_name(std::int64_t number, std::string_view title);

}  // namespace dmc::cli
