#!/usr/bin/env bash
# ClickHouse: what dmc costs beside the same work sent by hand, on 18.16 and, where libchdb can be had, on 26.x.
#   BENCH_ROWS=20000000 tests/bench/clickhouse.sh      so many rows in the table whose sorting key changes (default: 2,000,000)
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/tests/support/bench.sh"
. "$here/tests/support/clickhouse.sh"
rows=${BENCH_ROWS:-2000000}
hits='day Date; id UInt64; kind String; amount Int64; note String; engine = MergeTree; partition by (toYYYYMM(day));'

run_plan() { "$DMC" run "plans/000$1.plan.json" --on "shop=$ch_url/shop?timeout=600" --yes --no-progress --journal "$work/journal" >"$work/said" 2>&1; }
must() { "$@" || { cat "$work/said"; exit 1; }; }
new_shop() { printf 'drop database if exists shop' | ch_send default; printf 'create database shop' | ch_send default; }
# steps_like PATTERN: ms that the steps of the last run took whose summary has it
steps_like() {
  python3 - "$1" "$work/journal" <<'END'
import json, re, sys
wanted, summaries, total = re.compile(sys.argv[1]), {}, 0
for line in open(sys.argv[2]):
    event = json.loads(line).get("event", {})
    if "summary" in event: summaries[event["step"]] = event["summary"]
    elif "milliseconds" in event and wanted.search(summaries.get(event.get("step"), "")): total += event["milliseconds"]
print(total)
END
}

# inserts SECONDS    p99 of a client that inserts one row after the other, in us, and how many; until the file $work/over is there
inserts() {
  python3 - "$ch_port" "$1" "$work/over" "$ch_more" <<'END'
import http.client, os, sys, time
port, seconds, over = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
client, took, until, n = http.client.HTTPConnection("127.0.0.1", port), [], time.time() + seconds, 0
while time.time() < until and not os.path.exists(over):
    n += 1
    row = f"insert into hits (day, id, kind, amount, note) values ('2026-01-15', {10**12 + n}, 'k', 1, 'n')"
    begin = time.perf_counter()
    while True:
        client.request("POST", "/?database=shop" + sys.argv[4], row)
        answer = client.getresponse()
        said = answer.read().decode()
        if answer.status == 200: break
        if "exist" not in said: sys.exit(said)  # 18.16 has no exchange: for a moment the table has another name
    took.append(time.perf_counter() - begin)
    time.sleep(0.005)
took.sort()
print(round(took[len(took) * 99 // 100] * 1e6), len(took))
END
}

two_versions() {  # tables, change, tables behind, change: a new shop is at the first, and the way to the second is compiled
  new_shop
  new_project "$1" "$2"
  "$DMC" compile >/dev/null || exit 1
  next_version "$3" "$4"
  must "$DMC" compile >"$work/said" 2>&1
  must run_plan 1
}

sorting_key() {
  two_versions "table hits { $hits order by (kind, id); }" "change 1 'hits';" \
    "table hits { $hits order by (id, kind); }" "change 2 'key' { rebuild table hits; }"
  ch "insert into hits select toDate('2026-01-01') + number % 120, number, concat('k', toString(number % 100)), number % 1000, concat('note ', toString(number % 5000)) from numbers($rows)"
  local round bare= ours= whole= sums= ratios= wholes= looks= this copy
  for round in 1 2 3; do
    ch "create table bare (day Date, id UInt64, kind String, amount Int64, note String) engine = MergeTree partition by toYYYYMM(day) order by (id, kind)"
    ms ch "insert into bare select * from hits"
    [ -n "$bare" ] && [ "$bare" -le "$took" ] || bare=$took
    this=$took
    ms eval 'for t in hits bare; do ch "select sum(ignore(day, id, kind, amount, note)) from $t"; done'
    looks="$looks $(ratio "$took" "$this")"
    ch "drop table bare"
    rm -f "$work/journal"
    ms run_plan 2
    [ -n "$whole" ] && [ "$whole" -le "$took" ] || whole=$took
    wholes="$wholes $(ratio "$took" "$this")"
    copy=$(steps_like 'copy the rows that are there')
    [ -n "$ours" ] && [ "$ours" -le "$copy" ] || ours=$copy
    ratios="$ratios $(ratio "$copy" "$this")"
    sums="$sums $(ratio "$(steps_like 'holds every row')" "$copy")"
    must "$DMC" undo plans/0002.plan.json --on "shop=$ch_url/shop?timeout=600" --yes --no-progress --lossy all >"$work/said" 2>&1
  done
  line "$1: insert … select of $rows rows" "$bare ms" "(the limit)"
  line "$1: rebuild table, its copy" "$ours ms" ""
  line "  ratio, median of three" "$(median $ratios)" "bar 1.15"
  line "$1: rebuild table, all of it" "$whole ms" ""
  line "  ratio, median of three" "$(median $wholes)" ""
  line "  comparison of both tables, share of the copy" "$(median $sums)" "bar 0.10"
  line "  both tables read once, nothing computed, share of the bare one" "$(median $looks)" "(the limit)"
}

# beside COMMAND…    what inserts does while it runs
beside() {
  rm -f "$work/over"
  inserts 600 >"$work/beside" &
  local client=$!
  sleep 1
  "$@"
  touch "$work/over"
  wait $client
  cat "$work/beside"
}
nothing() { sleep 5; }
rebuilt_twice() {
  for _ in 1 2; do
    must run_plan 2
    must "$DMC" undo plans/0002.plan.json --on "shop=$ch_url/shop?timeout=600" --yes --no-progress --lossy all >"$work/said" 2>&1
  done
}
copied_twice() {
  for _ in 1 2; do
    ch "create table bare (day Date, id UInt64, kind String, amount Int64, note String) engine = MergeTree partition by toYYYYMM(day) order by (id, kind)"
    ch "insert into bare select * from hits"
    ch "drop table bare"
  done
}

# Whoever copies at full speed is in the way of others, by hand too.
latency() {
  local round alone ours bare ratios= bares=
  for round in 1 2 3; do
    alone=$(beside nothing) bare=$(beside copied_twice) ours=$(beside rebuilt_twice)
    bares="$bares $(ratio "${bare% *}" "${alone% *}")" ratios="$ratios $(ratio "${ours% *}" "${alone% *}")"
  done
  line "$1: an insert beside nothing, p99 of ${alone#* }" "${alone% *} us" "(the limit)"
  line "$1: beside insert … select, p99 of ${bare#* }" "${bare% *} us" ""
  line "  ratio, median of three" "$(median $bares)" "(by hand)"
  line "$1: beside rebuild table and its way back, p99 of ${ours#* }" "${ours% *} us" ""
  line "  ratio, median of three" "$(median $ratios)" "bar 1.50"
}

inspected() {
  new_shop
  local i
  for i in $(seq 1000); do ch "create table t$i (day Date, id UInt64, kind String, amount Int64) engine = MergeTree partition by toYYYYMM(day) order by (kind, id)"; done
  best 3 "$DMC" inspect "$ch_url/shop?timeout=600"
  line "$1: dmc inspect of 1000 tables" "$took ms" "bar 500 ms"
}

steps() {
  local i tables= more=
  for i in $(seq 50); do
    tables="$tables table t$i { id UInt64; engine = MergeTree; order by (id); }"
    more="$more table t$i { id UInt64; more String; engine = MergeTree; order by (id); }"
  done
  two_versions "$tables" "change 1 'tables';" "$more" "change 2 'a column each';"
  local round bare= ours= ratios=
  for round in 1 2 3; do
    by_hand() { for i in $(seq 50); do echo "alter table t$i add column more String"; done | one_client; }
    ms by_hand
    local this=$took
    [ -n "$bare" ] && [ "$bare" -le "$took" ] || bare=$took
    for i in $(seq 50); do echo "alter table t$i drop column more"; done | one_client
    ms run_plan 2
    [ -n "$ours" ] && [ "$ours" -le "$took" ] || ours=$took
    ratios="$ratios $(ratio "$took" "$this")"
    must "$DMC" undo plans/0002.plan.json --on "shop=$ch_url/shop?timeout=600" --yes --no-progress --lossy all >"$work/said" 2>&1
  done
  line "$1: 50 statements, one client" "$bare ms" "(the limit)"
  line "$1: dmc run: a plan of 50 steps" "$ours ms" ""
  line "  ratio, median of three" "$(median $ratios)" "bar 1.30"
}
one_client() {
  python3 -c '
import http.client, sys
client = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for line in sys.stdin:
    client.request("POST", "/?database=shop", line.strip())
    answer = client.getresponse()
    text = answer.read()
    if answer.status != 200: sys.exit(text.decode())' "$ch_port"
}

all_of() {
  bench_engine="clickhouse $2"
  sorting_key "$1"
  latency "$1"
  inspected "$1"
  steps "$1"
}
clickhouse_or_skip "benches of ClickHouse"
busy
ch_more=
all_of 18.16 18.16
ch_more='&async_insert=0'
chdb_server_here && all_of 26.x 26.5
busy
