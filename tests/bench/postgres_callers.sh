#!/usr/bin/env bash
# How long a draft, and a compile of it, take where thousands of functions go that call one another, and how that grows: each must go before what it
# calls. Half of them are bodies in SQL, which hold what they call, and half are strings, which do not.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/tests/support/bench.sh"
postgres_or_skip "benches of functions that go"
busy
functions=${BENCH_FUNCTIONS:-2500}

# fill DATABASE FUNCTIONS
fill() {
  pg_sql postgres "create database $1"
  { echo "create table stays (id int primary key);"
    pg_sql "$1" "select format(case when i % 2 = 0 then 'create function f%1\$s(x int) returns int language sql immutable begin atomic select x + 1%2\$s; end;'
      else 'create function f%1\$s(x int) returns int language sql immutable as ''select x + 1%2\$s'';' end, i, case when i = 0 then '' else ' + f' || i / 2 || '(x)' end) from generate_series(0, $2 - 1) i"; } |
    "$pg_bin/psql" -X -q -h "$pg_folder" -p "$pg_port" -U postgres -d "$1" >/dev/null || exit 1
}
draft() { rm -f changes/0002* && "$DMC" draft --accept-all; }
compile() { rm -f ./catalog/0002* ./plans/0002* && "$DMC" compile; }
# timed FUNCTIONS: sets drafted and compiled
timed() {
  fill "f$1" "$1"
  empty_project
  "$DMC" inspect "$(pg_url "f$1")" --name shop >schema/shop.mig && "$DMC" draft --accept-all >/dev/null && "$DMC" compile >/dev/null || exit 1
  echo "database shop on postgres $pg_major { table stays { id integer primary key; } }" >schema/shop.mig
  ms draft; drafted=$took
  ms compile; compiled=$took
  [ "$(grep -c '^  drop object' changes/0002*)" = "$1" ] || echo "$(grep -c '^  drop object' changes/0002*) of $1 functions are dropped"
}
timed $((functions / 2)); first=$drafted second=$compiled
timed "$functions"
line "dmc draft: $functions functions go" "$drafted ms, $(ratio "$drafted" "$first") x half of them" "bar 2.6 x"
line "dmc compile: $functions functions go" "$compiled ms, $(ratio "$compiled" "$second") x half of them" ""
busy
