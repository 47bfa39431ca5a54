// Reads and writes the files of a project; what is in them is the compiler's affair.
#include "runtime/cli/project.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/files.hpp"
#include "runtime/cli/sealing.hpp"
#include "runtime/cli/version.hpp"

namespace dmc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view marker = "project.mig";
constexpr std::array<std::string_view, 5> source_folders{"changes", "clusters", "patterns", "policies", "schema"};

bool hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

/// Regular .mig files of a folder and, when `deep`, of those below it; links to folders are not followed.
void collect(const fs::path& folder, bool deep, std::vector<fs::path>& found) {
  std::error_code problem;
  fs::directory_iterator entries(folder, problem);
  if (problem == std::errc::no_such_file_or_directory) return;
  if (problem)
    throw Refusal(Exit::refused,
                  fmt::format("cannot look into {}: {}", grammar::escaped(folder.generic_string()), problem.message()));
  for (const auto& entry : entries) {
    if (hidden(entry.path())) continue;
    if (entry.is_directory(problem) && !entry.is_symlink(problem)) {
      if (deep) collect(entry.path(), deep, found);
    } else if (entry.path().extension() == ".mig") {
      found.push_back(entry.path());
    }
  }
}

std::optional<std::int64_t> number_of(const fs::path& file) {
  const auto stem = file.stem().string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  if (error != std::errc{} || end != stem.data() + stem.size() || stem.size() < 4 || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

Option project_option() {
  return {"--project", "FOLDER", "the project's folder, instead of the nearest one upwards",
          {},          false,    Completes::directory};
}

std::vector<check::SourceText> Project::sources() const {
  std::vector<fs::path> found;
  collect(root_, false, found);
  for (const auto folder : source_folders) collect(root_ / folder, true, found);
  std::vector<check::SourceText> texts;
  for (const auto& path : found) {
    const auto name = path.lexically_relative(root_).generic_string();
    texts.push_back({name, read_file(path, name)});
  }
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return texts;
}

std::vector<std::pair<std::int64_t, std::string>> Project::catalogs() const {
  std::vector<std::pair<std::int64_t, std::string>> result;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(root_ / "catalog", problem)) {
    const auto number = entry.path().extension() == ".json" ? number_of(entry.path()) : std::nullopt;
    if (number) result.emplace_back(*number, read_file(entry.path(), "catalog/" + entry.path().filename().string()));
  }
  std::sort(result.begin(), result.end());
  return result;
}

CompileInput Project::compile_input() const {
  CompileInput input;
  input.sources = sources();
  std::erase_if(input.sources, [](const auto& source) { return source.name.starts_with("clusters/"); });
  input.catalogs = catalogs();
  input.index = file_if_there(index_name);
  input.compiler_version = version;
  return input;
}

std::optional<std::string> Project::file_if_there(std::string_view name) const {
  return read_file_if_there(at(name), std::string(name));
}

void Project::write(std::string_view name, std::string_view bytes) const {
  write_file(at(name), bytes, std::string(name));
}

std::optional<Project> find_project_if_there(const fs::path& start) {
  std::error_code problem;
  for (auto folder = start; !folder.empty(); folder = folder.parent_path()) {
    if (fs::is_regular_file(folder / marker, problem)) return Project(folder);
    if (folder == folder.root_path()) break;
  }
  return std::nullopt;
}

Project find_project(const Arguments& arguments, const World& world) {
  if (const auto folder = arguments.value("--project")) {
    std::error_code problem;
    const auto root = (world.directory / *folder).lexically_normal();
    if (fs::is_regular_file(root / marker, problem)) return Project(root);
    throw Refusal(Exit::usage, fmt::format("there is no project.mig in {}", grammar::escaped(*folder)),
                  {fmt::format("start one there:  dmc new {}", grammar::escaped(*folder))});
  }
  if (auto project = find_project_if_there(world.directory)) return std::move(*project);
  throw Refusal(Exit::usage,
                fmt::format("there is no project here: neither {} nor a folder above it has a project.mig",
                            grammar::escaped(world.directory.string())),
                {"start one:                     dmc new shop",
                 "or from a database there is:   dmc adopt shop --from sqlite:shop.db"});
}

std::string catalog_name(std::int64_t number) { return fmt::format("catalog/{:04}.json", number); }
std::string plan_name(std::int64_t number) { return fmt::format("plans/{:04}.plan.json", number); }
std::string undo_plan_name(std::int64_t number) { return fmt::format("plans/{:04}.undo.plan.json", number); }

std::string change_name(std::int64_t number, std::string_view title) {
  std::string slug;
  for (const char c : title) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      slug += c;
    else if (!slug.empty() && slug.back() != '_')
      slug += '_';
  }
  while (!slug.empty() && slug.back() == '_') slug.pop_back();
  return fmt::format("changes/{:04}{}{}.mig", number, slug.empty() ? "" : "_", slug);
}

}  // namespace dmc::cli
