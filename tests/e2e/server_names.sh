#!/usr/bin/env bash
# dmc lint --on asks the server at hand whether it has what the sources name: on 18.16, on 26.x out of libchdb, and on PostgreSQL.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
said=$work/said.txt
asks() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  quiet "$wanted" "$what" "$@"
  { echo "== $what"; sed -E -e 's/:[0-9]{5}/:PORT/g' -e 's/%2Ftmp%2Fdmc-pg-[A-Za-z0-9]+/FOLDER/g' "$work/answer"; echo; } >>"$said"
}
mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo "project shop { edition 1; }" >project.mig
echo "change 1 'first';" >changes/0001_first.mig
declares() {  # database and version, items
  printf 'database shop on %s {\n%s\n}\n' "$1" "$2" >schema/shop.mig
}

clickhouse_or_skip "names that a ClickHouse server has"
printf 'create database shop' | ch_send default
declares 'clickhouse 21.8' '  table places {
    id     UInt64 codec (ZSTD(3));
    place  Point;
    kind   LowCardinality(String);
    index by_kind (kind) type bloom_filter;

    engine = MergeTree;
    order by (id);
    settings merge_with_ttl_timeout = 3600, index_granularity = 8192;
  }'
asks 0 "the sources alone" lint
asks 1 "a server that is older than what is declared" lint --on "$ch_url/shop"
asks 1 "the same as annotations" lint --on "shop=$ch_url/shop" --format github
asks 1 "a database that is not there" lint --on "shop=$ch_url/nowhere"
asks 2 "a server of another engine" lint --on shop=sqlite:shop.db
asks 2 "a name that is no database of the project" lint --on "store=$ch_url/shop"
quiet 0 "compiles" compile
asks 2 "a plan has no sources" lint plans/0001.plan.json --on "$ch_url/shop"
declares 'clickhouse 18.16' '  table places {
    id    UInt64;
    kind  Enum8('"'a' = 1, 'b' = 2"');

    engine = MergeTree;
    order by (id);
    settings index_granularity = 8192;
  }'
quiet 0 "a server that has everything" lint --on "$ch_url/shop"
ch_stop

skipped=0
if chdb_server_here; then
  printf 'create database shop' | ch_send default
  declares 'clickhouse 26.7' '  table places {
    id     UInt64 codec (Delta(8), ZSTD(3));
    place  Array(Tuple(Float64, Nullable(Decimal(18, 4))));
    index by_id (id) type minmax;

    engine = ReplacingMergeTree;
    order by (id);
    settings merge_with_ttl_timeout = 3600;
  }'
  quiet 0 "26.x has everything" lint --on "$ch_url/shop"
  ok "and lists everything" "no hazards" "$(cat "$work/answer")"
  ch_stop
else
  skipped=1
fi

# Its own trap ends the server; what went before is gone by then.
rm -rf $ch_folders
. "$here/../support/postgres.sh"
postgres_or_skip "names that a PostgreSQL server has"
pg_sql postgres "create database shop"
declares 'postgres 15' '  extension plpqsql;
  extension no_such_thing;
  table t { id bigint primary key; }'
asks 1 "extensions that are not beside the server" lint --on "shop=$(pg_url shop)"

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/server_names.txt"; fi
if diff "$here/server_names.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: what is said (DMC_ACCEPT=1 writes it)"; fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
