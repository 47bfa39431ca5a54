// Each refusal is about one statement of a change.
#include "compiler/dialects/clickhouse/refusals.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/encoding.hpp"

namespace dmc::dialects::clickhouse {

namespace {

/// "SummingMergeTree" of "SummingMergeTree(n)".
std::string kind_of(const model::Table& table) {
  return table.storage ? table.storage->engine.substr(0, table.storage->engine.find('(')) : std::string();
}

class Refusals {
 public:
  Refusals(const Tried& tried, grammar::Diagnostics& diagnostics) : tried_(tried), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& statement : tried_.intent->statements) {
      origin_ = &statement.origin;
      std::visit([this](const auto& kind) { look_at(kind); }, statement.kind);
    }
  }

 private:
  template <class Kind>
  void look_at(const Kind&) {}

  /// A copy is compared with what it was made from, while both take what is inserted: rows must stay what they are.
  void look_at(const model::RebuildStatement& rebuild) {
    const auto* was = table_of(rebuild.table, *tried_.before);
    const auto* is = table_of(rebuild.table, tried_.desired);
    for (const auto* table : {was, is}) {
      if (!table || kind_of(*table) == "MergeTree") continue;
      const auto kind = kind_of(*table);
      const bool replicated = kind.starts_with("Replicated");
      say("E0958", fmt::format("'{}' cannot be copied while rows are inserted", grammar::escaped(table->name)),
          replicated ? fmt::format("its engine is {}, and the path of its replicas is taken", kind)
                     : fmt::format("its engine is {}, which makes other rows of them when it merges parts", kind),
          "make a table of another name beside it, move the rows with a `run`, and rename the two");
      return;
    }
  }

  void look_at(const model::RetypeStatement& retype) {
    if (!retype.using_expression || retype.column.parts.size() < 2) return;
    const auto& table = retype.column.parts[retype.column.parts.size() - 2];
    const bool rebuilt = std::ranges::any_of(tried_.intent->statements, [&](const auto& other) {
      const auto* rebuild = std::get_if<model::RebuildStatement>(&other.kind);
      return rebuild && !rebuild->table.parts.empty() && rebuild->table.parts.back() == table;
    });
    if (rebuilt || !tried_.before->table(table)) return;
    say("E0959",
        fmt::format("ClickHouse changes the type of '{}' by its own rules",
                    grammar::escaped(table + "." + retype.column.parts.back())),
        "an expression of your own is only computed where rows are copied",
        fmt::format("leave 'using' out; or have the table copied, with:  rebuild table {};", table));
  }

  void look_at(const model::BackfillStatement& backfill) {
    const bool paced = backfill.pace.batch || backfill.pace.rows_per_second || backfill.pace.pause_ms > 0;
    if (!backfill.follow && !paced) return;
    say("E0960",
        backfill.follow ? "rows that are inserted later are not followed on ClickHouse"
                        : "a mutation writes part by part, at the server's own pace",
        "a backfill is one mutation, and takes the rows that are there when it begins",
        backfill.follow ? "give the column a default that is the same, so that new rows have it by themselves"
                        : "leave the pace out; the server's settings of its background pool say how fast it goes");
  }

  static const model::Table* table_of(const model::Path& path, const model::Database& database) {
    return path.parts.empty() ? nullptr : database.table(path.parts.back());
  }
  void say(std::string_view code, std::string message, std::string label, std::string help) {
    diagnostics_.error(code, origin_->span, std::move(message), std::move(label)).help.push_back(std::move(help));
  }

  const Tried& tried_;
  grammar::Diagnostics& diagnostics_;
  const model::Origin* origin_ = nullptr;
};

}  // namespace

void refuse(const Tried& tried, grammar::Diagnostics& diagnostics) {
  if (tried.before && tried.intent) Refusals(tried, diagnostics).run();
}

}  // namespace dmc::dialects::clickhouse
