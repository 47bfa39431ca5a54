// What lowering one change works with, and the functions that lower each kind of change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "compiler/dialects/postgres/version.hpp"

namespace dmc::dialects::postgres {

struct Lowering {
  const change::Change& change;
  const model::Database& before;

  int major() const { return major_of(before.oldest_version); }
  /// What derived names derive from: the change as it stands in its source, and the thing that it is about.
  std::string serves(std::string_view what) const {
    return change.source + '\x1f' + change.database + '\x1f' + std::string(what);
  }
};

using Pairs = std::vector<StepPair>;

Pairs lower_create(const Lowering& lowering, const change::CreateTable& create);
Pairs lower_rename(const Lowering& lowering, const change::RenameTable& rename);
Pairs lower_drop(const Lowering& lowering, const change::DropTable& drop);
Pairs lower_alter(const Lowering& lowering, const change::AlterTable& alter);
Pairs lower_backfill(const Lowering& lowering, const change::BackfillRows& backfill);
Pairs lower_drop_rows(const Lowering& lowering, const change::DropRows& drop);

/// A view, trigger or object: null is none.
Pairs lower_view(const Lowering& lowering, const model::View* before, const model::View* after);
Pairs lower_trigger(const Lowering& lowering, const model::Trigger* before, const model::Trigger* after);
Pairs lower_object(const Lowering& lowering, const model::Object* before, const model::Object* after);

Pairs lower_run(const Lowering& lowering, const change::RunStatements& run);

}  // namespace dmc::dialects::postgres
