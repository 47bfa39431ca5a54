// Ties the topics of the folder to the interface.
#include "compiler/dialects/clickhouse/clickhouse.hpp"

#include "compiler/dialects/clickhouse/check.hpp"
#include "compiler/dialects/clickhouse/cluster.hpp"
#include "compiler/dialects/clickhouse/engine_kinds.hpp"
#include "compiler/dialects/clickhouse/inspect/inspect.hpp"
#include "compiler/dialects/clickhouse/known.hpp"
#include "compiler/dialects/clickhouse/lower.hpp"
#include "compiler/dialects/clickhouse/quoting.hpp"
#include "compiler/dialects/clickhouse/refusals.hpp"
#include "compiler/dialects/clickhouse/rename.hpp"
#include "compiler/dialects/clickhouse/rewords.hpp"
#include "compiler/dialects/clickhouse/server_names.hpp"
#include "compiler/dialects/clickhouse/storage.hpp"
#include "compiler/dialects/clickhouse/type_names.hpp"
#include "compiler/dialects/clickhouse/types.hpp"
#include "compiler/dialects/rows.hpp"

namespace dmc::dialects::clickhouse {

namespace {

Description describe() {
  Description clickhouse;
  clickhouse.types = all_type_names();
  clickhouse.table_engines = engine_names_of;
  clickhouse.name = "clickhouse";
  clickhouse.label = "ClickHouse";
  clickhouse.lowering_version = 1;
  clickhouse.oldest_version = "18.16";
  clickhouse.newest_version = "26.7";
  clickhouse.default_schema = "default";
  clickhouse.catalog = "system.tables";
  clickhouse.rewords_sql = true;
  clickhouse.views_keep_old_names = true;
  clickhouse.types_have_values = true;
  clickhouse.nullable_type = "Nullable";
  clickhouse.storage_options = fixed_settings();
  clickhouse.alters_storage = alters_in_place;
  clickhouse.looks = looks_at_cluster;
  clickhouse.server_names = server_names;
  clickhouse.first_tables = R"(  table hits {
    ts      DateTime;
    tenant  UInt32;
    url     String;

    engine = MergeTree;
    partition by (toYYYYMM(ts));
    order by (tenant, ts);
  }

  table hits_daily {
    tenant  UInt32;
    day     Date;
    n       UInt64;

    engine = SummingMergeTree;
    order by (tenant, day);
  }

  materialized view hits_daily_mv to hits_daily
      as (select tenant, toDate(ts) as day, count() as n from hits group by tenant, day);
)";
  clickhouse.features = {"materialized views",
                         "materialized views into a table",
                         "keys of a materialized view",
                         "'order by' of a materialized view",
                         "partitions of a materialized view",
                         "table engines",
                         "partitions",
                         "'order by' of a table",
                         "expressions in a primary key",
                         "'sample by'",
                         "'ttl'",
                         "clusters of its own",
                         "projections",
                         "data skipping indexes",
                         "'granularity' of an index",
                         "column codecs",
                         "materialized columns",
                         "alias columns",
                         "ephemeral columns",
                         "kinds of statistics of a column",
                         "'assume' constraints"};
  clickhouse.lacking_codes = {"E0951", "E0956"};
  clickhouse.converts_types = true;
  clickhouse.quoted = quoted_where_needed;
  return clickhouse;
}

class Clickhouse final : public Dialect, public Texts, public Mentioning, public RowKeeping {
 public:
  const Description& description() const override { return description_; }
  TypeAnswer type(const TypeText& type) const override { return read_type(type); }
  bool widens(std::string_view from, std::string_view to, const model::Table& /*table*/) const override {
    return clickhouse::widens(from, to);
  }
  void check(model::Database& desired, grammar::Diagnostics& diagnostics) const override {
    clickhouse::check(desired, diagnostics);
  }
  std::vector<StepPair> lower(const change::Change& change, const model::Database& before) const override {
    return clickhouse::lower(change, before);
  }
  void rename(model::Database& database, std::string_view table, const std::optional<std::string>& column,
              std::string_view to) const override {
    clickhouse::rename(database, table, column, to);
  }
  std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                                 std::string_view relation, const std::optional<std::string>& column) const override {
    return clickhouse::mentions(database, texts, relation, column);
  }
  bool loses_rows(const model::Table& table) const override { return clickhouse::loses_rows(table); }
  void try_out(const Tried& tried, const Trial& /*trial*/, grammar::Diagnostics& diagnostics) const override {
    refuse(tried, diagnostics);
  }
  Wording rewords(const change::ObjectValue& declared, const change::ObjectValue& shown,
                  const model::Database& /*all_shown*/) const override {
    return clickhouse::rewords(declared, shown);
  }
  Inspected inspect(const Query& query) const override { return clickhouse::inspect(query); }
  const Texts& texts() const override { return *this; }

 private:
  Description description_ = describe();
};

}  // namespace

std::unique_ptr<Dialect> make_clickhouse() { return std::make_unique<Clickhouse>(); }

}  // namespace dmc::dialects::clickhouse
