// What lowering one change works with, and the functions that lower each kind of change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/sqlite/artifact.hpp"
#include "compiler/dialects/sqlite/version.hpp"

namespace dmc::dialects::sqlite {

struct Lowering {
  const change::Change& change;
  const model::Database& before;

  Version oldest() const { return version_of(before.oldest_version); }
  /// What derived names derive from: the change as it stands in its source, and the thing that it is about.
  std::string serves(std::string_view what) const {
    return change.source + '\x1f' + change.database + '\x1f' + std::string(what);
  }
};

std::vector<StepPair> lower_create(const Lowering& lowering, const change::CreateTable& create);
std::vector<StepPair> lower_rename(const Lowering& lowering, const change::RenameTable& rename);
std::vector<StepPair> lower_drop(const Lowering& lowering, const change::DropTable& drop);
std::vector<StepPair> lower_alter(const Lowering& lowering, const change::AlterTable& alter);
std::vector<StepPair> lower_backfill(const Lowering& lowering, const change::BackfillRows& backfill);
std::vector<StepPair> lower_drop_rows(const Lowering& lowering, const change::DropRows& drop);

/// A view, trigger or object: null is none.
std::vector<StepPair> lower_view(const Lowering& lowering, const model::View* before, const model::View* after);
std::vector<StepPair> lower_trigger(const Lowering& lowering, const model::Trigger* before,
                                    const model::Trigger* after);
std::vector<StepPair> lower_object(const Lowering& lowering, const model::Object* before, const model::Object* after);

std::vector<StepPair> lower_run(const Lowering& lowering, const change::RunStatements& run);

/// Writes the artifact and reads it back; the way back drops it. `columns`: as they were, for the artifact's header.
StepPair backup_pair(const std::string& object, const Artifact& artifact, std::vector<std::string> columns);

}  // namespace dmc::dialects::sqlite
