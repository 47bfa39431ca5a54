#!/usr/bin/env bash
# A real PgBouncer stands in front of a private PostgreSQL, once handing its sessions on per transaction and once per client. psql gets through
# it; every command of dmc that would act refuses with the reason, and nothing is changed. Straight to the server the same plan runs.
# What it says stands in postgres_pooler.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
bouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer)
if [ -z "$bouncer" ]; then
  echo "SKIPPED a pooler in front of PostgreSQL: there is no pgbouncer here (Debian: pgbouncer)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
. "$here/../support/postgres.sh"
postgres_or_skip "a pooler in front of PostgreSQL"
bouncer_pid=
# Its own word of who it is: the shell that started it is another process.
bouncer_stop() {
  [ -z "$bouncer_pid" ] || { kill "$(cat "$pg_folder/bouncer.pid")" && wait "$bouncer_pid"; } 2>/dev/null
  bouncer_pid=
}
trap 'bouncer_stop; pg_stop; rm -rf "$work" "$pg_folder"' EXIT

bouncer_start() {  # MODE
  local tries wait
  for tries in 1 2 3 4 5; do
    bouncer_port=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
    printf '[databases]\nshop = host=%s port=%s dbname=shop\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %s\nunix_socket_dir =\nauth_type = trust\nauth_file = %s\npool_mode = %s\nlogfile = %s\npidfile = %s\n' \
      "$pg_folder" "$pg_port" "$bouncer_port" "$pg_folder/users" "$1" "$pg_folder/bouncer.log" "$pg_folder/bouncer.pid" | as_server tee "$pg_folder/bouncer.ini" >/dev/null
    printf '"postgres" ""\n' | as_server tee "$pg_folder/users" >/dev/null
    as_server "$bouncer" -q "$pg_folder/bouncer.ini" &
    bouncer_pid=$!
    for wait in $(seq 100); do
      "$pg_bin/psql" -X -q -A -t -h 127.0.0.1 -p "$bouncer_port" -U postgres -d shop -c 'select 1' >/dev/null 2>&1 && return 0
      kill -0 "$bouncer_pid" 2>/dev/null || break
      sleep 0.1
    done
    bouncer_stop
  done
  echo "the pooler did not start:"
  cat "$pg_folder/bouncer.log"
  return 1
}

pg_sql postgres "create database shop"
shape() { "$pg_bin/pg_dump" -h "$pg_folder" -p "$pg_port" -U postgres shop | grep -v -E '^\\(un)?restrict' | sha256sum; }
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
echo "database shop on postgres 12 { table users { id bigint primary key identity; name text not null; } }" | declared >schema/shop.mig
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >"$work/answer" 2>&1; ok "it compiles" 0 $?
before=$(shape)
said=$work/said.txt
through() {  # MODE, what, arguments…
  local mode=$1 what=$2 code
  shift 2
  "$DMC" "$@" >"$work/answer" 2>&1
  code=$?
  ok "$mode: $what refuses" 3 "$code"
  grep -q 'a pooler stands between dmc and the server .*E0820' "$work/answer"; ok "$mode: $what says why" 0 $?
  { echo "== $mode: $what"; sed -E "s/:$bouncer_port/:PORT/g; s/plan [0-9a-f]{12}/plan PLAN/" "$work/answer"; echo "exit $code"; echo; } >>"$said"
}
for mode in transaction session; do
  bouncer_start "$mode" || exit 1
  url="postgres://postgres@127.0.0.1:$bouncer_port/shop"
  ok "$mode: psql gets through" 42 "$("$pg_bin/psql" -X -q -A -t -h 127.0.0.1 -p "$bouncer_port" -U postgres -d shop -c 'select 42')"
  through "$mode" run run plans/0001.plan.json --on "shop=$url" --yes --no-progress
  through "$mode" preflight preflight plans/0001.plan.json --on "shop=$url"
  through "$mode" status status --on "shop=$url"
  ok "$mode: nothing is changed, and there is no ledger" "$before" "$(shape)"
  bouncer_stop
done
"$DMC" run plans/0001.plan.json --on "shop=$(pg_url shop)" --yes --no-progress >"$work/answer" 2>&1; ok "straight to the server it runs" 0 $?
ok "and is there" users "$(pg_sql shop "select relname from pg_class where relname = 'users'")"

if [ "${DMC_ACCEPT:-}" ]; then cp "$said" "$here/postgres_pooler.txt"; fi
diff -u "$here/postgres_pooler.txt" "$said" >"$work/diff"; ok "what it says" 0 $?
[ -s "$work/diff" ] && head -40 "$work/diff"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
