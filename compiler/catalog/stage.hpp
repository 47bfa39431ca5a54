// catalog/NNNN.k.json: what the databases are at the gate that ends stage k of change N; and catalog/NNNN.settled.json:
// that a version ended there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/catalog/catalog.hpp"
#include "compiler/plan/kept.hpp"

namespace dmc::catalog {

/// A catalog, and what lives on beside its models until a later stage.
struct StageCatalog : Catalog {
  StageCatalog() { format = "dmc-stage-catalog"; }
  explicit StageCatalog(Catalog catalog) : Catalog(std::move(catalog)) { format = "dmc-stage-catalog"; }
  std::int64_t stage = 0;
  std::vector<plan::Kept> kept;

  static void fields(auto& self, auto&& visit) {
    Catalog::fields(self, visit);
    visit("stage", self.stage);
    visit("kept", self.kept);
  }
  bool operator==(const StageCatalog&) const = default;

  /// "7.1": what people call that state.
  std::string name() const { return std::to_string(number) + "." + std::to_string(stage); }
};

struct StageCatalogFile {
  StageCatalog catalog;
  std::string bytes;
  std::string hash;  ///< of the bytes
};

std::string write_stage_catalog(const StageCatalog& catalog);
/// Codes as of `read_catalog`.
std::optional<StageCatalog> read_stage_catalog(std::string_view bytes, plan::JsonError& error);

/// A file of a stage as it lies in the project: its numbers are those of its name.
struct StageFile {
  std::int64_t number = 0;
  std::int64_t stage = 0;
  std::string bytes;
};

/// What `dmc settle` notes in the project: version N ended at a gate, and the next one stands on that stage.
struct Settled {
  std::string format = "dmc-settled";
  std::int64_t version = 1;
  std::string project;
  std::int64_t number = 0;
  std::int64_t stage = 0;
  std::string plan;     ///< hash
  std::string catalog;  ///< hash of the bytes of catalog/NNNN.k.json

  static void fields(auto& self, auto&& visit) {
    visit("format", self.format);
    visit("version", self.version);
    visit("project", self.project);
    visit("number", self.number);
    visit("stage", self.stage);
    visit("plan", self.plan);
    visit("catalog", self.catalog);
  }
  bool operator==(const Settled&) const = default;
};

std::string write_settled(const Settled& settled);
std::optional<Settled> read_settled(std::string_view bytes, plan::JsonError& error);

/// Number and bytes of a catalog/NNNN.settled.json.
struct SettledFile {
  std::int64_t number = 0;
  std::string bytes;
};

}  // namespace dmc::catalog
