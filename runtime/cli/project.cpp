// Reads and writes the files of a project; what is in them is the compiler's affair.
#include "runtime/cli/project.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <tuple>

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

/// What is in a folder; nothing when it is not there.
std::vector<fs::directory_entry> entries_of(const fs::path& folder) {
  std::vector<fs::directory_entry> found;
  std::error_code problem;
  for (fs::directory_iterator entry(folder, problem); !problem && entry != fs::directory_iterator();
       entry.increment(problem))
    found.push_back(*entry);
  if (problem && problem != std::errc::no_such_file_or_directory)
    throw Refusal(Exit::refused,
                  fmt::format("cannot look into {}: {}", grammar::escaped(folder.generic_string()), problem.message()));
  return found;
}

/// Regular .mig files of a folder and, when `deep`, of those below it; links to folders are not followed.
void collect(const fs::path& folder, bool deep, std::vector<fs::path>& found) {
  std::error_code problem;
  for (const auto& entry : entries_of(folder)) {
    if (hidden(entry.path())) continue;
    if (entry.is_directory(problem) && !entry.is_symlink(problem)) {
      if (deep) collect(entry.path(), deep, found);
    } else if (entry.path().extension() == ".mig") {
      found.push_back(entry.path());
    }
  }
}

/// 0 for what is no number.
std::int64_t number_in(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} && end == digits.data() + digits.size() && number > 0 ? number : 0;
}

/// Calls `use` with each NNNN.json and NNNN.WORD.json of the catalog: number, word and path.
template <class Use>
void with_catalog_files(const fs::path& root, Use use) {
  constexpr std::size_t fewest_digits = 4;
  for (const auto& entry : entries_of(root / "catalog")) {
    if (entry.path().extension() != ".json") continue;
    const auto stem = entry.path().stem().string();
    const auto dot = std::min(stem.find('.'), stem.size());
    const auto number = dot < fewest_digits ? 0 : number_in(std::string_view(stem).substr(0, dot));
    if (number > 0) use(number, stem.substr(std::min(dot + 1, stem.size())), entry.path());
  }
}

}  // namespace

Option project_option() {
  return {"--project", "FOLDER", "the project's folder, instead of the nearest one upwards",
          {},          false,    Completes::directory};
}

std::optional<std::string> Project::read(const fs::path& path) const {
  const auto name = path.lexically_relative(root_).generic_string();
  try {
    return read_file(path, name);
  } catch (const Refusal& refusal) {
    if (!unreadable_) throw;
    unreadable_(refusal);
    return std::nullopt;
  }
}

std::string Project::from(const fs::path& directory) const {
  const auto way = (root_ / "").lexically_normal().lexically_relative((directory / "").lexically_normal());
  const auto text = way.generic_string();
  return text.empty() || text == "." ? std::string() : text.ends_with('/') ? text : text + "/";
}

std::string Project::in_repository() const {
  std::error_code problem;
  std::string way;
  for (auto folder = root_; !folder.empty(); folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", problem)) return way;
    if (folder == folder.root_path()) break;
    if (folder.has_filename()) way = folder.filename().string() + "/" + way;
  }
  return {};
}

std::vector<check::SourceText> Project::sources() const {
  std::vector<fs::path> found;
  collect(root_, false, found);
  for (const auto folder : source_folders) collect(root_ / folder, true, found);
  std::vector<check::SourceText> texts;
  for (const auto& path : found)
    if (auto text = read(path)) texts.push_back({path.lexically_relative(root_).generic_string(), std::move(*text)});
  std::sort(texts.begin(), texts.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return texts;
}

std::vector<std::pair<std::int64_t, std::string>> Project::catalogs() const {
  std::vector<std::pair<std::int64_t, std::string>> result;
  with_catalog_files(root_, [&](std::int64_t number, const std::string& word, const fs::path& path) {
    if (!word.empty()) return;
    if (auto bytes = read(path)) result.emplace_back(number, std::move(*bytes));
  });
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<catalog::StageFile> Project::stages() const {
  std::vector<catalog::StageFile> result;
  with_catalog_files(root_, [&](std::int64_t number, const std::string& word, const fs::path& path) {
    const auto stage = number_in(word);
    if (stage == 0) return;
    if (auto bytes = read(path)) result.push_back({number, stage, std::move(*bytes)});
  });
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return std::tie(a.number, a.stage) < std::tie(b.number, b.stage); });
  return result;
}

std::vector<catalog::SettledFile> Project::settled() const {
  std::vector<catalog::SettledFile> result;
  with_catalog_files(root_, [&](std::int64_t number, const std::string& word, const fs::path& path) {
    if (word != "settled") return;
    if (auto bytes = read(path)) result.push_back({number, std::move(*bytes)});
  });
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return result;
}

CompileInput Project::compile_input() const {
  CompileInput input;
  input.sources = sources();
  std::erase_if(input.sources, [](const auto& source) { return source.name.starts_with("clusters/"); });
  input.catalogs = catalogs();
  if (std::error_code problem; fs::exists(fs::symlink_status(at(index_name), problem)))
    input.index = read(at(index_name));
  input.stages = stages();
  input.settled = settled();
  input.compiler_version = version;
  return input;
}

std::optional<std::string> Project::file_if_there(std::string_view name) const {
  return read_file_if_there(at(name), std::string(name));
}

void Project::write(std::string_view name, std::string_view bytes) const {
  write_file(at(name), bytes, std::string(name));
}

void Project::remove(std::string_view name) const {
  std::error_code problem;
  fs::remove(at(name), problem);
  if (problem)
    throw Refusal(Exit::refused, fmt::format("cannot remove {}: {}", grammar::escaped(name), problem.message()));
}

bool is_source_name(std::string_view name) {
  const auto slash = name.find('/');
  return slash == std::string_view::npos ||
         std::find(source_folders.begin(), source_folders.end(), name.substr(0, slash)) != source_folders.end();
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
std::string stage_catalog_name(std::int64_t number, std::int64_t stage) {
  return fmt::format("catalog/{:04}.{}.json", number, stage);
}
std::string settled_name(std::int64_t number) { return fmt::format("catalog/{:04}.settled.json", number); }
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
