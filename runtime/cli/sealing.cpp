// Reads the index and adds to it.
#include "runtime/cli/sealing.hpp"

#include <algorithm>

#include "runtime/cli/plan_files.hpp"
#include "runtime/cli/project.hpp"

namespace dmc::cli {

catalog::Index read_index(const std::optional<std::string>& bytes) {
  if (!bytes) return {};
  plan::JsonError error;
  auto index = catalog::read_index(*bytes, error);
  if (!index) throw not_ours(std::string(index_name), error);
  return std::move(*index);
}

std::optional<catalog::Sealed> sealed_version(const std::filesystem::path& file, std::int64_t number) {
  const auto project = find_project_if_there(file.parent_path());
  if (!project) return std::nullopt;
  for (const auto& sealed : read_index(project->file_if_there(index_name)).sealed)
    if (sealed.number == number) return sealed;
  return std::nullopt;
}

catalog::Index with_sealed(catalog::Index index, catalog::Sealed sealed) {
  const auto place = std::find_if(index.sealed.begin(), index.sealed.end(),
                                  [&](const auto& other) { return other.number > sealed.number; });
  index.sealed.insert(place, std::move(sealed));
  ++index.sequence;
  return index;
}

}  // namespace dmc::cli
