#!/usr/bin/env bash
# dmc calibrate on a private PostgreSQL 15: all as measured, operators who make some of it otherwise, roles that may not, servers that do not
# answer or break off, Ctrl-C, and a password that may stand nowhere. Nothing is left on the server. What is said stands in calibrate.txt;
# DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "calibrating PostgreSQL"
said=$work/said.txt
secret=Canary-91c4e
all=$work/all.txt
cd "$work" || exit 1
says() {  # exit code, what, lines that are kept of the answer, arguments…
  local wanted=$1 what=$2 kept=$3 code=0
  shift 3
  "$DMC" calibrate "$@" >"$work/answer" 2>&1 || code=$?
  cat "$work/answer" >>"$all"
  ok "$what: exit code" "$wanted" "$code"
  { echo "== $what"; sed -n "1,${kept}p" "$work/answer" | sed -E "s#@[^ ]*$pg_port/#@SERVER/#; s#$pg_folder#FOLDER#g; s/:$pg_port/:PORT/g; s/dmc_calibrate_[0-9_]+/dmc_calibrate_N/g; s/PostgreSQL 15\.[0-9]+( \([^)]*\))?/PostgreSQL 15/"; echo "exit $wanted"; echo; } >>"$said"
}
left() { pg_sql postgres "select datname from pg_database where datname like 'dmc%' union all select rolname from pg_roles where rolname like 'dmc%'"; }
address() { echo "postgres://$1:$secret@127.0.0.1:$pg_port/postgres"; }
begun() { for _ in $(seq 100); do [ -n "$(left)" ] && return; sleep 0.05; done; false; }

for role in "plain nocreatedb" "maker createdb" "full createdb createrole" "quiet createdb createrole"; do
  pg_sql postgres "create role ${role%% *} login ${role#* } password '$secret'"
done
pg_sql postgres "alter role quiet set track_counts = off"
databases=$(pg_sql postgres "select datname from pg_database order by 1")
shape() { "$pg_bin/pg_dumpall" -h "$pg_folder" -p "$pg_port" -U postgres | grep -v -E '^\\(un)?restrict' | sha256sum; }
before=$(shape)

# As measured.
says 0 "a superuser, as measured" 3 "$(pg_url postgres)"
has "every operation" "132 operations as dmc plans them, 0 differ, 0 could not be measured"
ok "nothing is left" "" "$(left)"
says 0 "a server that does not count" 2 "$(address quiet)"
says 0 "a role that may make databases, as a page" 9 "$(address maker)" --format markdown
"$DMC" calibrate "$(address full)" --format json >"$work/answer.json"; ok "for programs" 0 $?
cat "$work/answer.json" >>"$all"
python3 - "$work/answer.json" <<'END'; ok "one document with every operation" 0 $?
import json, sys
said = json.load(open(sys.argv[1]))
assert said["exit_code"] == 0 and len(said["operations"]) == 132
assert {one["verdict"] for one in said["operations"]} == {"same"}
END
ok "the server is as it was" "$before" "$(shape)"

# Who may not, and who is not there.
says 1 "a role that may make no database" 9 "$(address plain)"
has "its code" E0834
says 1 "the same for programs" 9 "$(address plain)" --format json
says 3 "a wrong password" 9 "postgres://maker:wrong-$secret@127.0.0.1:$pg_port/postgres"
says 3 "nobody listens" 9 "postgres://maker:$secret@127.0.0.1:1/postgres"
says 3 "no such database" 9 "postgres://maker:$secret@127.0.0.1:$pg_port/nowhere"
says 0 "the database beside the host" 3 "postgres://postgres@/?host=$pg_folder&port=$pg_port&dbname=postgres"
says 2 "another engine" 9 sqlite:shop.db
says 2 "no address" 9 "nonsense"
ok "nothing was made" "$databases" "$(pg_sql postgres "select datname from pg_database order by 1")"

# Ctrl-C leaves nothing; a kill leaves what the next one names.
"$DMC" calibrate "$(address full)" >"$work/answer" 2>&1 &
runner=$!
begun; ok "a calibration has a database" 0 $?
kill -INT $runner
wait $runner; ok "interrupted" 130 $?
cat "$work/answer" >>"$all"
has "and says so" "its database is removed"
ok "and it is" "" "$(left)"
"$DMC" calibrate "$(address full)" >"$work/answer" 2>&1 &
runner=$!
begun
sleep 0.5
kill -9 $runner
wait $runner 2>/dev/null
name=$(left | head -1)
says 0 "behind one that was killed" 2 "$(address full)"
has "it is named" "drop database $name; drop role if exists $name"
pg_sql postgres "drop database $name with (force)" "drop role if exists $name"
ok "and only it was there" "" "$(left)"
"$DMC" calibrate "$(address full)" >"$work/answer" 2>&1 &
runner=$!
begun
pg_kill
wait $runner; ok "a server that dies" 3 $?
cat "$work/answer" >>"$all"
has "what it may leave is named" "dmc_calibrate_[0-9_]* and the role of that name may be left behind"
pg_start
for name in $(left | sort -u); do pg_sql postgres "drop database if exists $name" "drop role if exists $name"; done

# Operators who put their own into every database, by event triggers: a comment takes locks of its own, statistics write the table anew, and
# a policy is refused.
pg_sql template1 "create schema audit" "create function audit.seen() returns event_trigger language plpgsql as \$\$
begin
  if tg_tag = 'COMMENT' then lock table w.t in access exclusive mode; lock table w.p in share mode; end if;
  if tg_tag = 'CREATE STATISTICS' then alter table w.t set unlogged; end if;
end \$\$" "create event trigger seen on ddl_command_end when tag in ('COMMENT', 'CREATE STATISTICS') execute function audit.seen()" "create function audit.never() returns event_trigger language plpgsql as \$\$ begin raise exception 'not on this server'; end \$\$" "create event trigger never on ddl_command_start when tag in ('CREATE POLICY') execute function audit.never()"
says 6 "a server where something is otherwise" 14 "$(pg_url postgres)"
ok "nothing is left at the end" "" "$(left)"

! grep -q -e "$secret" "$all"; ok "no output tells the password" 0 $?
! grep -q -r -e "$secret" "$said"; ok "nor what is kept of it" 0 $?

if [ "${DMC_ACCEPT:-}" ]; then cp "$said" "$here/calibrate.txt"; fi
diff -u "$here/calibrate.txt" "$said" >"$work/diff"; ok "what it says" 0 $?
[ -s "$work/diff" ] && head -40 "$work/diff"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
