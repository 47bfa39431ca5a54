// The pipeline: texts and committed catalogs in, catalog N, plan N and its reverse out. The door that the command line,
// the language server and the tests use. Pure: no file, clock, environment or locale is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/stage.hpp"
#include "compiler/change/change.hpp"
#include "compiler/check/check.hpp"
#include "compiler/dialects/dialect.hpp"
#include "compiler/lint/lint.hpp"
#include "compiler/model/project.hpp"
#include "compiler/plan/plan.hpp"
#include "grammar/diagnostic.hpp"
#include "grammar/source.hpp"

namespace dmc {

struct CompileInput {
  std::vector<check::SourceText> sources;
  std::vector<std::pair<std::int64_t, std::string>> catalogs;  ///< number and bytes of every catalog/NNNN.json
  std::optional<std::string> index;                            ///< bytes of catalog/index.json
  std::string compiler_version;
  dialects::Trial trial{};                      ///< empty: texts in the engine's language are taken as they are
  std::vector<catalog::StageFile> stages{};     ///< every catalog/NNNN.k.json
  std::vector<catalog::SettledFile> settled{};  ///< every catalog/NNNN.settled.json
  bool every_hazard = false;                    ///< report also what needs nothing from the author
};

/// Tries out the texts of a checked project that the models of `base` do not hold.
void try_out(const model::Project& project, const std::vector<model::Database>& base, const dialects::Trial& trial,
             const dialects::Dialects& dialects, grammar::Diagnostics& diagnostics);

struct Compiled {
  model::Project project;
  std::vector<change::Change> changes;
  catalog::Catalog catalog;
  std::vector<catalog::StageCatalog> stages;  ///< of a change with gates: one for each stage but the last
  plan::Plan plan;
  plan::Plan reverse;
  std::string catalog_bytes;  ///< this and the following: empty when there are errors
  std::string plan_bytes;
  std::string reverse_bytes;
  std::vector<std::string> stage_bytes;
  std::vector<lint::Demand> demands;  ///< hazards that the change does not accept yet
  bool empty = false;                 ///< nothing to do: the plan has no steps and the hashes are equal
};

/// Never throws for what an author wrote; look at `diagnostics` before using the bytes.
Compiled compile(const CompileInput& input, const dialects::Dialects& dialects, grammar::Sources& sources,
                 grammar::Diagnostics& diagnostics);

/// The text of `changes/NNNN_draft.mig`: every statement that the diff of the sources against the newest catalog needs,
/// destructive ones commented out with the reason unless `accept_all`, and the hazards that it has to accept. Empty
/// when nothing needs a statement.
std::string draft(const CompileInput& input, const dialects::Dialects& dialects, bool accept_all,
                  grammar::Sources& sources, grammar::Diagnostics& diagnostics);

}  // namespace dmc
