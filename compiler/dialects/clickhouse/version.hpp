// Which ClickHouse is the oldest that a plan must run on, and what that version can do.
#pragma once

#include "compiler/dialects/engine_version.hpp"

namespace dmc::dialects::clickhouse {

/// https://clickhouse.com/docs/whats-new/changelog; where a feature was experimental at first, when it no longer was.
/// 18.16 and 26.7 are measured.
inline constexpr Version oldest_supported{18, 16};
inline constexpr Version codecs{19, 1};
inline constexpr Version column_if_exists{19, 1};     ///< `alter table … drop column if exists`
inline constexpr Version views_fill_defaults{19, 1};  ///< of the table that a materialized view writes into
inline constexpr Version column_ttl{19, 6};
inline constexpr Version kill_mutation{19, 6};  ///< with `latest_fail_reason` in system.mutations
inline constexpr Version os_thread_priority{19, 13};
inline constexpr Version modify_setting{19, 14};    ///< and constraints
inline constexpr Version alter_by_mutation{20, 1};  ///< of a type; before, all parts at once
inline constexpr Version skip_indexes{20, 1};       ///< `materialize index` too
inline constexpr Version or_replace_view{20, 1};
inline constexpr Version rename_columns{20, 4};
inline constexpr Version materialize_ttl{20, 5};   ///< and `materialize_ttl_after_modify`
inline constexpr Version column_first{20, 6};      ///< `add column … first`
inline constexpr Version exchange_tables{20, 10};  ///< the database engine is Atomic from then on
inline constexpr Version modify_remove{20, 12};    ///< `modify column c remove default`
inline constexpr Version modify_sample_by{21, 1};
inline constexpr Version reset_setting{21, 2};
inline constexpr Version projections{21, 7};
inline constexpr Version alter_settings{21, 8};  ///< `alter table … settings …`; `modify comment` of a table
inline constexpr Version materialize_column{21, 10};
inline constexpr Version remove_sample_by{22, 3};
inline constexpr Version alter_sync{23, 8};     ///< before: replication_alter_partitions_sync
inline constexpr Version modify_query{23, 12};  ///< of a materialized view
inline constexpr Version sketches{24, 8};       ///< `statistics` of a column
inline constexpr Version alter_memory{26, 7};   ///< columns of a Memory table; not on 24.7, and not measured between

}  // namespace dmc::dialects::clickhouse
