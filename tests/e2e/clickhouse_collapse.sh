#!/usr/bin/env bash
# A MergeTree table becomes one that leaves one row of several when it merges parts, while rows are inserted: every row is copied and compared
# before any is merged away, and the old table has them all on the way back. On 26.x; 18.16 cannot keep parts from being merged, and is told so.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"

table() { echo "table t { id UInt64; v UInt32; note String; sign Int8; engine = $1; partition by (id % 2); order by (id); ${2:-} }"; }
# becomes WHAT ENGINE STATEMENTS CODE [MORE]    MORE is what both tables say too; until the second change is compiled, or not
becomes() {
  what="$server: $1"
  ch_shop "$what" "$(table MergeTree "${5:-}")"
  ch "insert into t select number % 100, number, 'a', 1 from numbers(1000)"
  ch "insert into t select number % 100, 1000 + number, 'b', 1 from numbers(1000)"
  was=$(ch "select count(), sum(v), sum(cityHash64(id, v, note)) from t where note != 'live'")
  ch_declare "$(table "$2" "${5:-}")"
  echo "change 2 'other engine' { $3 }" >changes/0002.mig
  quiet "$4" "$what: the second compiles" compile
}
accepted="rebuild table t; accept data.ch_collapse on t because 'one row of each id is wanted';"
# inserts FROM    rows with ids of their own, one after the other, until $work/over is there.
inserts() {
  local n=0
  while [ ! -e "$work/over" ]; do
    n=$((n + 1))
    local row="insert into t values ($(($1 + n)), $n, 'live', 1)" answer
    answer=$(ch "$row")
    # Who has found the old table when the new one takes its name is told so, writes nothing, and asks again.
    case "$answer" in *TABLE_UUID_MISMATCH*) answer=$(ch "$row") ;; esac
    [ -z "$answer" ] || echo "$answer" >>"$work/inserted.errors"
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

# there_and_back WHAT ENGINE SETTLED [MORE]    SETTLED: rows and their sum once all parts are merged
there_and_back() {
  becomes "$1" "$2" "$accepted" 0 "${4:-}"
  while_inserted 10000 quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its engine" "$2" "select splitByString(' PARTITION', engine_full)[1] from system.tables where database = 'shop' and name = 't'"
  ch_is "$what: no insert is lost or doubled" "$(cat "$work/inserted")" "select count() from t where note = 'live'"
  quiet 0 "$what: no drift" drift --on "$on"
  ok "$what: what is left of each key" "$3" "$(settled)"
  local first; first=$(cat "$work/inserted")
  while_inserted 50000 quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress --lossy all
  ch_is "$what: every row is back" "$was" "select count(), sum(v), sum(cityHash64(id, v, note)) from t where note != 'live'"
  ch_is "$what: and what was inserted before, and meanwhile" "$((first + $(cat "$work/inserted")))" "select count() from t where note = 'live'"
  quiet 0 "$what: verify" verify --on "$on"
}

# More parts than are allowed come while none is merged: no insert waits for it, none is refused, and the limit is back at the end.
many_parts() {
  local n answers=
  becomes "many parts" "ReplacingMergeTree(v)" "$accepted" 0 "settings parts_to_delay_insert = 50, parts_to_throw_insert = 100;"
  local delayed; delayed=$(ch "select sum(value) from system.events where event = 'DelayedInserts'")
  "$DMC" run "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1 &
  local runner=$!
  while kill -0 $runner 2>/dev/null && [ "$(ch "select engine from system.tables where database = 'shop' and name = 't'")" != ReplacingMergeTree ]; do sleep 0.02; done
  kill -STOP $runner
  ch_is "$what: nothing is merged as yet" 1 "select position(engine_full, 'max_bytes_to_merge_at_max_space_in_pool = 1') > 0 from system.tables where database = 'shop' and name = 't'"
  for n in $(seq 120); do answers="$answers$(ch "insert into t values ($((10000 + 2 * n)), $n, 'live', 1)")"; done
  ok "$what: no insert failed" "" "${answers:0:300}"
  ch_is "$what: they are more than are allowed" 1 "select count() > 100 from system.parts where database = 'shop' and table = 't' and active and partition = '0'"
  ch_is "$what: none was kept waiting" "$delayed" "select sum(value) from system.events where event = 'DelayedInserts'"
  kill -CONT $runner
  wait $runner
  ok "$what: it runs" 0 $?
  ch_is "$what: every insert is there" 120 "select count() from t where note = 'live'"
  ch_is "$what: the limit is the one that is declared" 1 "select position(engine_full, 'parts_to_throw_insert = 100,') > 0 and position(engine_full, 'parts_to_delay_insert = 50,') > 0 from system.tables where database = 'shop' and name = 't'"
  quiet 0 "$what: no drift" drift --on "$on"
}

whole_way() {
  server=$1 declared=$2 on="shop=$ch_url/shop" plan=plans/0002.plan.json
  becomes "it must be accepted" "ReplacingMergeTree(v)" "rebuild table t;" 1
  has "$what: the hazard is named" "data.ch_collapse"
  there_and_back "the last of each key stays" "ReplacingMergeTree(v)" $'100\t194950' "settings parts_to_delay_insert = 100, parts_to_throw_insert = 100;"
  many_parts
  there_and_back "one of each sign stays" "CollapsingMergeTree(sign)" $'100\t194950'
  there_and_back "pairs of a version go" "VersionedCollapsingMergeTree(sign, v)" $'2000\t1999000'
  becomes "a sum is another row" "SummingMergeTree" "$accepted" 1
  has "$what: refused" "E0958"
}

clickhouse_or_skip "engines that collapse rows"
server=18.16 declared=18.16 on="shop=$ch_url/shop" plan=plans/0002.plan.json
becomes "parts are merged whenever it likes" "ReplacingMergeTree(v)" "$accepted" 1
has "$what: refused" "before 21.2 none of its parts can be kept from being merged"
has "$what: and what to do instead" "fill it with a .run."
chdb_server_here && whole_way 26.x 25.1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
