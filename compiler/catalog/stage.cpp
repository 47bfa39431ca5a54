// Reads and writes the files of stages.
#include "compiler/catalog/stage.hpp"

#include "compiler/catalog/format.hpp"
#include "compiler/catalog/sound.hpp"

namespace dmc::catalog {

std::string write_stage_catalog(const StageCatalog& catalog) { return plan::canonical(catalog); }

std::optional<StageCatalog> read_stage_catalog(std::string_view bytes, plan::JsonError& error) {
  auto catalog = parse_file<StageCatalog>(bytes, "stage's catalog", error);
  if (!catalog || !sound(*catalog, error)) return std::nullopt;
  if (catalog->stage > 0) return catalog;
  error = {"E0322", "stage", "stages are numbered from 1"};
  return std::nullopt;
}

std::string write_settled(const Settled& settled) { return plan::canonical(settled); }

std::optional<Settled> read_settled(std::string_view bytes, plan::JsonError& error) {
  auto settled = parse_file<Settled>(bytes, "note that a version was settled", error);
  if (!settled || (settled->number > 0 && settled->stage > 0)) return settled;
  error = {"E0322", "stage", "versions and stages are numbered from 1"};
  return std::nullopt;
}

}  // namespace dmc::catalog
