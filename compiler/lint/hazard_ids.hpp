// The hazards that a plan can have, by id: what `deny`, `warn`, `accept` and `require approval … for` may name.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dmc::lint {

/// What happens to a hazard when no policy says otherwise.
enum class Severity : std::uint8_t {
  block,   ///< only with `accept HAZARD on OBJECT because '…'`
  recipe,  ///< lowered another way, which avoids it
  warn
};

struct HazardId {
  std::string_view id;  ///< `family.name`
  Severity severity;
};

/// By id.
inline constexpr std::array hazard_ids{HazardId{"backfill.fires_triggers", Severity::warn},
                                       HazardId{"backfill.unguarded", Severity::block},
                                       HazardId{"ch.fixed_key", Severity::block},
                                       HazardId{"ch.if_not_exists_type", Severity::block},
                                       HazardId{"ch.mutation_inflight", Severity::block},
                                       HazardId{"ch.on_cluster_replicated", Severity::block},
                                       HazardId{"compat.authz", Severity::block},
                                       HazardId{"compat.cached_plan", Severity::warn},
                                       HazardId{"compat.column_order", Severity::warn},
                                       HazardId{"compat.default_change", Severity::warn},
                                       HazardId{"compat.enum_in_tx", Severity::block},
                                       HazardId{"compat.enum_order", Severity::warn},
                                       HazardId{"compat.extension_upgrade", Severity::warn},
                                       HazardId{"compat.not_valid_breaks_writers", Severity::warn},
                                       HazardId{"compat.rename_column", Severity::recipe},
                                       HazardId{"compat.rename_enum_value", Severity::recipe},
                                       HazardId{"compat.rename_schema", Severity::recipe},
                                       HazardId{"compat.rename_table", Severity::recipe},
                                       HazardId{"compat.replica_identity", Severity::warn},
                                       HazardId{"compat.required_column", Severity::block},
                                       HazardId{"compat.untrackable_deps", Severity::warn},
                                       HazardId{"data.ch_collapse", Severity::block},
                                       HazardId{"data.ch_constraint_unvalidated", Severity::recipe},
                                       HazardId{"data.ch_default_drift", Severity::block},
                                       HazardId{"data.ch_mv_rename", Severity::block},
                                       HazardId{"data.ch_ttl", Severity::block},
                                       HazardId{"data.drop_check", Severity::warn},
                                       HazardId{"data.drop_column", Severity::block},
                                       HazardId{"data.drop_database", Severity::block},
                                       HazardId{"data.drop_fk", Severity::warn},
                                       HazardId{"data.drop_not_null", Severity::warn},
                                       HazardId{"data.drop_rows", Severity::warn},
                                       HazardId{"data.drop_schema", Severity::block},
                                       HazardId{"data.drop_table", Severity::block},
                                       HazardId{"data.drop_unique", Severity::warn},
                                       HazardId{"data.implicit_default", Severity::block},
                                       HazardId{"data.no_backup", Severity::warn},
                                       HazardId{"data.not_null_may_fail", Severity::block},
                                       HazardId{"data.replace_or_ignore_copy", Severity::block},
                                       HazardId{"data.sequence_drop", Severity::block},
                                       HazardId{"data.sqlite_rebuild_cascade", Severity::recipe},
                                       HazardId{"data.stale_results", Severity::warn},
                                       HazardId{"data.truncate", Severity::block},
                                       HazardId{"data.truncate_cascade", Severity::block},
                                       HazardId{"data.unenforced_reference", Severity::recipe},
                                       HazardId{"data.unique_may_fail", Severity::block},
                                       HazardId{"fk.parent", Severity::warn},
                                       HazardId{"fk.present", Severity::warn},
                                       HazardId{"lock.after_ax", Severity::recipe},
                                       HazardId{"lock.cic_corruption_14", Severity::block},
                                       HazardId{"lock.cic_if_not_exists", Severity::block},
                                       HazardId{"lock.cic_lock_timeout", Severity::block},
                                       HazardId{"lock.concurrent_in_tx", Severity::block},
                                       HazardId{"lock.constraint_not_valid", Severity::recipe},
                                       HazardId{"lock.detach_not_concurrent", Severity::recipe},
                                       HazardId{"lock.domain_check", Severity::block},
                                       HazardId{"lock.exclusion", Severity::block},
                                       HazardId{"lock.fk_drop_parent", Severity::warn},
                                       HazardId{"lock.index_drop_not_concurrent", Severity::recipe},
                                       HazardId{"lock.index_not_concurrent", Severity::recipe},
                                       HazardId{"lock.inline_column_constraint", Severity::recipe},
                                       HazardId{"lock.instant_mixed", Severity::block},
                                       HazardId{"lock.instant_version_cap", Severity::warn},
                                       HazardId{"lock.multi_fk", Severity::warn},
                                       HazardId{"lock.multi_fk_unvalidated", Severity::block},
                                       HazardId{"lock.multiple_alter", Severity::warn},
                                       HazardId{"lock.mysql_copy", Severity::recipe},
                                       HazardId{"lock.mysql_guard_ignored", Severity::block},
                                       HazardId{"lock.mysql_guard_missing", Severity::recipe},
                                       HazardId{"lock.mysql_lock", Severity::recipe},
                                       HazardId{"lock.no_stmt_timeout", Severity::warn},
                                       HazardId{"lock.no_timeout", Severity::recipe},
                                       HazardId{"lock.not_null_scan", Severity::recipe},
                                       HazardId{"lock.partition_of", Severity::recipe},
                                       HazardId{"lock.pk_nullable", Severity::recipe},
                                       HazardId{"lock.reindex_not_concurrent", Severity::recipe},
                                       HazardId{"lock.table_option_mix", Severity::warn},
                                       HazardId{"lock.unique_constraint", Severity::recipe},
                                       HazardId{"lock.validate_same_tx", Severity::block},
                                       HazardId{"meta.order", Severity::block},
                                       HazardId{"meta.unused_ignore", Severity::warn},
                                       HazardId{"mongo.collmod_ttl", Severity::block},
                                       HazardId{"mongo.unique_build", Severity::block},
                                       HazardId{"mongo.validator_strict", Severity::block},
                                       HazardId{"name.case", Severity::warn},
                                       HazardId{"name.convention", Severity::warn},
                                       HazardId{"name.reserved", Severity::warn},
                                       HazardId{"name.schema_qualified", Severity::warn},
                                       HazardId{"name.too_long", Severity::warn},
                                       HazardId{"perf.alignment", Severity::warn},
                                       HazardId{"perf.analyze", Severity::warn},
                                       HazardId{"perf.datetime_index_pos", Severity::warn},
                                       HazardId{"perf.dupe_index", Severity::warn},
                                       HazardId{"perf.fk_unindexed", Severity::warn},
                                       HazardId{"perf.index_build", Severity::warn},
                                       HazardId{"perf.index_dropped", Severity::warn},
                                       HazardId{"perf.index_wide", Severity::warn},
                                       HazardId{"perf.invisible_first", Severity::warn},
                                       HazardId{"perf.redundant", Severity::warn},
                                       HazardId{"pk.missing", Severity::warn},
                                       HazardId{"plan.snapshot_across_concurrently", Severity::block},
                                       HazardId{"raw.execute", Severity::block},
                                       HazardId{"raw.unparsed", Severity::block},
                                       HazardId{"rewrite.ch_key", Severity::recipe},
                                       HazardId{"rewrite.charset", Severity::block},
                                       HazardId{"rewrite.constrained_domain_column", Severity::recipe},
                                       HazardId{"rewrite.enum", Severity::block},
                                       HazardId{"rewrite.full", Severity::block},
                                       HazardId{"rewrite.partition_by", Severity::block},
                                       HazardId{"rewrite.serial", Severity::recipe},
                                       HazardId{"rewrite.stored_generated", Severity::recipe},
                                       HazardId{"rewrite.type_change", Severity::recipe},
                                       HazardId{"rewrite.type_narrowing", Severity::block},
                                       HazardId{"rewrite.type_timezone", Severity::recipe},
                                       HazardId{"rewrite.under_lock", Severity::block},
                                       HazardId{"rewrite.volatile_default", Severity::recipe},
                                       HazardId{"secret.in_server_log", Severity::warn},
                                       HazardId{"secret.literal", Severity::block},
                                       HazardId{"space.unknown", Severity::warn},
                                       HazardId{"tx.duplicate_assign", Severity::block},
                                       HazardId{"tx.nesting", Severity::block},
                                       HazardId{"tx.non_robust", Severity::warn},
                                       HazardId{"tx.uncommitted", Severity::block},
                                       HazardId{"type.auto_inc_capacity", Severity::warn},
                                       HazardId{"type.bigint_pk", Severity::warn},
                                       HazardId{"type.char", Severity::warn},
                                       HazardId{"type.charset", Severity::warn},
                                       HazardId{"type.compression", Severity::warn},
                                       HazardId{"type.definer", Severity::warn},
                                       HazardId{"type.display_width", Severity::warn},
                                       HazardId{"type.engine", Severity::warn},
                                       HazardId{"type.enum", Severity::warn},
                                       HazardId{"type.fk_mismatch", Severity::block},
                                       HazardId{"type.float", Severity::warn},
                                       HazardId{"type.has_timestamp", Severity::warn},
                                       HazardId{"type.identity", Severity::warn},
                                       HazardId{"type.json", Severity::warn},
                                       HazardId{"type.pedantic", Severity::block},
                                       HazardId{"type.text_over_varchar", Severity::warn},
                                       HazardId{"type.timestamptz", Severity::warn},
                                       HazardId{"type.zero_date", Severity::warn}};
static_assert(std::ranges::is_sorted(hazard_ids, {}, &HazardId::id));

/// The hazard of that id, or null.
constexpr const HazardId* find_hazard(std::string_view id) {
  const auto* found = std::ranges::lower_bound(hazard_ids, id, {}, &HazardId::id);
  return found != hazard_ids.end() && found->id == id ? found : nullptr;
}

/// `data` of `data.drop_table`; of a family name, itself.
constexpr std::string_view hazard_family(std::string_view id) { return id.substr(0, id.find('.')); }

/// The only engine that a hazard is of; empty: of several.
constexpr std::string_view engine_of(std::string_view id) {
  const auto has = [&](std::string_view words) { return id.find(words) != std::string_view::npos; };
  if (id.starts_with("ch.") || has(".ch_")) return "clickhouse";
  if (has(".sqlite_")) return "sqlite";
  if (id.starts_with("mongo.")) return "mongo";
  if (has("mysql") || has(".instant_") || has("charset") || has("zero_date") || has("display_width") ||
      has(".invisible_") || has(".definer"))
    return "mysql";
  return has(".cic_") || has("concurrent") || has("not_valid") || has("timestamptz") ? "postgres" : "";
}

/// All hazards of a family, by id; empty when there is no such family.
inline std::vector<std::string_view> hazards_of_family(std::string_view family) {
  std::vector<std::string_view> found;
  for (const HazardId& hazard : hazard_ids)
    if (hazard_family(hazard.id) == family) found.push_back(hazard.id);
  return found;
}

/// Whether `rule`, an id or a family, speaks about the hazard `id`.
constexpr bool covers(std::string_view rule, std::string_view id) { return rule == id || rule == hazard_family(id); }

}  // namespace dmc::lint
