// The index of sealed versions, catalog/index.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "compiler/catalog/catalog.hpp"

namespace dmc::cli {

inline constexpr std::string_view index_name = "catalog/index.json";

/// An empty index when there is none yet; a Refusal when the bytes are not an index.
catalog::Index read_index(const std::optional<std::string>& bytes);

/// What the project that `file` lies in has sealed as version `number`; none outside a project, or when it is not
/// sealed.
std::optional<catalog::Sealed> sealed_version(const std::filesystem::path& file, std::int64_t number);

/// The index with one version more, in its place. The version must not be in it.
catalog::Index with_sealed(catalog::Index index, catalog::Sealed sealed);

}  // namespace dmc::cli
