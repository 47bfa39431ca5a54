// Which version the sources are compiled as, and what it stands on: the committed catalogs, checked as one chain.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/stage.hpp"
#include "compiler/model/project.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::catalog {

/// The catalog folder as it lies in the project.
struct Committed {
  const std::vector<std::pair<std::int64_t, std::string>>&
      catalogs;                             ///< number in the file's name, bytes; in any order
  const std::optional<std::string>& index;  ///< bytes of catalog/index.json
  std::span<const StageFile> stages = {};
  std::span<const SettledFile> settled = {};
};

/// What a version is compiled on.
struct Ground {
  std::int64_t number = 0;               ///< of the version
  std::optional<Catalog> base;           ///< catalog N−1, or that of the stage it was settled at; none for version 1
  std::optional<std::string> base_hash;  ///< of its bytes: the parent of catalog N
  std::string base_name = "0";           ///< "6", or "6.1" of a version that was settled
  std::vector<plan::Kept> kept;          ///< what a version that was settled left in its databases
  std::optional<Sealed> sealed;          ///< how version N itself was sealed
  std::optional<Settled> settled;        ///< and where it was settled
  /// The databases of the base, by name; the base keeps none of them.
  std::vector<model::Database> take_models();
};

/// The ground of the project's highest change. Nothing when something was reported: no change (E0330), a version left
/// out (E0331) or gone from the sources (E0332), a catalog that is missing (E0333), cannot be read (E0301…), belongs
/// elsewhere (E0334) or grew on another branch (E0335), a frozen change that was edited (E0336), a catalog that is not
/// the sealed one (E0337), or the stage of a settled version that is not there (E0340).
std::optional<Ground> ground(const Committed& committed, const model::Project& project,
                             grammar::Diagnostics& diagnostics);

/// The same for the version after the newest catalog, whether its change is written or not: what a draft stands on.
std::optional<Ground> next_ground(const Committed& committed, const model::Project& project,
                                  grammar::Diagnostics& diagnostics);

/// Reports E0338 when version N is sealed and what it compiles to now is not what was sealed, and E0341 when it was
/// settled and its plan would be another.
void check_outcome(const Ground& ground, const model::Intent& intent, std::string_view catalog_hash,
                   std::string_view plan_hash, std::string_view reverse_hash, grammar::Diagnostics& diagnostics);

}  // namespace dmc::catalog
