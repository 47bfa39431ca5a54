// One table: what its engine takes, what its columns may be, what its keys name.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/dialects/clickhouse/check.hpp"
#include "compiler/dialects/clickhouse/check_keys.hpp"
#include "compiler/dialects/clickhouse/ddl.hpp"
#include "compiler/dialects/clickhouse/known.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using grammar::Diagnostics;
using model::Origin;

/// Engines that keep no order, no partitions and nothing beside the rows.
constexpr auto plain_engines = std::to_array<std::string_view>(
    {"Buffer", "Dictionary", "Distributed", "Join", "Kafka", "Log", "Memory", "Merge", "MySQL", "NATS", "Null", "ODBC",
     "PostgreSQL", "RabbitMQ", "Set", "StripeLog", "TinyLog"});
static_assert(std::ranges::is_sorted(plain_engines));

void offer(grammar::Diagnostic& diagnostic, std::string_view word, const std::vector<std::string_view>& known) {
  std::string text;
  for (const auto& near : grammar::nearest(word, known)) text += (text.empty() ? "" : ", ") + near;
  if (!text.empty()) diagnostic.help.push_back(fmt::format("did you mean {}?", text));
}

class TableCheck {
 public:
  TableCheck(const model::Database& database, const model::Table& table, Diagnostics& diagnostics)
      : database_(database), table_(table), diagnostics_(diagnostics) {}

  void run() {
    check_engine();
    for (const auto& column : table_.columns) check_column(column);
    for (const auto& index : table_.indexes) check_index(index);
    for (const auto& check : table_.checks)
      since(check.assumed ? assumptions : check_constraints,
            check.assumed ? "a constraint that is assumed came with" : "constraints came with", check.origin);
    for (const auto& projection : table_.projections) since(projections, "projections came with", projection.origin);
    for (const auto& key : table_.uniques)
      lacking("a unique key", key.origin,
              "rows of one key are brought together when parts are merged:  engine = ReplacingMergeTree;");
    for (const auto& key : table_.foreign_keys) lacking("a foreign key", key.origin);
    if (table_.comment) since(table_comments, "the comment of a table came with", table_.origin);
    check_keys(table_, diagnostics_);
  }

 private:
  grammar::Diagnostic* since(Version version, const std::string& what, const Origin& origin) {
    return need(database_, version, what, origin, diagnostics_);
  }

  void lacking(std::string_view what, const Origin& origin, std::string way = {}) {
    auto& diagnostic =
        diagnostics_.error("E0956", origin.span, fmt::format("table '{}' cannot have {}", table_.name, what),
                           fmt::format("ClickHouse has nothing like {}", what));
    if (!way.empty()) diagnostic.help.push_back(std::move(way));
  }

  void check_engine() {
    const auto& storage = *table_.storage;
    const auto name = engine_name(storage.engine);
    const auto* known = engine_known(name);
    if (!known) {
      auto& diagnostic =
          diagnostics_.error("E0952", table_.origin.span, fmt::format("ClickHouse has no engine '{}'", name),
                             fmt::format("of table '{}'", table_.name));
      return offer(diagnostic, name, engine_names());
    }
    since(known->since, fmt::format("the engine {} came with", name), table_.origin);
    if (is_merge_tree(storage.engine)) return check_merge_tree(storage);
    if (std::ranges::binary_search(plain_engines, name)) check_plain(storage);
  }

  void check_merge_tree(const model::Storage& storage) {
    if (storage.order_by.text.empty())
      diagnostics_
          .error("E0953", table_.origin.span,
                 fmt::format("table '{}' does not say how its rows are sorted", table_.name),
                 fmt::format("{} keeps rows in an order", engine_name(storage.engine)))
          .help.push_back("write:  order by (COLUMN, …);  or, where no order helps:  order by ();");
    if (!storage.ttl.text.empty()) since(column_ttl, "'ttl' came with", table_.origin);
    for (const auto& setting : table_.settings) {
      if (is_table_setting(setting.name)) continue;
      auto& diagnostic =
          diagnostics_.error("E0952", table_.origin.span, fmt::format("ClickHouse has no setting '{}'", setting.name),
                             fmt::format("of table '{}'", table_.name));
      offer(diagnostic, setting.name, table_setting_names());
    }
  }

  void check_plain(const model::Storage& storage) {
    const auto refuse = [&](bool is_there, std::string_view clause) {
      if (is_there)
        diagnostics_
            .error("E0953", table_.origin.span,
                   fmt::format("'{}' of table '{}' means nothing to its engine", clause, table_.name),
                   fmt::format("{} takes no '{}'", engine_name(storage.engine), clause))
            .help.push_back("an engine of the MergeTree family takes it:  engine = MergeTree;");
    };
    refuse(!storage.order_by.text.empty(), "order by");
    refuse(!storage.partition_by.text.empty(), "partition by");
    refuse(!storage.primary_key.text.empty(), "primary key");
    refuse(!storage.sample_by.text.empty(), "sample by");
    refuse(!storage.ttl.text.empty(), "ttl");
    refuse(!table_.indexes.empty(), "index");
    refuse(!table_.projections.empty(), "projection");
    refuse(std::ranges::any_of(table_.columns, [](const auto& column) { return column.ttl.has_value(); }), "ttl");
  }

  void check_column(const model::Column& column) {
    if (column.identity)
      lacking("an identity", column.origin,
              "a number that is unique comes from the application, or: default (generateUUIDv4())");
    if (column.collation)
      lacking("a collation of a column", column.origin, "a query may sort by one: order by name collate 'de'");
    if (!column.codec.empty()) check_codec(column);
    if (column.ttl) since(column_ttl, "'ttl' came with", column.origin);
    if (column.ephemeral) since(ephemeral_columns, "'ephemeral' came with", column.origin);
    if (!column.sketches.empty()) since(sketches, "statistics of a column came with", column.origin);
    const auto type = type_of(column.type);
    if (!type) return;
    const auto newest = clickhouse::since(*type);
    if (auto* error = since(newest.version, fmt::format("the type {} came with", newest.name), column.origin))
      offer_older(newest.name, *error);
    if (has_array_of_tuples(*type)) since(arrays_of_tuples, "arrays of tuples are kept whole since", column.origin);
  }

  /// What keeps the values of a type on a server that does not have it.
  static void offer_older(std::string_view name, grammar::Diagnostic& diagnostic) {
    struct Older {
      std::string_view name;
      std::string_view way;
    };
    constexpr auto ways = std::to_array<Older>(
        {{"DateTime64", "or count:  Int64 of microseconds keeps every value; DateTime keeps whole seconds"},
         {"Date32", "or:  Date keeps the days from 1970 to 2149 (before 20.8: to 2105)"},
         {"LowCardinality", "or leave it out: the values are the same"},
         {"JSON", "or:  String keeps the text"},
         {"Time64", "or:  String keeps the text"},
         {"Map", "or:  Nested(key String, value String)"}});
    for (const auto& older : ways)
      if (older.name == name) diagnostic.help.emplace_back(older.way);
  }

  static bool has_array_of_tuples(const Type& type) {
    return type.name == "Array" && type.arguments[0].name == "Tuple";
  }
  static constexpr Version arrays_of_tuples{19, 1};

  void check_codec(const model::Column& column) {
    if (since(codecs, "codecs of a column came with", column.origin)) return;
    for (const auto& part : parts_of(column.codec)) {
      const auto name = call_of(part).name;
      if (const auto* known = codec_known(name)) {
        since(known->since, fmt::format("the codec {} came with", name), column.origin);
        continue;
      }
      auto& diagnostic =
          diagnostics_.error("E0952", column.origin.span, fmt::format("ClickHouse has no codec '{}'", name),
                             fmt::format("of column '{}'", column.name));
      offer(diagnostic, name, codec_names());
    }
  }

  void check_index(const model::Index& index) {
    if (index.unique) lacking("a unique index", index.origin);
    if (index.where) lacking("an index over a part of the rows", index.origin);
    if (!index.include.empty()) lacking("'include' of an index", index.origin);
    if (since(skip_indexes, "indexes that skip granules came with", index.origin)) return;
    if (!index.method) {
      diagnostics_
          .error("E0953", index.origin.span,
                 fmt::format("index '{}' does not say what it keeps of its values", index.name), "expected its type")
          .help.push_back(fmt::format("write:  index {} (…) type minmax;", index.name));
      return;
    }
    const auto name = call_of(*index.method).name;
    if (const auto* known = skip_index_known(name)) {
      since(known->since, fmt::format("the index type {} came with", name), index.origin);
      return;
    }
    auto& diagnostic =
        diagnostics_.error("E0952", index.origin.span, fmt::format("ClickHouse has no index type '{}'", name),
                           fmt::format("of index '{}'", index.name));
    offer(diagnostic, name, skip_index_names());
  }

  const model::Database& database_;
  const model::Table& table_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_table(const model::Database& database, const model::Table& table, Diagnostics& diagnostics) {
  TableCheck(database, table, diagnostics).run();
}

}  // namespace dmc::dialects::clickhouse
