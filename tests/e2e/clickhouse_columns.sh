#!/usr/bin/env bash
# Columns that come, go and are renamed on ClickHouse stand where they are declared, there and back: `insert … values` and `select *` go by
# nothing else. And what an engine, or a table that stands over another, does not let happen. On 18.16, then the same on 26.x.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
tree="engine = MergeTree; order by (id);"

order() { ch "select name from system.columns where database = 'shop' and table = '${1:-t}' and name not like '\\\\_dmc\\\\_%'" | paste -sd ' '; }
# change WHAT BEFORE ROWS AFTER STATEMENTS [CODE]    until the second change is compiled
change() {
  what="$server: $1"
  ch_shop "$what" "$2"
  [ -z "$3" ] || ch "$3"
  stood=$(order) was=$(ch "select * from t")
  ch_declare "$4"
  echo "change 2 'columns' { $5 }" >changes/0002.mig
  quiet "${6:-0}" "$what: the second compiles" compile
}
runs() {  # the columns in their order, rows it has then
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ok "$what: its columns stand as declared" "$1" "$(order)"
  ok "$what: its rows" "$2" "$(ch "select * from t")"
  quiet 0 "$what: no drift" drift --on "$on"
}
comes_back() {  # rows it has then
  quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress --lossy all
  ok "$what: its columns stand as before" "$stood" "$(order)"
  ok "$what: its rows are back" "${1:-$was}" "$(ch "select * from t order by id")"
  quiet 0 "$what: verify" verify --on "$on"
}

placed() {
  local abc="table t { id UInt64; a String; b String; c String; $tree }" row="insert into t values (1, 'a', 'b', 'c')"
  change "columns come between others" "$abc" "$row" "table t { id UInt64; n UInt8; a String; b String; k String; m String; c String; $tree }" ""
  runs "id n a b k m c" $'1\t0\ta\tb\t\t\tc'
  ch "insert into t values (2, 7, 'A', 'B', 'K', 'M', 'C')"
  ok "$what: what is inserted by its place is found by its name" $'7\tA\tB\tK\tM\tC' "$(ch "select n, a, b, k, m, c from t where id = 2")"
  ch "alter table t delete where id = 2"; while [ "$(ch "select count() from system.mutations where database = 'shop' and not is_done")" != 0 ]; do sleep 0.2; done
  comes_back
  change "one is renamed" "$abc" "$row" "table t { id UInt64; a String; bb String; c String; $tree }" "rename column t.b to bb;"
  runs "id a bb c" $'1\ta\tb\tc'
  comes_back
  change "one goes" "$abc" "$row" "table t { id UInt64; a String; c String; $tree }" "drop column t.b without backup;"
  runs "id a c" $'1\ta\tc'
  comes_back $'1\ta\t\tc'
  change "one goes, and is kept" "$abc" "$row" "table t { id UInt64; a String; c String; $tree }" "drop column t.b with backup;"
  runs "id a c" $'1\ta\tc'
  comes_back
  change "all of it at once" "$abc" "$row" "table t { id UInt64; n UInt8; b String; m String; c2 String; $tree }" \
    "drop column t.a without backup; rename column t.c to c2;"
  runs "id n b m c2" $'1\t0\tb\t\tc'
  comes_back $'1\t\tb\tc'
}

first() {
  local ab="table t { a String; id UInt64; b String; $tree }" row="insert into t values ('a', 1, 'b')"
  change "the first one is renamed" "$ab" "$row" "table t { aa String; id UInt64; b String; $tree }" "rename column t.a to aa;"
  runs "aa id b" $'a\t1\tb'
  comes_back
  change "a new one before all others" "$ab" "$row" "table t { n UInt8; a String; id UInt64; b String; $tree }" ""
  if [ "$server" = 18.16 ]; then
    has "$what: which the server cannot do, and the plan says so" "compat.column_order"
    quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
    ok "$what: it is the last" "a id b n" "$(order)"
  else
    runs "n a id b" $'0\ta\t1\tb'
  fi
  comes_back
  change "the first one goes" "$ab" "$row" "table t { id UInt64; b String; $tree }" "drop column t.a without backup;"
  runs "id b" $'1\tb'
  if [ "$server" = 18.16 ]; then
    quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress --lossy all
    ok "$what: it is the last, as the plan said" "id b a" "$(order)"
  else
    comes_back $'\t1\tb'
  fi
}

# Tables over others hold no rows, and no version renames a column of them.
without_rows() {
  local t="table t { id UInt64; a String; b String; $tree }" kind
  for kind in "Null" "Merge(currentDatabase(), '^t$')" "Buffer(currentDatabase(), 't', 1, 100, 100, 1000, 1000, 10000, 10000)"; do
    change "a column of ${kind%%(*} is renamed" "$t table over { id UInt64; a String; b String; engine = $kind; }" "insert into t values (1, 'a', 'b')" \
      "$t table over { id UInt64; aa String; b String; engine = $kind; }" "rename column over.a to aa;"
    quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
    ok "$what: it stands where it stood" "id aa b" "$(order over)"
    quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
    ok "$what: its columns are as before" "id a b" "$(order over)"
    quiet 0 "$what: verify" verify --on "$on"
    change "${kind%%(*} goes" "$t table over { id UInt64; a String; b String; engine = $kind; }" "insert into t values (1, 'a', 'b')" "$t" "drop table over;"
    ok "$what: nobody claims that rows are lost" 0 "$(grep -c 'data\.' "$plan")"
    quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
    quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
    ch_is "$what: the rows below it are there" $'1\ta\tb' "select * from t"
  done
}

refused() {
  local kind
  for kind in Log TinyLog StripeLog Set "Join(ANY, LEFT, id)" "File(TSV)"; do
    change "a column comes to ${kind%%(*}" "table t { id UInt64; a String; engine = $kind; }" "" "table t { id UInt64; n UInt8; a String; engine = $kind; }" "" 1
    has "$what: refused" "E0963"
  done
  local t="table t { id UInt64; a String; $tree }" over="table over { id UInt64; a String; engine = Buffer(currentDatabase(), 't', 1, 100, 100, 1000, 1000, 10000, 10000); }"
  change "a table is renamed under a Buffer" "$t $over" "insert into over values (1, 'a')" "${t/table t/table t2} $over" "rename table t to t2;" 1
  has "$what: refused" "E0962"
  change "a column is renamed under a Buffer" "$t $over" "" "${t/a String/b String} $over" "rename column t.a to b;" 1
  has "$what: refused" "E0962"
  change "the Buffer goes first" "$t $over" "insert into over values (1, 'a')" "$t" "drop table over without backup;"
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: what waited is written" $'1\ta' "select * from t"
}

# Join and Set keep their rows in files of the table's name.
renamed_tables() {
  change "a Join is renamed" "table t { id UInt64; a String; engine = Join(ANY, LEFT, id); }" "insert into t values (1, 'a')" \
    "table t2 { id UInt64; a String; engine = Join(ANY, LEFT, id); }" "rename table t to t2;"
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its rows are there" $'1\ta' "select * from t2"
  quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
  ch_is "$what: and there again" $'1\ta' "select * from t"
  change "a Set is renamed" "table t { id UInt64; engine = Set; }" "insert into t values (1)" "table t2 { id UInt64; engine = Set; }" "rename table t to t2;"
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch_is "$what: its rows are there" 1 "select toUInt64(1) in t2"
  quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
  ch_is "$what: and there again" 1 "select toUInt64(1) in t"
}

only_keys() {
  change "a table of keys only is copied" "table t { id UInt64; a String; engine = MergeTree; order by (id, a); }" "insert into t values (1, 'a')" \
    "table t { id UInt64; a String; engine = MergeTree; order by (a, id); }" "rebuild table t;" "$([ "$server" = 18.16 ] && echo 1 || echo 0)"
  if [ "$server" = 18.16 ]; then
    has "$what: refused" "E0958"
  else
    runs "id a" $'1\ta'
    comes_back
  fi
}

nulls() {
  # 18.16 converts the parts from before an update too, as long as it keeps them: eight minutes, unless it is told otherwise.
  local tree="$tree settings old_parts_lifetime = 3;"
  change "a type that takes no null any more on the way back" "table t { id UInt64; a String; $tree }" "insert into t values (1, 'a')" \
    "table t { id UInt64; a Nullable(String); $tree }" "retype t.a;"
  runs "id a" $'1\ta'
  ch "insert into t values (2, NULL)"
  quiet 3 "$what: it is not taken back" undo "$plan" --on "$on" --yes --no-progress
  has "$what: and says why" "nowhere null"
  ch "alter table t update a = 'b' where a is null"; while [ "$(ch "select count() from system.mutations where database = 'shop' and not is_done")" != 0 ]; do sleep 0.2; done
  comes_back $'1\ta\n2\tb'
  change "a type that takes no null any more" "table t { id UInt64; a Nullable(String); $tree }" "insert into t values (1, 'a'), (2, NULL)" \
    "table t { id UInt64; a String; $tree }" "retype t.a;"
  quiet 3 "$what: it stops before a null" run "$plan" --on "$on" --yes --no-progress
  ch "alter table t update a = 'b' where a is null"; while [ "$(ch "select count() from system.mutations where database = 'shop' and not is_done")" != 0 ]; do sleep 0.2; done
  was=$'1\ta\n2\tb'
  runs "id a" "$was"
  ch_is "$what: and no default stays" 0 "select count() from system.columns where database = 'shop' and table = 't' and default_kind != ''"
  comes_back
}

moved_by_hand() {
  [ "$server" = 18.16 ] && return  # it moves none
  change "a column is moved by hand" "table t { id UInt64; a String; b String; $tree }" "" "table t { id UInt64; a String; b String; c String; $tree }" ""
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch "alter table t modify column b String after id"
  quiet 0 "$what: no state is another one" drift --on "$on"
  has "$what: but it is said" "columns of t stand in another order: id, b, a, c"
  quiet 0 "$what: and beside the catalog" drift --catalog catalog/0002.json --on "$on"
  has "$what: it is said too" "columns of t stand in another order: id, b, a, c"
}

by_hand() {
  change "a column came by hand" "table t { id UInt64; a String; $tree }" "insert into t values (1, 'a')" "table t { id UInt64; n UInt8; a String; $tree }" ""
  ch "alter table t add column n UInt8 after id"
  quiet 6 "$what: it is drift" run "$plan" --on "$on" --yes --no-progress
  has "$what: and what the plan leads to" "that is what this plan leads to"
  quiet 0 "$what: it is recorded" run "$plan" --on "$on" --yes --no-progress --by-hand "at night"
  ok "$what: and stands as it stood" "id n a" "$(order)"
  quiet 0 "$what: no drift" drift --on "$on"
  comes_back
}

# What stands for a value that is not said, under another type, of another kind, or taken away.
defaults() {
  local seven="insert into t (id, a) values (1, 7)"
  shown() { ch "select default_kind, default_expression from system.columns where database = 'shop' and table = 't' and name = 'a'"; }
  one() {  # WHAT BEFORE AFTER ROWS [ROW]   of the column a, which is seven
    change "$1" "table t { id UInt64; a $2; $tree }" "${5:-$seven}" "table t { id UInt64; a $3; $tree }" "retype t.a;"
    local before; before=$(shown)
    quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
    ok "$what: its rows" "$4" "$(ch "select id, a from t")"
    quiet 0 "$what: no drift" drift --on "$on"
    quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress
    ok "$what: it has the default that it had" "$before" "$(shown)"
    quiet 0 "$what: verify" verify --on "$on"
    quiet 0 "$what: once more" run "$plan" --on "$on" --yes --no-progress
  }
  one "a wider type with a default" "UInt8" "UInt16 default 7" $'1\t7'
  one "a wider type without its default" "UInt8 default 7" "UInt16" $'1\t7'
  one "no null any more, and a default" "Nullable(UInt8)" "UInt8 default 9" $'1\t7'
  one "an enum of another default" "Enum8('a' = 7)" "Enum8('a' = 7, 'b' = 8) default 'b'" $'1\ta' "insert into t (id, a) values (1, 'a')"
  local only_id="insert into t (id) values (7)"
  one "computed no more" "UInt8 materialized (toUInt8(id))" "UInt8" $'7\t7' "$only_id"
  [ "$server" = 18.16 ] || one "an alias no more" "UInt8 alias (toUInt8(id))" "UInt8" $'7\t0' "$only_id"

  [ "$server" = 18.16 ] && return
  change "an alias becomes a default" "table t { id UInt64; a UInt8 alias (toUInt8(id)); $tree }" "" \
    "table t { id UInt64; a UInt8 default (toUInt8(id)); $tree }" "retype t.a;"
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch "insert into t (id) values (4)"
  quiet 0 "$what: what follows the rule is no loss" undo "$plan" --on "$on" --yes --no-progress
  quiet 0 "$what: once more" run "$plan" --on "$on" --yes --no-progress
  ch "insert into t values (5, 77)"
  quiet 3 "$what: what was written is not thrown away" undo "$plan" --on "$on" --yes --no-progress
  has "$what: and it says so" "what was written would be lost"
  quiet 0 "$what: unless somebody says so" undo "$plan" --on "$on" --yes --no-progress --lossy all
  change "what is only given" "table t { id UInt64; $tree }" "" "table t { id UInt64; e UInt8 ephemeral; b UInt8 default (e + 1); $tree }" ""
  quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress
  ch "insert into t (id, e) values (1, 4)"
  ch_is "$what: it is used" 5 "select b from t"
  quiet 0 "$what: no drift" drift --on "$on"
}

# A column that the same change fills is what it will be from its first step on: at a gate, and where the fill fails.
filled() {
  local careful="accept backfill.unguarded on t.d because 'nobody writes';" rows="insert into t select number, 'a' from numbers(5)"
  change "a gate before a fill" "table t { id UInt64; a String; $tree }" "$rows" "table t { id UInt64; a String; d UInt16; $tree }" \
    "gate 'ready'; backfill t set d = (toUInt16(id)) without backup; $careful"
  quiet 4 "$what: it waits" run "$plan" --on "$on" --yes --no-progress
  quiet 0 "$what: and nothing is wrong there" drift --on "$on"
  quiet 0 "$what: it goes on" run "$plan" --on "$on" --yes --no-progress --through ready
  ch_is "$what: it is filled" 10 "select sum(d) from t"
  comes_back
  change "a fill that fails" "table t { id UInt64; a String; $tree }" "$rows" "table t { id UInt64; a String; d UInt16; $tree }" \
    "backfill t set d = (toUInt16(intDiv(10, id - 2))) without backup; $careful"
  quiet 3 "$what: it fails" run "$plan" --on "$on" --yes --no-progress
  quiet 3 "$what: and again, for the same reason" run "$plan" --on "$on" --yes --no-progress
  comes_back
}

# A mutation that fails on one row would stay in front of all others: it is not sent.
uncomputed() {
  change "rows are deleted by what one row does not have" "table t { id UInt64; $tree }" "insert into t select number from numbers(5)" "table t { id UInt64; $tree }" \
    "drop rows of t where (intDiv(10, id - 2) = 1) without backup;"
  quiet 3 "$what: it is not begun" run "$plan" --on "$on" --yes --no-progress
  has "$what: and it says why" "ivision by zero"
  ch_is "$what: nothing is left to do for the server" 0 "select count() from system.mutations where database = 'shop' and not is_done"
  quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress --lossy all
  ch_is "$what: and every row is there" 5 "select count() from t"
}

# A mutation that somebody else began is waited for; what is under way is told.
others() {
  change "somebody else's mutation is under way" "table t { id UInt64; v UInt8; $tree }" "insert into t select number, 1 from numbers(3)" \
    "table t { id UInt64; v UInt16; $tree }" "retype t.v;"
  ch "alter table t delete where sleepEachRow(1) + id = 77" &
  local client=$! going="select count() from system.mutations where database = 'shop' and not is_done"
  for _ in $(seq 30); do [ "$(ch "$going")" = 1 ] && break || sleep 0.1; done
  ch_is "$what: it is" 1 "$going"
  quiet 0 "$what: it runs behind it" run "$plan" --on "$on" --yes --no-progress
  wait $client
  ch_is "$what: and every row is there" 3 "select count() from t"
  comes_back
}

# A materialized view of another database that reads a table of the same name is none of this one's.
elsewhere() {
  ch_send default <<<'drop database if exists other'
  ch_send default <<<'create database other'
  local sql
  for sql in "create table t (id UInt64, v UInt8) engine = MergeTree order by id" "create table d (id UInt64) engine = MergeTree order by id" \
    "create materialized view m to d as select id from other.t where v > 1"; do ch_send other <<<"$sql"; done
  change "a view elsewhere reads a table of that name" "table t { id UInt64; v UInt8; $tree }" "insert into t values (1, 2)" \
    "table t { id UInt64; w UInt8; $tree }" "rename column t.v to w;"
  runs "id w" $'1\t2'
  comes_back
  [ "$server" = 18.16 ] && { ch_send default <<<'drop database other'; return; }
  ch_send other <<<"create materialized view m2 to d as select id from shop.t where v > 1"
  quiet 3 "$what: one that reads this one is in the way" run "$plan" --on "$on" --yes --no-progress
  quiet 3 "$what: it has a name" run "$plan" --on "$on" --yes --no-progress --show-data
  has "$what: with its database" "other.m2"
  ch_send default <<<'drop database other'
}

whole_way() {
  server=$1 declared=$2 on="shop=$ch_url/shop" plan=plans/0002.plan.json
  local part
  for part in ${DMC_PARTS:-placed first without_rows refused renamed_tables only_keys nulls moved_by_hand by_hand defaults filled uncomputed others elsewhere}; do $part; done
}

clickhouse_or_skip "columns of ClickHouse"
whole_way 18.16 18.16
# A plan for 18.16 meets a newer server too.
chdb_server_here && { whole_way 26.x 25.1; DMC_PARTS=nulls whole_way "26.x, declared as 18.16" 18.16; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
