// Reads the index and adds to it.
#include "runtime/cli/sealing.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/plan_files.hpp"

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

trust::Seals read_seals(const Project& project) {
  const auto bytes = project.file_if_there(seals_name);
  if (!bytes) return {};
  try {
    return trust::read_seals(*bytes);
  } catch (const trust::TrustError& error) {
    throw Refusal(Exit::refused, fmt::format("{} is refused [E0512]: {}", seals_name, grammar::escaped(error.what())),
                  {"take it back from version control; what is signed cannot be mended by hand"});
  }
}

trust::VersionSeal version_seal(const std::string& project, const catalog::Sealed& sealed, const std::string& person) {
  trust::VersionSeal seal;
  seal.project = project;
  seal.number = sealed.number;
  seal.catalog = sealed.catalog;
  seal.plan = sealed.plan;
  seal.reverse = sealed.reverse;
  seal.change_digest = sealed.change_digest;
  seal.person = person;
  return seal;
}

trust::SealStatement index_seal(const std::string& project, const std::string& bytes, std::int64_t sequence,
                                const std::string& person) {
  trust::SealStatement seal;
  seal.project = project;
  seal.index = plan::digest(bytes);
  seal.sequence = sequence;
  seal.person = person;
  return seal;
}

}  // namespace dmc::cli
