// From system.table_engines, system.codecs and system.data_skipping_index_types of 26.7, with those that are gone
// since. Versions are what is known of them without a server of each: one that is too old refuses the statement itself.
#include "compiler/dialects/clickhouse/known.hpp"

#include <algorithm>
#include <array>

namespace dmc::dialects::clickhouse {

namespace {

constexpr auto engines = std::to_array<Known>({
    {"AggregatingMergeTree"},
    {"Alias", {25, 12}},
    {"ArrowStream", {26, 1}},
    {"AzureBlobStorage", {22, 1}},
    {"AzureQueue", {24, 11}},
    {"Buffer"},
    {"COSN", {21, 12}},
    {"CoalescingMergeTree", {25, 6}},
    {"CollapsingMergeTree"},
    {"DeltaLake", {22, 11}},
    {"DeltaLakeAzure", {24, 1}},
    {"DeltaLakeLocal", {24, 1}},
    {"DeltaLakeS3", {24, 1}},
    {"Dictionary"},
    {"Distributed"},
    {"EmbeddedRocksDB", {20, 11}},
    {"Executable", {21, 9}},
    {"ExecutablePool", {21, 9}},
    {"ExternalDistributed", {21, 3}},
    {"File"},
    {"FileLog", {21, 12}},
    {"FuzzJSON", {24, 1}},
    {"FuzzQuery", {24, 12}},
    {"GCS", {23, 2}},
    {"GenerateRandom", {20, 3}},
    {"GraphiteMergeTree"},
    {"HDFS", {19, 4}},
    {"Hive", {21, 11}},
    {"Hudi", {22, 11}},
    {"Iceberg", {23, 2}},
    {"IcebergAzure", {24, 1}},
    {"IcebergHDFS", {24, 1}},
    {"IcebergLocal", {24, 1}},
    {"IcebergS3", {24, 1}},
    {"JDBC", {19, 1}},
    {"Join"},
    {"Kafka"},
    {"KeeperMap", {22, 9}},
    {"Log"},
    {"Loop", {24, 6}},
    {"MaterializedMySQL", {20, 8}},
    {"MaterializedPostgreSQL", {21, 7}},
    {"Meilisearch", {22, 8}},
    {"Memory"},
    {"Merge"},
    {"MergeTree"},
    {"MongoDB", {20, 1}},
    {"MySQL"},
    {"NATS", {22, 4}},
    {"Null"},
    {"ODBC"},
    {"OSS", {22, 11}},
    {"Paimon", {26, 1}},
    {"PaimonAzure", {26, 1}},
    {"PaimonHDFS", {26, 1}},
    {"PaimonLocal", {26, 1}},
    {"PaimonS3", {26, 1}},
    {"PostgreSQL", {20, 12}},
    {"QueryRunner", {26, 1}},
    {"RabbitMQ", {20, 6}},
    {"Redis", {23, 8}},
    {"Remote", {26, 1}},
    {"RemoteSecure", {26, 1}},
    {"ReplacingMergeTree"},
    {"ReplicatedAggregatingMergeTree"},
    {"ReplicatedCoalescingMergeTree", {25, 6}},
    {"ReplicatedCollapsingMergeTree"},
    {"ReplicatedGraphiteMergeTree"},
    {"ReplicatedMergeTree"},
    {"ReplicatedReplacingMergeTree"},
    {"ReplicatedSummingMergeTree"},
    {"ReplicatedVersionedCollapsingMergeTree"},
    {"S3", {20, 1}},
    {"S3Queue", {23, 8}},
    {"SQLite", {21, 8}},
    {"Set"},
    {"StripeLog"},
    {"SummingMergeTree"},
    {"TimeSeries", {24, 8}},
    {"TinyLog"},
    {"URL"},
    {"VersionedCollapsingMergeTree"},
    {"YTsaurus", {25, 6}},
});
static_assert(std::ranges::is_sorted(engines, {}, &Known::name));

constexpr auto codecs_known = std::to_array<Known>({
    {"AES_128_GCM_SIV", {21, 11}},
    {"AES_256_GCM_SIV", {21, 11}},
    {"ALP", {26, 1}},
    {"DEFLATE_QPL", {23, 2}},
    {"Default", {20, 11}},
    {"Delta", {19, 3}},
    {"DoubleDelta", {19, 11}},
    {"FPC", {22, 6}},
    {"GCD", {23, 11}},
    {"Gorilla", {19, 11}},
    {"LZ4", {19, 1}},
    {"LZ4HC", {19, 1}},
    {"NONE", {19, 1}},
    {"Quantized", {26, 1}},
    {"T64", {19, 12}},
    {"ZSTD", {19, 1}},
    {"ZSTD_QAT", {24, 2}},
    {"ZXC", {26, 1}},
});
static_assert(std::ranges::is_sorted(codecs_known, {}, &Known::name));

constexpr auto skip_indexes_known = std::to_array<Known>({
    {"annoy", {22, 9}},
    {"bloom_filter", {19, 14}},
    {"full_text", {24, 3}},
    {"gin", {23, 1}},
    {"hypothesis", {21, 9}},
    {"inverted", {22, 12}},
    {"minmax", {19, 6}},
    {"ngrambf_v1", {19, 6}},
    {"set", {19, 6}},
    {"sparse_grams", {25, 9}},
    {"text", {25, 6}},
    {"tokenbf_v1", {19, 6}},
    {"usearch", {23, 8}},
    {"vector_similarity", {24, 8}},
});
static_assert(std::ranges::is_sorted(skip_indexes_known, {}, &Known::name));

const Known* find(const auto& all, std::string_view name) {
  const auto found = std::ranges::lower_bound(all, name, {}, &Known::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string_view> names_of(const auto& all) {
  std::vector<std::string_view> names;
  for (const auto& each : all) names.push_back(each.name);
  return names;
}

}  // namespace

const Known* engine_known(std::string_view name) { return find(engines, name); }
const Known* codec_known(std::string_view name) { return find(codecs_known, name); }
const Known* skip_index_known(std::string_view name) { return find(skip_indexes_known, name); }

std::vector<std::string_view> engine_names() { return names_of(engines); }
std::vector<std::string_view> engine_names_of(std::string_view version) {
  std::vector<std::string_view> names;
  for (const auto& engine : engines)
    if (engine.since <= version_of(version)) names.push_back(engine.name);
  return names;
}
std::vector<std::string_view> codec_names() { return names_of(codecs_known); }
std::vector<std::string_view> skip_index_names() { return names_of(skip_indexes_known); }

}  // namespace dmc::dialects::clickhouse
