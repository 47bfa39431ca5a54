// A file that dmc wrote, whichever kind it is: a plan, its way back, or a catalog.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/stage.hpp"
#include "compiler/plan/plan.hpp"
#include "runtime/cli/world.hpp"

namespace dmc::cli {

struct Artifact {
  std::variant<plan::PlanFile, catalog::CatalogFile, catalog::StageCatalogFile> file;
  std::string kind() const;  ///< "plan", "undo plan", "catalog", "catalog of a stage"
  const std::string& hash() const;
  const std::string& bytes() const;
};

/// Reads it whole, with every hash inside it recomputed; a Refusal when it is none of these or not as it was written.
Artifact read_artifact(const std::string& typed, const World& world);

/// Another file that names this one's hash.
struct Witness {
  std::string name;  ///< "catalog/index.json", "plans/0007.plan.json"
  std::string hash;
};
/// Those that lie where a project keeps them: the index of sealed versions, the next catalog, the plan whose way back
/// this is.
std::vector<Witness> witnesses(const Artifact& artifact, const std::string& typed, const World& world);

/// A file beside this one whose hash this one names.
struct Neighbour {
  std::string name;   ///< "catalog/0006.json", "plans/0007.undo.plan.json"
  std::string named;  ///< the hash that it should have
  std::string hash;   ///< the one it has
};
/// The catalog that a catalog stands on, the way back of a plan; none when it is not there.
std::optional<Neighbour> neighbour(const Artifact& artifact, const std::string& typed, const World& world);

}  // namespace dmc::cli
