// Fills, overwrites or deletes rows chunk by chunk, by key, resumable, throttled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/canonical.hpp"

namespace dmc::plan {

/// How fast: rows a batch (none: adaptive, aiming at 200 ms), rows a second, a pause after each batch.
struct Pace {
  std::optional<std::int64_t> batch;
  std::optional<std::int64_t> rows_per_second;
  std::int64_t pause_ms = 0;
  std::int64_t parallel = 1;

  static void fields(auto& self, auto&& visit) {
    visit("batch", self.batch);
    visit("rows_per_second", self.rows_per_second);
    visit("pause_ms", self.pause_ms);
    visit("parallel", self.parallel);
  }
  bool operator==(const Pace&) const = default;
};

/// Statements take the key columns as numbered parameters, in the engine's own notation: with k key columns, 1…k is the
/// watermark (last key done), k+1…2k the upper end of this batch, k+1 alone the number of rows in `next`.
/// The bound is read once, stored in the ledger, and never moves; a batch, its saved rows and its watermark are one
/// transaction.
struct Backfill {
  static constexpr std::string_view kind = "backfill";
  static constexpr int version = 1;
  std::string table;             ///< for people
  std::vector<std::string> key;  ///< columns, in order; never empty
  std::string bound;             ///< no parameter → the largest key (k columns), no row when the table is empty
  /// number of rows (1), bound (2…k+1) → the upper key of the first batch; no row when fewer are left: then all up to
  /// the bound are it
  std::string first;
  std::string next;  ///< watermark (1…k), number of rows (k+1), bound (k+2…2k+1) → the same for the next batch
  std::string change_first;  ///< upper key (1…k): changes the rows up to it
  std::string change_next;   ///< watermark (1…k), upper key (k+1…2k): changes the rows between
  std::optional<std::string>
      save_first;  ///< the same parameters: keeps the old rows in the artifact, in the same transaction
  std::optional<std::string> save_next;
  /// Of a way back: rows that came behind the end of the way there were changed as well, by a trigger.
  bool later_rows = false;
  /// Sent in the transaction of each batch, before and behind all that it does to rows.
  std::vector<std::string> before_batch{}, after_batch{};
  std::string total;  ///< no parameter → rows to look at, for progress only
  Pace pace;

  static void fields(auto& self, auto&& visit) {
    visit("table", self.table);
    visit("key", self.key);
    visit("bound", self.bound);
    visit("first", self.first);
    visit("next", self.next);
    visit("change_first", self.change_first);
    visit("change_next", self.change_next);
    visit("save_first", self.save_first);
    visit("save_next", self.save_next);
    visit(rare("later_rows"), self.later_rows);
    visit(rare("before_batch"), self.before_batch);
    visit(rare("after_batch"), self.after_batch);
    visit("total", self.total);
    visit("pace", self.pace);
  }
  bool operator==(const Backfill&) const = default;
};

}  // namespace dmc::plan
