// What lowering one change works with, and the functions that lower each kind of change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/clickhouse/quoting.hpp"
#include "compiler/dialects/clickhouse/version.hpp"
#include "compiler/dialects/dialect.hpp"

namespace dmc::dialects::clickhouse {

struct Lowering {
  const change::Change& change;
  const model::Database& before;

  Version oldest() const { return version_of(before.oldest_version); }
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

/// A view or object: null is none.
Pairs lower_view(const Lowering& lowering, const model::View* before, const model::View* after);
/// Around a rename, which the text of neither fits on both sides of: `was` goes, and comes back as `is`.
Pairs lower_leaving_view(const Lowering& lowering, const model::View& was, const model::View& will_be);
Pairs lower_returning_view(const Lowering& lowering, const model::View& was, const model::View& is);
Pairs lower_object(const Lowering& lowering, const model::Object* before, const model::Object* after);

Pairs lower_run(const Lowering& lowering, const change::RunStatements& run);

}  // namespace dmc::dialects::clickhouse
