#!/usr/bin/env bash
# Somebody holds a lock that an index which is built concurrently waits for, without end. A person stops the run, which must not wait for the
# holder either, reads what is left, and goes on or back once the lock is given up.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "a run stopped on PostgreSQL"
pg_sql postgres "create database shop"
url=$(pg_url shop)
mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
says() { ok "it says: $1" 1 "$(grep -c -- "$1" "$work/answer")"; grep -q -- "$1" "$work/answer" || cat "$work/answer"; }

echo "project shop { edition 1; }" >project.mig
echo "database shop on postgres 14 { table orders { id bigint primary key; state text; } }" | declared >schema/shop.mig
echo "change 1 'first';" >changes/0001.mig
quiet 0 "version 1 compiles" compile
quiet 0 "version 1 runs" run plans/0001.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "insert into orders select n, 'open' from generate_series(1, 1000) n"
echo "database shop on postgres 14 { table orders { id bigint primary key; state text; index orders_state_idx (state); } }" | declared >schema/shop.mig
echo "change 2 'an index';" >changes/0002.mig
quiet 0 "version 2 compiles" compile

hold() {  # a program that wrote and did not commit
  mkfifo "$work/hold"
  "$pg_bin/psql" -X -q -h "$pg_folder" -p "$pg_port" -U postgres -d shop <"$work/hold" >/dev/null 2>&1 &
  holder=$!
  exec 7>"$work/hold"
  echo "begin; insert into orders values (-1, 'held');" >&7
  until [ "$(pg_sql shop "select count(*) from pg_locks where relation = 'orders'::regclass and mode = 'RowExclusiveLock'")" = 1 ]; do sleep 0.05; done
}
release() { echo "rollback;" >&7; exec 7>&-; wait "$holder"; rm "$work/hold"; }
stopped() {  # dmc COMMAND… until it waits, then Ctrl-C twice; it must be gone soon, whoever holds what
  local code
  "$DMC" "$@" --on "shop=$url" --yes --no-progress >"$work/answer" 2>&1 7>&- &
  local runner=$!
  until [ "$(pg_sql shop "select count(*) from pg_stat_activity where query ilike '%index concurrently%' and wait_event_type = 'Lock'")" = 1 ]; do sleep 0.05; done
  kill -INT "$runner"; sleep 0.3; kill -INT "$runner"
  ( sleep 20; kill -9 "$runner" ) 2>/dev/null &
  local watch=$!
  wait "$runner"
  code=$?
  kill "$watch" 2>/dev/null; wait "$watch" 2>/dev/null
  ok "$1 ends at the second Ctrl-C" 130 "$code"
}

hold
stopped run plans/0002.plan.json
says "shop.*: interrupted"
ok "half an index is left" f "$(pg_sql shop "select indisvalid from pg_index where indrelid = 'orders'::regclass and not indisprimary")"
"$DMC" status --on "shop=$url" >"$work/answer" 2>&1
says "dmc run"
release
quiet 0 "it goes on and cleans up what was left" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "one index, and it is valid" "orders_state_idx t" "$(pg_sql shop "select string_agg(indexrelid::regclass || ' ' || case when indisvalid then 't' else 'f' end, ', ') from pg_index where indrelid = 'orders'::regclass and not indisprimary")"

hold
stopped undo plans/0002.plan.json
release
quiet 0 "the way back goes on too" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "no index is left" 0 "$(pg_sql shop "select count(*) from pg_index where indrelid = 'orders'::regclass and not indisprimary")"
quiet 0 "nothing differs" drift --on "shop=$url"

hold
stopped run plans/0002.plan.json
release
quiet 0 "it can be taken back instead" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "no index is left of it" 0 "$(pg_sql shop "select count(*) from pg_index where indrelid = 'orders'::regclass and not indisprimary")"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
