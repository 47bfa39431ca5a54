#!/usr/bin/env bash
# A MergeTree table becomes one that leaves one row of several when it merges parts, while rows are inserted: every row is copied and compared
# before any is merged away, and the old table has them all on the way back. On 26.x; 18.16 cannot keep parts from being merged, and is told so.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"

table() { echo "table t { id UInt64; v UInt32; note String; engine = $1; partition by (id % 2); order by (id); }"; }
# becomes WHAT ENGINE STATEMENTS CODE    until the second change is compiled, or not
becomes() {
  what="$server: $1"
  ch_shop "$what" "$(table MergeTree)"
  ch "insert into t select number % 100, number, 'a' from numbers(1000)"
  ch "insert into t select number % 100, 1000 + number, 'b' from numbers(1000)"
  was=$(ch "select count(), sum(v), sum(cityHash64(id, v, note)) from t where note != 'live'")
  ch_declare "$(table "$2")"
  echo "change 2 'other engine' { $3 }" >changes/0002.mig
  quiet "$4" "$what: the second compiles" compile
}
accepted="rebuild table t; accept data.ch_collapse on t because 'one row of each id is wanted';"
# inserts FROM    rows with ids of their own, one after the other, until $work/over is there.
inserts() {
  local n=0
  while [ ! -e "$work/over" ]; do
    n=$((n + 1))
    ch "insert into t values ($(($1 + n)), $n, 'live')" >>"$work/inserted.errors"
    echo "$n" >"$work/inserted"
    sleep 0.02
  done
}
# while_inserted FROM COMMAND…
while_inserted() {
  rm -f "$work/over" "$work/inserted"
  : >"$work/inserted.errors"
  inserts "$1" &
  local client=$!
  sleep 0.5
  shift
  "$@"
  sleep 0.5
  touch "$work/over"
  wait $client
  ok "$what: no insert failed" "" "$(sort -u "$work/inserted.errors" | head -3)"
}
settled() {
  ch "optimize table t final"
  ch "select count(), sum(v) from t where note != 'live'"
}

whole_way() {
  server=$1 declared=$2 on="shop=$ch_url/shop" plan=plans/0002.plan.json
  becomes "it must be accepted" "ReplacingMergeTree(v)" "rebuild table t;" 1
  has "$what: the hazard is named" "data.ch_collapse"
  becomes "the last of each key stays" "ReplacingMergeTree(v)" "$accepted" 0
  while_inserted 10000 quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its engine" "ReplacingMergeTree(v) PARTITION BY id % 2 ORDER BY id SETTINGS index_granularity = 8192" "select engine_full from system.tables where database = 'shop' and name = 't'"
  ch_is "$what: no insert is lost or doubled" "$(cat "$work/inserted")" "select count() from t where note = 'live'"
  quiet 0 "$what: no drift" drift --on "$on"
  ok "$what: one row of each key" $'100\t194950' "$(settled)"
  local first; first=$(cat "$work/inserted")
  while_inserted 50000 quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress --lossy all
  ch_is "$what: every row is back" "$was" "select count(), sum(v), sum(cityHash64(id, v, note)) from t where note != 'live'"
  ch_is "$what: and what was inserted before, and meanwhile" "$((first + $(cat "$work/inserted")))" "select count() from t where note = 'live'"
  quiet 0 "$what: verify" verify --on "$on"
  becomes "a sum is another row" "SummingMergeTree" "$accepted" 1
  has "$what: refused" "E0958"
}

clickhouse_or_skip "engines that collapse rows"
server=18.16 declared=18.16 on="shop=$ch_url/shop" plan=plans/0002.plan.json
becomes "parts are merged whenever it likes" "ReplacingMergeTree(v)" "$accepted" 1
has "$what: refused" "before 21.2 none of its parts can be kept from being merged"
has "$what: and what to do instead" "fill it with a .run."
chdb_server_here && whole_way 26.x 25.1
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
