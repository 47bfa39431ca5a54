// Each refusal is about one statement of a change.
#include "compiler/dialects/clickhouse/refusals.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/alteration.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/rebuilding.hpp"
#include "compiler/dialects/clickhouse/refusals_engine.hpp"
#include "compiler/dialects/clickhouse/secrets.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/types.hpp"
#include "compiler/model/sql_text.hpp"
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
    const bool adopts = std::ranges::any_of(tried_.intent->statements, [](const auto& statement) {
      return std::holds_alternative<model::AdoptStatement>(statement.kind);
    });
    for (const auto& table : tried_.desired.tables)
      if (!adopts && !tried_.before->table(table.name)) created(table);
  }

 private:
  template <class Kind>
  void look_at(const Kind&) {}

  void created(const model::Table& table) {
    const bool hidden =
        (table.storage && table.storage->engine.find(hidden_literal) != std::string::npos) ||
        std::ranges::any_of(table.settings, [](const auto& setting) { return setting.value == "[HIDDEN]"; });
    if (!hidden) return;
    origin_ = &table.origin;
    say("E0961", fmt::format("nobody here knows the secret of table '{}'", grammar::escaped(table.name)),
        "a table that is new needs it",
        "declare it whole, and name the secret:  object 'table' NAME create (… '${env SECRET}' …) drop (…);");
  }

  void look_at(const model::RebuildStatement& rebuild) {
    if (const auto* is = table_of(rebuild.table, tried_.desired)) copied(table_of(rebuild.table, *tried_.before), *is);
  }

  /// A copy is compared with what it was made from, while both take what is inserted: rows must stay what they are.
  void copied(const model::Table* was, const model::Table& is) {
    if (!was) return;
    for (const auto* table : {was, &is})
      if (const auto why = hindrance(*table, table == &is && kind_of(*was) == "MergeTree"); !why.empty())
        return say("E0958", fmt::format("'{}' cannot be copied while rows are inserted", grammar::escaped(is.name)),
                   why, instead(is));
    if (needs_another_path(*was, is)) return;
    // Where a key column changes, or one by an expression, all do so in the copy, which computes and asks nobody.
    const bool all_in_copy = std::ranges::any_of(was->columns, [&](const auto& column) {
      const auto* now = is.column(column.name);
      return (is_in_key(*was, column.name) && (!now || now->type != column.type)) || made_by(is.name, column.name);
    });
    const auto& marked = all_in_copy ? *was : is;
    const bool has_other = std::ranges::any_of(
        marked.columns, [&](const auto& column) { return is_ordinary(column) && !is_in_key(*was, column.name); });
    if (!has_other && version_of(tried_.before->oldest_version) < materialize_column)
      return say("E0958", fmt::format("'{}' cannot be copied while rows are inserted", grammar::escaped(is.name)),
                 fmt::format("every column is one of its keys, and before {}.{} no update writes a mark beside those",
                             materialize_column.major, materialize_column.minor),
                 "add a column that no key names, in a change before this one; or make a table of another name beside "
                 "it, move the rows with a `run`, and rename the two");
    for (const auto& column : is.columns) {
      const auto* before = was->column(column.name);
      if (!all_in_copy || !before || before->type == column.type) continue;
      const auto* value = made_by(is.name, column.name);
      const auto mentions = [&](const auto& other) {
        const auto* now = is.column(other.name);
        return other.name != column.name && now && now->type != other.type && is_named(value->text, other.name);
      };
      if (value && is_volatile(value->text))
        return say("E0958", fmt::format("'{}' cannot be copied while rows are inserted", grammar::escaped(is.name)),
                   fmt::format("what its column {} is made of is computed otherwise every time", column.name),
                   "let the expression name columns only");
      if (value && std::ranges::any_of(was->columns, mentions))
        return say("E0958", fmt::format("'{}' cannot be copied so", grammar::escaped(is.name)),
                   fmt::format("what its column {} is made of names another column whose type changes", column.name),
                   "change the two one after the other, in two changes");
      if (!value && !widens(before->type, column.type))
        return say("E0958", fmt::format("'{}' cannot be copied while rows are inserted", grammar::escaped(is.name)),
                   fmt::format("its column {} becomes {} in the copy, which does not hold every {}", column.name,
                               column.type, before->type),
                   fmt::format("say what becomes of the others:  retype {0}.{1} using (…); rebuild table {0};", is.name,
                               column.name));
    }
  }

  static bool is_named(const std::string& text, const std::string& name) {
    const auto names = model::names_in(text);
    return std::ranges::find(names, name) != names.end();
  }

  /// What the change says that the values of a column become; null: nothing of its own.
  const model::Sql* made_by(std::string_view table, std::string_view column) const {
    for (const auto& statement : tried_.intent->statements)
      if (const auto* retype = std::get_if<model::RetypeStatement>(&statement.kind);
          retype && retype->using_expression && retype->column.parts.size() >= 2 &&
          retype->column.parts.back() == column && retype->column.parts[retype->column.parts.size() - 2] == table)
        return &*retype->using_expression;
    return nullptr;
  }

  /// Both tables are there until a purge, each with replicas of its own.
  bool needs_another_path(const model::Table& was, const model::Table& is) {
    if (!is_replicated(was) || !is_replicated(is)) return false;
    const auto path = replica_path(is);
    if (path.empty() || path.find("{uuid}") != std::string::npos || path != replica_path(was)) return false;
    const auto another = path.substr(0, path.size() - 1) + "_2'";
    auto engine = is.storage->engine;
    engine.replace(engine.find(path), path.size(), another);
    diagnostics_
        .error("E0958", is.origin.span,
               fmt::format("the copy of '{}' has its replicas where those of the old table are",
                           grammar::escaped(is.name)),
               fmt::format("its path stays {}, and both tables are there until a purge", path))
        .help.push_back(fmt::format("name another path:  engine = {};", engine));
    return true;
  }

  /// Why rows of the table do not hold still between two looks.
  static std::string unsteady(const model::Table& table, bool may_collapse = false) {
    const auto kind = kind_of(table);
    if (!(may_collapse && collapses_rows(table)) && kind != "MergeTree" && kind != "ReplicatedMergeTree")
      return fmt::format("its engine is {}, which makes other rows of them when it merges parts", kind);
    const bool has_ttl = (table.storage && !table.storage->ttl.text.empty()) ||
                         std::ranges::any_of(table.columns, [](const auto& column) { return column.ttl.has_value(); });
    if (has_ttl) return "it has a ttl, and either side loses rows when it comes to it";
    return {};
  }

  /// `comes_from_plain`: the table will be what one is that keeps its rows as they are.
  std::string hindrance(const model::Table& table, bool comes_from_plain) const {
    if (comes_from_plain && collapses_rows(table) && version_of(tried_.before->oldest_version) < reset_setting)
      return fmt::format(
          "its engine becomes {}, and before {}.{} none of its parts can be kept from being merged until "
          "the rows are compared",
          kind_of(table), reset_setting.major, reset_setting.minor);
    if (auto why = unsteady(table, comes_from_plain); !why.empty()) return why;
    for (const auto& column : table.columns)
      if (column.generated && column.generated->stored && is_volatile(column.generated->expression.text))
        return fmt::format("its column {} is computed otherwise every time, and a copy would compute it anew",
                           column.name);
    for (const auto& other : tried_.before->tables)
      if (kind_of(other) == "Buffer" && other.storage->engine.find("'" + table.name + "'") != std::string::npos)
        return fmt::format("{} writes into it by itself, and nobody can wait for that", other.name);
    for (const auto& view : tried_.before->views) {
      if (view.to != table.name) continue;
      for (const auto name : model::names_in(view.query.text))
        if (const auto* source = tried_.before->table(name); source && streams(kind_of(*source)))
          return fmt::format("{} writes into it by itself, and nobody can wait for that", view.name);
    }
    return {};
  }

  /// The way by hand, from one table into another that takes its name.
  static std::string instead(const model::Table& is) {
    return fmt::format(
        "declare a table of another name beside it, and fill it with a `run` (insert into … select … from {}) while "
        "nobody inserts; in the next change drop {} and rename the other one",
        is.name, is.name);
  }

  static bool streams(std::string_view kind) {
    constexpr auto kinds =
        std::to_array<std::string_view>({"AzureQueue", "FileLog", "Kafka", "NATS", "RabbitMQ", "S3Queue"});
    return std::ranges::find(kinds, kind) != kinds.end();
  }

  /// They come back as parts of the table, counted by a mark: none may be merged away, or be too old, meanwhile.
  void look_at(const model::DropRowsStatement& drop) {
    const auto* table = table_of(drop.table, *tried_.before);
    if (drop.backup != model::Backup::with || !table || !is_replicated(*table)) return;
    const auto why = unsteady(*table);
    if (why.empty()) return;
    say("E0957", fmt::format("rows of '{}' cannot come back into its replicas", grammar::escaped(table->name)), why,
        "copy them into a table of your own first (run … do (insert into … select …)), and say 'without backup'");
  }

  void look_at(const model::RunStatement& run) {
    for (const auto* statements : {&run.statements, &run.undo})
      for (const auto& statement : *statements)
        if (asks_for_cluster(statement.text)) {
          const auto at = static_cast<std::size_t>(&statement - statements->data());
          const bool placed = statements == &run.statements && at < run.places.size();
          return refuse_on_cluster(fmt::format("run '{}'", grammar::escaped(run.name)),
                                   placed ? run.places[at] : origin_->span, diagnostics_);
        }
  }

  void look_at(const model::RetypeStatement& retype) {
    if (retype.column.parts.size() < 2) return;
    const auto& table = retype.column.parts[retype.column.parts.size() - 2];
    const auto *was = tried_.before->table(table), *is = tried_.desired.table(table);
    // The type of a key column changes in a copy, asked for or not.
    if (was && is && is_in_key(*was, retype.column.parts.back())) return copied(was, *is);
    if (!retype.using_expression) return;
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
  if (!tried.before || !tried.intent) return;
  Refusals(tried, diagnostics).run();
  refuse_by_engine(tried, diagnostics);
  refuse_under_readers(tried, diagnostics);
}

}  // namespace dmc::dialects::clickhouse
