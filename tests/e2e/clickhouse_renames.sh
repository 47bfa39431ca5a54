#!/usr/bin/env bash
# A rename under views and materialized views, whose texts say the new name with it: run and taken back on 18.16 and on 26.x, with rows inserted
# before, between and after; ended with kill -9 at many moments of both ways.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
faulty=$(dirname "$DMC")/faulty_dmc plan=plans/0002.plan.json

numbers() { echo "table $1 { id UInt64; $2 Int64; engine = MergeTree; order by (id); }"; }
# story WHAT ITEMS ITEMS CHANGE [MVS]    until the second change is compiled; MVS are the materialized views that miss rows for a moment
story() {
  what="$server: $1"
  ch_shop "$what" "$2"
  ch_declare "$3"
  local view accepted=
  for view in ${5:-}; do accepted+=" accept data.ch_mv_rename on $view because 'nobody writes then';"; done
  echo "change 2 'names' { $4$accepted }" >changes/0002.mig
  quiet 0 "$what: the second compiles" compile
}
forward() { quiet 0 "$what: it runs" run "$plan" --on "$on" --yes --no-progress; quiet 0 "$what: no drift" drift --on "$on"; }
back() { quiet 0 "$what: it is taken back" undo "$plan" --on "$on" --yes --no-progress; quiet 0 "$what: verify" verify --on "$on"; }
puts() { local said; said=$(ch "insert into $1 values $2"); ok "$what: a row goes into $1" "" "$said"; }
# holds WANTED NAME…    what each answers, its ids
holds() { local wanted=$1 name; shift; for name in "$@"; do ch_is "$what: the rows of $name" "$wanted" "select arrayStringConcat(arrayMap(x -> toString(x), arraySort(groupArray(id * 100 + v))), ' ') from (select id, toInt64(${name#*:}) as v from ${name%:*})"; done; }

whole_way() {
  server=$1 declared=$2 on="shop=$ch_url/shop"
  local t sum_a sum_b
  t=$(numbers t a) sum_a=$(numbers sums a) sum_b=$(numbers others a)

  story "a column" \
    "$t $sum_a $sum_b
     view v as (select id, a from t); view a_over as (select id, a from v); view whole as (select * from t); view a_whole as (select * from whole);
     materialized view m to sums as (select id, a from t); materialized view n to others as (select id, a * 2 as a from t where a > 0);" \
    "$(numbers t b) $sum_a $sum_b
     view v as (select id, b from t); view a_over as (select id, b from v); view whole as (select * from t); view a_whole as (select * from whole);
     materialized view m to sums as (select id, b as a from t); materialized view n to others as (select id, b * 2 as a from t where b > 0);" \
    "rename column t.a to b;" "m n"
  puts t "(1, 1)"
  forward
  puts t "(2, 2)"
  holds "101 202" t:b v:b a_over:b whole:b a_whole:b sums:a
  holds "102 204" others:a
  back
  puts t "(3, 3)"
  holds "101 202 303" t:a v:a a_over:a whole:a a_whole:a sums:a
  holds "102 204 306" others:a

  story "a table" \
    "$t $sum_a view v as (select id, a from t); view a_over as (select id, a from v); materialized view m to sums as (select id, a from t);" \
    "$(numbers u a) $sum_a view v as (select id, a from u); view a_over as (select id, a + 0 as a from v); materialized view m to sums as (select id, a from u);" \
    "rename table t to u;" m
  puts t "(1, 1)"
  forward
  puts u "(2, 2)"
  holds "101 202" u:a v:a a_over:a sums:a
  back
  puts t "(3, 3)"
  holds "101 202 303" t:a v:a a_over:a sums:a

  # In 18.16 what a materialized view writes goes on to no other.
  local chained="materialized view n to others as (select id, a from sums);"
  [ "$server" = 18.16 ] && chained=
  story "where the materialized view writes" \
    "$t $sum_a materialized view m to sums as (select id, a from t); view v as (select id, a from sums); $chained $sum_b" \
    "$t $(numbers totals c) materialized view m to totals as (select id, a as c from t); view v as (select id, c from totals); ${chained//a from sums/c as a from totals} $sum_b" \
    "rename table sums to totals; rename column totals.a to c;" "m ${chained:+n}"
  puts t "(1, 1)"
  forward
  puts t "(2, 2)"
  holds "101 202" t:a totals:c v:c ${chained:+others:a}
  back
  puts t "(3, 3)"
  holds "101 202 303" t:a sums:a v:a ${chained:+others:a}

  if [ "$server" != 18.16 ]; then
    local by="engine = MergeTree; order by (id);"
    story "what a projection reads" \
      "table t { id UInt64; a Int64; $by projection p (select a, count() group by a); projection q (select id order by id); }" \
      "table t { id UInt64; b Int64; $by projection p (select b, count() group by b); projection q (select id order by id); }" \
      "rename column t.a to b;"
    puts t "(1, 1)"
    forward
    puts t "(2, 2)"
    holds "101 202" t:b
    ch_is "$what: it is in every part" "2 2" "select concat(toString(count()), ' ', toString(uniqExact(parent_name))) from system.projection_parts where active and database = 'shop' and table = 't' and name = 'p'"
    back
    puts t "(3, 3)"
    holds "101 202 303" t:a
    ch_is "$what: and again" "3 3" "select concat(toString(count()), ' ', toString(uniqExact(parent_name))) from system.projection_parts where active and database = 'shop' and table = 't' and name = 'p'"
  fi

  # One that keeps its rows itself: only since 23.12 can it get another query, before it is made anew and loses them.
  local own="materialized view k engine = MergeTree order by (id) as (select id, a as x from t);" held=k:x
  [ "$server" = 18.16 ] && own= held=
  story "both names, ended at any moment" \
    "$t $sum_a view v as (select id, a from t); materialized view m to sums as (select id, a from t); $own" \
    "$(numbers u b) $sum_a view v as (select id, b from u); materialized view m to sums as (select id, b as a from u); ${own//a as x from t/b as x from u}" \
    "rename table t to u; rename column u.a to b;" "m ${own:+k}"
  puts t "(1, 1)"
  many_kills "${ROUNDS:-3}" t:a v:a sums:a $held
  forward
  puts u "(2, 2)"
  holds "101 202" u:b v:b sums:a $held
  back
  puts t "(3, 3)"
  holds "101 202 303" t:a v:a sums:a $held
}

ended_at() { { DMC_FAULT_AT=$1 "$faulty" "$2" "$plan" --on "$on" --yes --no-progress >"$work/log" 2>&1; } 2>/dev/null; }
many_kills() {  # how many, what holds the row then
  local at events rounds=$1
  shift
  DMC_FAULT_COUNT=$work/count "$faulty" run "$plan" --on "$on" --yes --no-progress >"$work/answer" 2>&1
  ok "$what: undisturbed" 0 $?
  quiet 0 "$what: and back" undo "$plan" --on "$on" --yes --no-progress
  events=$(cat "$work/count")
  for ((at = events / 4; at < events; at += events / rounds)); do
    ended_at "$at" run
    quiet 0 "$what: ended at event $at of $events; it is taken back from there" undo "$plan" --on "$on" --yes --no-progress
    ended_at "$at" run
    quiet 0 "$what: the same; it goes on" run "$plan" --on "$on" --yes --no-progress
    ended_at "$at" undo
    quiet 0 "$what: ended on the way back; it goes on back" undo "$plan" --on "$on" --yes --no-progress
    holds "101" "$@"
  done
}

# Every host gets each of the statements itself: the same steps, compiled alone.
on_a_cluster() {
  local replicated="engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/t', '{replica}'); order by (id);" declared=25.1 of="on cluster 'c'"
  rm -rf "$work/shop"
  mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
  echo "project shop { edition 1; }" >project.mig
  ch_declare "table t $of { id UInt64; a Int64; $replicated } $(numbers "sums $of" a) view v as (select id, a from t); materialized view m $of to sums as (select id, a from t);"
  echo "change 1 'first';" >changes/0001.mig
  quiet 0 "on a cluster: the first compiles" compile
  ch_declare "table t $of { id UInt64; b Int64; $replicated } $(numbers "sums $of" a) view v as (select id, b from t); materialized view m $of to sums as (select id, b as a from t);"
  echo "change 2 'names' { rename column t.a to b; accept data.ch_mv_rename on m because 'nobody writes then'; }" >changes/0002.mig
  quiet 0 "on a cluster: the second compiles" compile
  ok "on a cluster: its steps" "drop view m,drop view v,alter t: rename column a to b,wait until every part of t knows b,create view m,create view v" \
    "$(sed -n '/^steps$/,/^$/s/^ *[0-9]\+  //p' "$work/answer" | paste -sd,)"
}

on_a_cluster
clickhouse_or_skip "renames under views on ClickHouse"
whole_way 18.16 18.16
chdb_server_here && whole_way 26.x 25.1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
