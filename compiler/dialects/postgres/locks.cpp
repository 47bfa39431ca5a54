// data/postgres_locks.json as it was measured, one line an operation; locks_test compares the two.
#include "compiler/dialects/postgres/locks.hpp"

#include <algorithm>
#include <array>

namespace dmc::dialects::postgres {

namespace {

constexpr std::string_view rs = "row share", rx = "row exclusive", as = "access share", sux = "share update exclusive",
                           s = "share", srx = "share row exclusive", x = "exclusive", ax = "access exclusive";

// clang-format off
constexpr auto measured_operations = std::to_array<Operation>({
    {"add_check_notnull_not_valid", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_check_valid", 12, 18, "scan", 1, {{{"t", ax}}}},
    {"add_column_check_inline", 12, 18, "scan", 1, {{{"t", ax}}}},
    {"add_column_const_default", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_column_default_check_inline", 12, 18, "scan", 1, {{{"t", ax}}}},
    {"add_column_domain_constrained", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_domain_constrained_default", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_generated_stored", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_generated_virtual", 18, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_column_identity", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_notnull_const_default", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_column_nullable", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_column_references_default", 12, 18, "fk_scan", 2, {{{"p", srx}, {"t", ax}}}},
    {"add_column_references_nullable", 12, 18, "catalog", 2, {{{"p", srx}, {"t", ax}}}},
    {"add_column_serial", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_stable_default_now", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_column_unique", 12, 18, "index", 1, {{{"t", ax}}}},
    {"add_column_volatile_default", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_column_volatile_uuid", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"add_exclusion", 12, 18, "index", 1, {{{"t", ax}}}},
    {"add_fk_not_valid", 12, 18, "catalog", 2, {{{"p", srx}, {"t", srx}}}},
    {"add_fk_valid", 12, 18, "fk_scan", 2, {{{"p", srx}, {"t", srx}}}},
    {"add_identity", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"add_pk_raw", 12, 18, "index", 1, {{{"t", ax}}}},
    {"add_pk_using_index_notnull", 12, 18, "catalog", 2, {{{"t", ax}, {"uqi", sux}}}},
    {"add_pk_using_index_nullable", 12, 18, "scan", 2, {{{"t", ax}, {"uqi", sux}}}},
    {"add_unique_constraint", 12, 18, "index", 1, {{{"t", ax}}}},
    {"add_unique_using_index", 12, 18, "catalog", 2, {{{"t", ax}, {"uqi", sux}}}},
    {"alter_fk_deferrable", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"analyze", 12, 18, "maintenance", 1, {{{"t", sux}}}},
    {"attach_partition_default_exists", 12, 18, "scan", 3, {{{"newpart", ax}, {"pt", sux}, {"ptd", ax}}}},
    {"attach_partition_no_check", 12, 18, "scan", 2, {{{"newpart", ax}, {"pt", sux}}}},
    {"attach_partition_with_check", 12, 18, "proven", 2, {{{"newpart", ax}, {"pt", sux}}}},
    {"cluster", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"comment", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"create_index", 12, 18, "index", 1, {{{"t", s}}}},
    {"create_index_concurrently", 12, 18, "index", 1, {{{"t", sux}}}},
    {"create_matview", 12, 18, "query", 1, {{{"t", as}}}},
    {"create_partition_of", 12, 18, "catalog", 1, {{{"pt", ax}}}},
    {"create_policy", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"create_publication", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"create_rule", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"create_statistics", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"create_table", 12, 18, "catalog", 0, {{}}},
    {"create_table_with_fk", 12, 18, "index", 1, {{{"p", srx}}}},
    {"create_trigger", 12, 18, "catalog", 1, {{{"t", srx}}}},
    {"create_unique_index_concurrently", 12, 18, "index", 1, {{{"t", sux}}}},
    {"create_view", 12, 18, "catalog", 1, {{{"t", as}}}},
    {"detach_partition", 12, 13, "catalog", 2, {{{"pt", ax}, {"pt2", sux}}}},
    {"detach_partition", 14, 18, "catalog", 2, {{{"pt", ax}, {"pt2", ax}}}},
    {"detach_partition_concurrently", 14, 18, "catalog", 2, {{{"pt", sux}, {"pt2", ax}}}},
    {"domain_add_check", 12, 18, "scan", 1, {{{"t", s}}}},
    {"domain_add_check_not_valid", 12, 18, "catalog", 0, {{}}},
    {"domain_validate", 12, 18, "scan", 1, {{{"t", s}}}},
    {"drop_column", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_constraint", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_default", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_expression", 13, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_fk", 12, 18, "catalog", 2, {{{"p", ax}, {"t", ax}}}},
    {"drop_index", 12, 18, "catalog", 2, {{{"t", ax}, {"t_v20", ax}}}},
    {"drop_index_concurrently", 12, 18, "catalog", 2, {{{"t", sux}, {"t_v20", sux}}}},
    {"drop_not_null", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_partition", 12, 18, "catalog", 2, {{{"pt", ax}, {"pt2", ax}}}},
    {"drop_pk", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_table", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_table_with_fk", 12, 18, "catalog", 2, {{{"p", ax}, {"t", ax}}}},
    {"drop_trigger", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"drop_view", 12, 18, "catalog", 1, {{{"vw", ax}}}},
    {"enable_rls", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"enable_trigger", 12, 18, "catalog", 1, {{{"t", srx}}}},
    {"enum_add_value", 12, 18, "catalog", 0, {{}}},
    {"enum_rename_value", 12, 18, "catalog", 0, {{}}},
    {"grant", 12, 17, "catalog", 0, {{}}},
    {"grant", 18, 18, "catalog", 1, {{{"t", as}}}},
    {"inherit_add", 12, 18, "catalog", 2, {{{"par", sux}, {"t", ax}}}},
    {"owner_to", 12, 18, "catalog", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"pg18_add_notnull_not_valid", 18, 18, "catalog", 1, {{{"t", ax}}}},
    {"pg18_alter_fk_not_enforced", 18, 18, "catalog", 2, {{{"p", ax}, {"t", ax}}}},
    {"pg18_validate_notnull", 18, 18, "scan", 1, {{{"t", sux}}}},
    {"pt_add_check_not_valid", 12, 18, "catalog", 3, {{{"pt", ax}, {"pt1", ax}, {"pt2", ax}}}},
    {"pt_add_fk_not_valid", 18, 18, "catalog", 4, {{{"p", srx}, {"pt", srx}, {"pt1", srx}, {"pt2", srx}}}},
    {"pt_attach_index", 12, 18, "catalog", 4, {{{"pix", sux}, {"pix1", ax}, {"pt", as}, {"pt1", as}}}},
    {"pt_create_index", 12, 18, "index", 3, {{{"pt", s}, {"pt1", s}, {"pt2", s}}}},
    {"pt_create_index_on_only", 12, 18, "catalog", 1, {{{"pt", s}}}},
    {"refresh_matview", 12, 18, "query", 2, {{{"mv", ax}, {"t", as}}}},
    {"refresh_matview_concurrently", 12, 18, "query", 3, {{{"mv", x}, {"mv_id_idx", rx}, {"t", as}}}},
    {"reindex_index", 12, 18, "index", 2, {{{"t", s}, {"t_v20", ax}}}},
    {"reindex_index_concurrently", 12, 18, "index", 2, {{{"t", sux}, {"t_v20", sux}}}},
    {"reindex_table", 12, 18, "index", 3, {{{"t", s}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"rename_column", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"rename_constraint", 12, 18, "catalog", 2, {{{"t", ax}, {"t_pkey", sux}}}},
    {"rename_index", 12, 18, "catalog", 1, {{{"t_v20", sux}}}},
    {"rename_table", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"replace_view", 12, 18, "catalog", 2, {{{"t", as}, {"vw", ax}}}},
    {"replica_identity_full", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_access_method", 15, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_compression", 14, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_default", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_expression", 17, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"set_logged_unlogged", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"set_not_null_raw", 12, 18, "scan", 1, {{{"t", ax}}}},
    {"set_not_null_with_valid_check", 12, 18, "proven", 1, {{{"t", ax}}}},
    {"set_reloption_autovacuum", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"set_reloption_fillfactor", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"set_schema", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_statistics", 12, 18, "catalog", 1, {{{"t", sux}}}},
    {"set_storage", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"set_tablespace", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"truncate", 12, 18, "empty", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_char_to_text", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_cidr_to_inet", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_collate_change", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_int_to_bigint", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_int_to_domain_constrained", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_int_to_domain_unconstrained", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_int_to_oid", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_numeric_prec_increase", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_numeric_scale_increase", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_numeric_unconstrained", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_text_to_varchar", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_text_to_varchar_nolimit", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_timestamp_precision_decrease", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_ts_to_tz_nonutc", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_ts_to_tz_utc", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_tz_to_ts_utc", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"type_varchar_decrease", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"type_varchar_increase", 12, 18, "catalog", 2, {{{"t", ax}, {"t_v20", ax}}}},
    {"type_varchar_to_text", 12, 18, "catalog", 2, {{{"t", ax}, {"t_v20", ax}}}},
    {"type_with_using_identity", 12, 18, "catalog", 1, {{{"t", ax}}}},
    {"vacuum", 12, 18, "maintenance", 3, {{{"t", sux}, {"t_pkey", rx}, {"t_v20", rx}}}},
    {"vacuum_full", 12, 18, "rewrite", 3, {{{"t", ax}, {"t_pkey", ax}, {"t_v20", ax}}}},
    {"validate_check", 12, 18, "scan", 1, {{{"t", sux}}}},
    {"validate_fk", 12, 18, "fk_scan", 2, {{{"p", rs}, {"t", sux}}}},
});
// clang-format on

}  // namespace

const Operation* operation(std::string_view id, int major) {
  const auto found = std::ranges::find_if(measured_operations, [&](const Operation& one) {
    return one.id == id && one.oldest <= major && major <= one.newest;
  });
  return found == measured_operations.end() ? nullptr : &*found;
}

std::span<const Operation> operations() { return measured_operations; }

std::string_view work_class(std::string_view work) {
  if (work == "scan" || work == "fk_scan" || work == "query" || work == "maintenance") return "scan";
  if (work == "index" || work == "rewrite") return work;
  return "catalog";
}

}  // namespace dmc::dialects::postgres
