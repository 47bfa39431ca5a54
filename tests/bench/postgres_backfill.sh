#!/usr/bin/env bash
# A backfill beside one UPDATE of the same rows on another copy of them, and whether a row costs the same however many there are. BENCH_ROWS holds
# other sizes: the bar speaks of 10,000 to 10,000,000, which take a quarter of an hour and 6 GB.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/tests/support/bench.sh"
pg_options="-c shared_buffers=256MB -c max_wal_size=4GB -c autovacuum=off"
postgres_or_skip "benches of backfills"
busy

items='id bigint primary key identity; name text not null; price integer not null; index items_name_idx (name);'
new_project "table items { $items }" "change 1 'items';"
"$DMC" compile >/dev/null || exit 1
next_version "table items { $items label text; }" "change 2 'label' { backfill items set label = (name || ' at ' || price) where (label is null); }"
"$DMC" compile >/dev/null || exit 1

# copied DATABASE: another copy of the rows
copied() {
  pg_sql postgres "drop database if exists $1" "create database $1 template base strategy file_copy" checkpoint
}
one_update() {
  copied bare
  pg_sql bare "alter table items add column label text"
  ms pg_sql bare "update items set label = name || ' at ' || price where label is null"
}
# The figure is of the step that fills; what dmc does once for a plan is measured by postgres_steps.sh.
backfill() {
  copied filled
  "$DMC" rebind --on "shop=$(pg_url filled)" >/dev/null || exit 1
  rm -f "$work/journal"
  "$DMC" run plans/0002.plan.json --on "shop=$(pg_url filled)" --yes --no-progress --journal "$work/journal" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
  took=$(sed -nE 's/.*"milliseconds":([0-9]+).*/\1/p' "$work/journal" | tail -n 1)
}

for rows in ${BENCH_ROWS:-10000 100000 1000000}; do
  pg_sql postgres "drop database if exists base" "create database base"
  "$DMC" run plans/0001.plan.json --on "shop=$(pg_url base)" --yes >/dev/null 2>&1 || exit 1
  pg_sql base "insert into items (name, price) select 'name ' || lpad(i::text, 9, '0'), i % 1000 from generate_series(1, $rows) i" "vacuum (analyze, freeze)"
  bare= ours= ratios=
  for _ in $(seq $((rows > 1000000 ? 1 : rows > 100000 ? 3 : 5))); do
    one_update; this=$took
    backfill
    ratios="$ratios $(ratio "$this" "$took")"
    [ -n "$bare" ] && [ "$bare" -le "$this" ] || bare=$this
    [ -n "$ours" ] && [ "$ours" -le "$took" ] || ours=$took
  done
  line "one UPDATE of $rows rows" "$bare ms, $(per_row "$bare" "$rows")" "(the limit)"
  line "dmc run: the same in batches" "$ours ms, $(per_row "$ours" "$rows")" ""
  line "  its throughput beside the UPDATE's, median" "$(median $ratios)" "bar 0.85"
  pg_sql postgres "drop database bare" "drop database filled"
done
busy
