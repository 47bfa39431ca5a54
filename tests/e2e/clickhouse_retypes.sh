#!/usr/bin/env bash
# Another type for a column that holds values: declared, asked of every value first, run, taken back, on 18.16 and on 26.x.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
engine="engine = MergeTree; order by (id);"

table() { echo "table t { id ${2:-UInt64}; $1 $engine }"; }
# retype WHAT COLUMNS ROWS COLUMNS CHANGE [KEY]    until the second change is compiled; $plan is its plan, $was the rows
retype() {
  what="$server: $1"
  ch_shop "$what" "$(table "$2")"
  ch "insert into t values $3"
  was=$(ch "select * from t order by id")
  ch_declare "$(table "$4" "${6:-}")"
  echo "change 2 'types' { $5 }" >changes/0002.mig
  quiet 0 "$what: the second compiles" compile
}
runs() {  # rows it has then
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its values" "$1" "select * from t order by id"
  quiet 0 "$what: no drift" drift --on "$on"
  quiet 0 "$what: nothing is left to do" compile --check
}
comes_back() {  # rows it has then
  quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its values are back" "${1:-$was}" "select * from t order by id"
  quiet 0 "$what: verify" verify --on "$on"
}
stops() {
  quiet 3 "$what: it stops before it" run "$plan" --on "$on" --yes --no-progress
  has "$what: and says for which values" "backfill t set .* where"
  ch_is "$what: nothing happened" "$was" "select * from t order by id"
  quiet 0 "$what: what was begun is taken back" undo "$plan" --on "$on" --yes --no-progress
}

whole_way() {
  server=$1 declared=$2 on="shop=$ch_url/shop" plan=plans/0002.plan.json
  retype "text becomes numbers" "v String;" "(1, '7'), (2, '12')" "v UInt32;" "retype t.v;"
  runs $'1\t7\n2\t12'
  comes_back
  retype "a text that would be written otherwise" "v String;" "(1, '007'), (2, '12')" "v UInt32;" "retype t.v;"
  stops
  retype "smaller numbers" "v Int64; f Float64;" "(1, 7, 0.5), (2, -12, 2)" "v Int8; f Float32;" "retype t.v; retype t.f;"
  runs $'1\t7\t0.5\n2\t-12\t2'
  comes_back
  retype "a number that would wrap" "v Int64;" "(1, 300)" "v UInt8;" "retype t.v;"
  stops
  retype "a time of day" "at DateTime;" "(1, '2026-01-02 03:04:05')" "at Date;" "retype t.at;"
  stops
  retype "a quote in a new value" "e Enum8('a'=1);" "(1, 'a')" "e Enum8('a'=1, 'it''s x'=2);" "retype t.e;"
  runs $'1\ta'
  comes_back
  retype "other numbers for all" "e Enum8('a'=1, 'b'=2);" "(1, 'a')" "e Enum8('a'=2, 'b'=1);" "retype t.e;"
  stops
  retype "an expression, in a copy" "v String;" "(1, '007'), (2, 'x')" "v UInt32;" "retype t.v using (toUInt32OrZero(v)); rebuild table t;"
  runs $'1\t7\n2\t0'
  ch "insert into t values (3, 9)"
  comes_back "$was"$'\n3\t9'
  retype "a key, and all else with it" "v String;" "(1, '007'), (2, 'x')" "v UInt32;" "retype t.id using (toUInt32(id)); retype t.v using (toUInt32OrZero(v)); rebuild table t;" UInt32
  runs $'1\t7\n2\t0'
  comes_back
}

clickhouse_or_skip "types that change on ClickHouse"
whole_way 18.16 18.16
chdb_server_here && whole_way 26.x 25.1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
