#!/usr/bin/env bash
# Types that change with a copy of the table. A row that does not fit the copy, and is committed while the copy already
# waits to take its place, is not lost: the run fails and says what to do. Two types that hang together change at once.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "types that change with a copy on PostgreSQL"
do_it() { quiet "$1" "$2" "$3" plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress; }

# project FOLDER TABLE: version 1 with that table, run on an empty database.
project() {
  pg_sql postgres "drop database if exists shop" "create database shop" 2>/dev/null
  rm -rf "$work/$1" && mkdir -p "$work/$1/schema" "$work/$1/changes" && cd "$work/$1" || exit 1
  echo "project shop { edition 1; }" >project.mig
  wants "$2"
  echo "change 1 'first';" >changes/0001.mig
  quiet 0 "$1: version 1 compiles" compile
  quiet 0 "$1: version 1 runs" run plans/0001.plan.json --on "shop=$(pg_url shop)" --yes --no-progress
}
wants() { echo "database shop on postgres 14 { $1 }" | declared >schema/shop.mig; }
# reader: holds the table as one who only reads it does, until the folder's file `reading` is gone.
reader() {
  : >"$work/reading"
  { echo "begin; select count(*) from t;"; while [ -e "$work/reading" ]; do sleep 0.05; done; echo "commit;"; } |
    "$pg_bin/psql" -X -q -A -t -h "$pg_folder" -p "$pg_port" -U postgres -d shop >/dev/null &
  reader=$!
}
# held WHAT VERB SQL…: the swap waits for a reader; what is written meanwhile, by itself and whole, does not fit.
held() {
  local what=$1 verb=$2 n; shift 2
  reader
  for n in $(seq 100); do [ "$(pg_sql shop "select count(*) from pg_locks where relation = 't'::regclass and mode = 'AccessShareLock'")" = 0 ] || break; sleep 0.05; done
  "$DMC" "$verb" plans/0002.plan.json --on "shop=$(pg_url shop)" --yes --no-progress >"$work/answer" 2>&1 &
  local runner=$!
  for n in $(seq 400); do
    [ "$(pg_sql shop "select count(*) from pg_locks where relation = 't'::regclass and mode = 'AccessExclusiveLock' and not granted")" = 0 ] || break
    sleep 0.02
  done
  ok "$what: the swap waits" yes "$([ "$n" -lt 400 ] && echo yes)"
  pg_sql shop "$@"
  rm "$work/reading"
  wait "$reader"
  wait "$runner"
  ok "$what: the run fails" 3 "$?"
  ok "$what: it says what to do" 1 "$(grep -cE '^ *step .*a row .*does not fit the (other table|table that takes its place: its key is in .*; change the row or delete it, and run again)' "$work/answer")"
  [ "$failed" = 0 ] || sed -n 1,25p "$work/answer"
}

project typed "table t { id bigint primary key; code text; partition by hash (id) { t_0 (with (modulus 2, remainder 0)); t_1 (with (modulus 2, remainder 1)); } }"
pg_sql shop "insert into t select g, g from generate_series(1, 5000) g"
wants "table t { id bigint primary key; code integer; partition by hash (id) { t_0 (with (modulus 2, remainder 0)); t_1 (with (modulus 2, remainder 1)); } }"
echo "change 2 'numbers' { retype t.code using (code::integer) undo (code::text); rebuild table t; }" >changes/0002.mig
quiet 0 "typed: version 2 compiles" compile
held "a type" run "insert into t values (5001, 'not a number')" "update t set code = 'nor this' where id = 7"
ok "a type: what it says holds no data" 0 "$(grep -c -e 'not a number' -e 'nor this' -e 5001 "$work/answer")"
pg_is "a type: the rows are there" "5001 not a number" "select count(*) || ' ' || max(code) filter (where id = 5001) from t"
do_it 3 "a type: it does not go on while one row does not fit" run
pg_sql shop "update t set code = '70' where id = 7" "delete from t where id = 5001" "insert into t values (5002, '5002')"
do_it 0 "a type: it goes on when all do" run
pg_is "a type: every row came along" "5001 70" "select count(*) || ' ' || max(code) filter (where id = 7) from t"
do_it 0 "a type: and back" undo
pg_is "a type: nothing of it is left" 0 "select count(*) from pg_namespace where nspname like '\_dmc%'"

project keyed "table t { id bigint primary key; a text unique; b text; }"
pg_sql shop "insert into t select g, g, g from generate_series(1, 100) g"
wants "table t { b text unique; a text; id bigint primary key; }"
echo "change 2 'keys' { drop constraint t.t_a_key; rebuild table t; }" >changes/0002.mig
quiet 0 "keyed: version 2 compiles" compile
held "a key" run "insert into t (id, a, b) values (101, '101', '7')" "update t set b = '8' where id = 9"
pg_is "a key: the rows are there" "101 8" "select count(*) || ' ' || max(b) filter (where id = 9) from t"
pg_sql shop "update t set b = '101' where id = 101" "update t set b = '9' where id = 9"
do_it 0 "a key: it goes on when all fit" run
held "a key, back" undo "insert into t (id, a, b) values (102, '7', '102')"
pg_sql shop "delete from t where id = 102"
do_it 0 "a key: and back" undo
pg_is "a key: every row came along" "101 101 101" "select count(*) || ' ' || count(distinct a) || ' ' || count(distinct b) from t"

project computed "table people { id integer primary key; number integer; twice integer generated (number * 2) stored; }"
pg_sql shop "insert into people select g, g from generate_series(1, 1000) g"
before=$(pg_shape shop | sha256sum)
wants "table people { id integer primary key; number numeric; twice numeric generated (number * 2) stored; }"
echo "change 2 'types' { retype people.number; retype people.twice; rebuild table people; }" >changes/0002.mig
quiet 0 "computed: version 2 compiles" compile
do_it 0 "computed: both types change at once" run
pg_is "computed: every value is there" "numeric numeric 1000" "select min(pg_typeof(number)::text) || ' ' || min(pg_typeof(twice)::text) || ' ' || count(*) filter (where number = id and twice = 2 * id) from people"
do_it 0 "computed: and back" undo
ok "computed: the schema is what it was" "$before" "$(pg_shape shop | sha256sum)"
pg_is "computed: and every value" "integer integer 1000" "select min(pg_typeof(number)::text) || ' ' || min(pg_typeof(twice)::text) || ' ' || count(*) filter (where number = id and twice = 2 * id) from people"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
