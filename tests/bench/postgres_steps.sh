#!/usr/bin/env bash
# A plan of 100 steps that only change catalogs, beside the same statements through one psql session, each in a transaction of its own with the
# plan's timeouts. Once on a server that waits for its disk at a COMMIT, as servers do, once on one whose disk takes 2 ms longer (a disk in a
# network, one that mirrors), once on one that does not wait, where nothing but the protocol counts, and once on one that is a millisecond away,
# there and back, as one in another rack is.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
. "$here/tests/support/bench.sh"
busy

steps=100
tables() {
  local i
  for i in $(seq $steps); do echo "table t$i { id bigint primary key; name text; $1 }"; done
}
new_project "$(tables '')" "change 1 'tables';"
"$DMC" compile >/dev/null || exit 1
next_version "$(tables 'more text;')" "change 2 'a column each';"
"$DMC" compile >/dev/null || exit 1
for i in $(seq $steps); do
  printf 'begin; set local lock_timeout = 2000; set local statement_timeout = 7000;\nalter table public.t%d add column more text;\ncommit;\n' "$i"
done >statements.sql

plan() {
  "$DMC" run plans/0002.plan.json --on "shop=postgres://postgres@/$1?host=$server&port=$pg_port" --yes --no-progress
}
bare() { "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$server" -p "$pg_port" -U postgres -d "$1" -f statements.sql; }
# A socket whose other end is the server, half a millisecond later in each direction.
far_away() {
  mkdir "$work/far"
  python3 - "$work/far/.s.PGSQL.$pg_port" "$pg_folder/.s.PGSQL.$pg_port" <<'END' &
import socket, sys, threading, time
def hand_on(one, other):
    try:
        while data := one.recv(1 << 16):
            time.sleep(0.0005)
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
while True:
    client, server = listening.accept()[0], socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[2])
    for ends in ((client, server), (server, client)):
        threading.Thread(target=hand_on, args=ends, daemon=True).start()
END
  far_pid=$!
  trap 'kill $far_pid; pg_stop; rm -rf "$work" "$pg_folder"' EXIT
  while [ ! -S "$work/far/.s.PGSQL.$pg_port" ]; do kill -0 $far_pid || exit 1; sleep 0.05; done
}
server=
measure() {
  server=${2:-$pg_folder}
  pg_sql postgres "create database base"
  "$DMC" run plans/0001.plan.json --on "shop=$(pg_url base)" --yes >"$work/said" 2>&1 || exit 1
  local ratios= limit= ours= this nothing
  for round in 1 2 3 4 5; do
    pg_sql postgres "create database bare$round template base" "create database ours$round template base"
    "$DMC" rebind --on "shop=$(pg_url "ours$round")" >/dev/null || exit 1
    ms bare "bare$round"; this=$took
    ms plan "ours$round"
    ratios="$ratios $(ratio "$took" "$this")"
    [ -n "$limit" ] && [ "$limit" -le "$this" ] || limit=$this
    [ -n "$ours" ] && [ "$ours" -le "$took" ] || ours=$took
    ms plan "ours$round"; nothing=$took
  done
  line "psql: $steps statements, $1" "$limit ms" "(the limit)"
  line "dmc run: a plan of $steps steps, $1" "$ours ms" ""
  line "  ratio, median of five" "$(median $ratios)" "bar 1.30"
  line "  dmc run of the same plan when it is finished" "$nothing ms" ""
}
pg_options="-c fsync=on"
postgres_or_skip "benches of steps"
measure 'waiting for the disk'
new_ones() {
  pg_sql postgres "drop database base"
  for i in 1 2 3 4 5; do pg_sql postgres "drop database bare$i" "drop database ours$i"; done
}
# The server waits so long by itself before it writes a COMMIT through.
pg_stop
pg_options="-c fsync=on -c commit_delay=2000 -c commit_siblings=0"
pg_start || exit 1
new_ones
measure 'on a disk that takes 2 ms more for a COMMIT'
pg_stop
pg_options=
pg_start || exit 1
new_ones
measure 'not waiting for it'
new_ones
far_away
measure 'a millisecond away' "$work/far"
busy
