#!/usr/bin/env bash
# What changes leave behind for their way back goes with `dmc purge`, on every engine: of earlier changes at once, of the last one where its
# undo is given up; the databases are as they were, and their next change runs.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
. "$here/../support/clickhouse.sh"

# version N ITEMS CHANGE   the next version of the shop
version() {
  echo "database shop on $engine { $2 }" >schema/shop.mig
  echo "change $1 $3" >"changes/000$1.mig"
  quiet 0 "$engine: version $1 compiles" compile
}
plan() { quiet "$1" "$engine: plan $2 runs" run "plans/000$2.plan.json" --on "$on" --yes --no-progress "${@:3}"; }
undo() { quiet "$1" "$engine: plan $2 back" undo "plans/000$2.plan.json" --on "$on" --yes --no-progress; }
purge() { local wanted=$1 what="$engine: $2"; shift 2; quiet "$wanted" "$what" purge --on "$on" "$@"; }

# story ENGINE URL PUT LOOK   sends SQL to the database, and asks it
story() {
  engine=$1 on=shop=$2
  local put=$3 look=$4 users notes
  rm -rf "$work/shop" && mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
  echo "project shop { edition 1; }" >project.mig
  users="table users { id $number; old $text; name $text; $key }" notes="table notes { id $number; what $text; $key }"
  version 1 "$users $notes" "'first';"
  plan 0 1
  purge 0 "nothing is left yet" --yes
  has "$engine: and it says so" "nothing is left there of earlier changes"
  $put "insert into users (id, old, name) values (1, 'a', 'x'), (2, 'b', 'y')"
  $put "insert into notes (id, what) values (7, 'keep me')"
  version 2 "table users { id $number; name $text; $key } $notes" "'no old' { drop column users.old with backup; }"
  plan 0 2
  purge 0 "of the last change nothing goes" --yes
  has "$engine: because it can be taken back with it" "the last change can be taken back with it"
  version 3 "table users { id $number; name $text; $key }" "'no notes' { drop table notes with backup; }"
  plan 0 3
  quiet 0 "$engine: status" status --on "$on"
  has "$engine: of version 2 nothing is needed" "of an earlier change, which cannot be taken back any more; dmc purge drops it"
  has "$engine: of version 3 it is" "kept for the way back; dmc purge --give-up-undo drops it"

  purge 0 "looked at before" --dry-run
  has "$engine: what would go" "would be purged"
  has "$engine: it has a name and a change" "$of_users, of change 2: no old, since"
  purge 0 "young things stay" --yes --older-than 1
  has "$engine: and it says so" "not that old yet"
  purge 2 "a time that is none" --older-than soon
  purge 0 "of version 2 it goes" --yes
  has "$engine: one thing" "1 thing dropped"
  purge 0 "once" --yes
  has "$engine: nothing more" "nothing of it is to go"
  quiet 0 "$engine: nothing is wrong" verify --on "$on"
  quiet 0 "$engine: nothing has drifted" drift --on "$on"
  undo 0 3
  ok "$engine: the rows of notes are back" "7 keep me" "$($look "select id, what from notes")"
  plan 0 3

  purge 0 "an undo is given up" --yes --give-up-undo
  has "$engine: of version 3 it goes" "of change 3: no notes"
  quiet 0 "$engine: status behind it" status --on "$on"
  has "$engine: it says that there is no way back" "cannot be taken back: what that needs was purged"
  quiet 0 "$engine: nothing is wrong behind it" verify --on "$on"
  undo 6 3
  has "$engine: it says why" "it cannot be taken back: .* dropped on .* what that needs (table .*, 1 row of .*notes"
  ok "$engine: nothing is left" "0" "$($look "$lefts")"

  version 4 "table users { id $number; name $text; more $text; $key }" \
    "'on' { gate 'ready'; backfill users set more = (name) where (id > 0) with backup; $accept }"
  plan 4 4
  purge 4 "not while a change is under way" --yes --give-up-undo
  has "$engine: it says so" "a change is under way since"
  plan 0 4 --through ready
  ok "$engine: version 4 is there" "x y" "$($look "select more from users order by id")"
  undo 0 4
  quiet 0 "$engine: nothing has drifted at the end" drift --on "$on"
  quiet 6 "$engine: another database" purge --on "${on/#shop=/other=}" --yes
  has "$engine: it says whose it is" "it is database 'shop'"
}

sqlite_put() { sqlite3 "$work/shop.db" "$1"; }
sqlite_look() { sqlite3 -separator ' ' "$work/shop.db" "$1" | tr '\n' ' ' | sed 's/ $//'; }
of_users="2 rows of .*users.*" accept= number=integer text="text null" key="primary key (id);"
lefts="select count(*) from sqlite_schema where name glob '_dmc_*[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*'"
story "sqlite 3.40" "sqlite:$work/shop.db" sqlite_put sqlite_look
quiet 6 "no ledger" purge --on "shop=sqlite:$work/none.db" --yes

# A runner that is killed at any moment of a purge: the next one ends it.
killed() {
  local pause again
  for pause in 0.002 0.005 0.008 0.011 0.014 0.02; do
    rm -f "$work/shop.db"
    for plan in 1 2 3; do "$DMC" run "plans/000$plan.plan.json" --on "$on" --yes --no-progress >/dev/null 2>&1 || ok "plan $plan" 0 1; done
    "$DMC" purge --on "$on" --yes --give-up-undo >/dev/null 2>&1 &
    sleep $pause
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    quiet 0 "killed after $pause s, the same command ends it" purge --on "$on" --yes --give-up-undo
    ok "killed after $pause s: nothing is left" 0 "$(sqlite_look "$lefts")"
    quiet 0 "killed after $pause s: nothing is wrong" verify --on "$on"
  done
}
killed

# Every target of an inventory; one that belongs to it is refused without it.
cluster() {
  rm -rf "$work/fleet" && mkdir -p "$work/fleet/schema" "$work/fleet/changes" "$work/fleet/clusters" && cd "$work/fleet" || exit 1
  echo "project shop { edition 1; }" >project.mig
  echo "cluster prod { database shop { shard one at 'sqlite:../one.db'; shard two at 'sqlite:../two.db'; } }" >clusters/prod.mig
  local n all="--cluster clusters/prod.mig" engine="sqlite 3.40"
  version 1 "table users { id integer; old text null; primary key (id); }" "'first';"
  version 2 "table users { id integer; primary key (id); }" "'no old' { drop column users.old with backup; }"
  version 3 "table users { id integer; more text null; primary key (id); }" "'more';"
  for n in 1 2 3; do
    quiet 0 "fleet: version $n is sealed" seal $n
    quiet 0 "fleet: version $n runs" run "plans/000$n.plan.json" $all --yes --no-progress
  done
  quiet 1 "fleet: not without its inventory" purge --on shop=sqlite:one.db --yes
  has "fleet: and it says so" "E0518"
  quiet 0 "fleet: looked at" purge $all --dry-run
  ok "fleet: what would go, of both" 2 "$(grep -c 'would go' "$work/answer")"
  quiet 0 "fleet: it goes" purge $all --yes
  for n in one two; do ok "fleet: nothing is left on $n" 0 "$(sqlite3 $n.db "$lefts")"; done
  quiet 0 "fleet: nothing is wrong" verify $all
}
cluster

pg_put() { pg_sql shop "$1" >/dev/null; }
pg_look() { pg_sql shop "$1" | tr '|\n' '  ' | sed 's/ $//'; }
if [ -n "$pg_bin" ]; then
  postgres_or_skip "purge on PostgreSQL"
  trap 'pg_stop; rm -rf "$work" "$pg_folder"' EXIT
  pg_sql postgres "create database shop"
  number=bigint text="text null" key="primary key (id);"
  lefts="select count(*) from pg_class where relname like '\\_dmc%' or (relnamespace::regnamespace::text = 'dmc_backup' and relkind = 'r')"
  story "postgres 15" "$(pg_url shop)" pg_put pg_look
  pg_stop
else
  echo "SKIPPED purge on PostgreSQL: no server here"
  skipped=$((skipped + 1))
fi

ch_put() { ch "$1"; }
ch_look() { ch "$1 format TSV" | tr '\t\n' '  ' | sed 's/ $//'; }
ch_story() {
  printf 'create database if not exists shop' | ch_send default
  of_users="column _dmc_gone_.* of table users" accept="accept backfill.unguarded on users.more because 'nobody writes';"
  number=UInt64 text=String key="engine = MergeTree; order by (id);"
  lefts="select count() from system.tables where database = currentDatabase() and name like '\\\\_dmc%' and name not like '\\\\_dmc\\\\_slot%' and name != '_dmc_record'"
  story "clickhouse $1" "$ch_url/shop" ch_put ch_look
}
if [ -x /usr/sbin/clickhouse-server ]; then
  clickhouse_or_skip "purge on ClickHouse"
  ch_story 18.16
  chdb_server_here && ch_story 26.5
  ch_stop
else
  echo "SKIPPED purge on ClickHouse: no server here (Debian: clickhouse-server)"
  skipped=$((skipped + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
