// The index of sealed versions, catalog/index.json, and who signed it, catalog/index.sig.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "compiler/catalog/catalog.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/trust/seals.hpp"

namespace dmc::cli {

inline constexpr std::string_view index_name = "catalog/index.json";
inline constexpr std::string_view seals_name = "catalog/index.sig.json";

/// An empty index when there is none yet; a Refusal when the bytes are not an index.
catalog::Index read_index(const std::optional<std::string>& bytes);

/// What the project that `file` lies in has sealed as version `number`; none outside a project, or when it is not
/// sealed.
std::optional<catalog::Sealed> sealed_version(const std::filesystem::path& file, std::int64_t number);

/// The index with one version more, in its place. The version must not be in it.
catalog::Index with_sealed(catalog::Index index, catalog::Sealed sealed);

/// No signature when there is no such file yet; a Refusal (E0512) when the file is not one.
trust::Seals read_seals(const Project& project);

/// What signs a version, and the index that it stands in, in that person's name. `bytes` are the index's.
trust::VersionSeal version_seal(const std::string& project, const catalog::Sealed& sealed, const std::string& person);
trust::SealStatement index_seal(const std::string& project, const std::string& bytes, std::int64_t sequence,
                                const std::string& person);

}  // namespace dmc::cli
