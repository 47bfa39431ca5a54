#!/usr/bin/env bash
# A table that becomes partitioned, and a column of it bigint that another one is computed from, while a program writes to it as a role without any other right: inserts, updates, deletes, rows that move and
# children that point at it. A trigger of the author's keeps a second account of every row, and both must agree at every stage. Then back again
# under the same load, and once more with the runner killed in the middle.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "a table rebuilt on PostgreSQL"
shape() { pg_shape shop | sha256sum; }
pg_sql postgres "create role app login" "create database shop"
url=$(pg_url shop)
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
source_of() {  # what is in the table besides its columns
  cat <<END
database shop on postgres 14 {
  table events {
    id    bigint  not null  identity always;
    at    date    not null;
    what  text    not null  check (what <> '');
    twice text    generated (what || what) stored;
    rank  $2;
    half  integer generated (rank / 2) stored;
    $1
    index events_what_idx (what);
    settings row_security = 'on';
  }
  row policy everybody on events using (true);
  table account { id bigint primary key; at date; what text; }
  function keep_account() returns trigger language plpgsql security definer as \$\$ begin
    if tg_op <> 'INSERT' then delete from public.account where id = old.id; end if;
    if tg_op <> 'DELETE' then insert into public.account values (new.id, new.at, new.what); end if;
    return null; end \$\$;
  trigger events_account after insert or update or delete on events for each row execute keep_account();
  view long_ago as (select id, what from events where at < '2025-01-01');
  grant select, insert, update, delete on events to app;
  grant select on long_ago to app;
}
END
}
source_of 'primary key (id);' integer | declared >schema/shop.mig
echo "change 1 'first';" >changes/0001.mig
quiet 0 "version 1 compiles" compile
quiet 0 "version 1 runs" run plans/0001.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "insert into events (at, what) select date '2024-01-01' + g % 1000, 'w' || g from generate_series(1, 20000) g"
before=$(shape)
source_of "primary key (id, at); partition by range (at) { events_2024 (from ('2024-01-01') to ('2025-01-01')); events_2025 (from ('2025-01-01') to ('2026-01-01')); events_rest (default); }" bigint | declared >schema/shop.mig
cat >changes/0002.mig <<'END'
change 2 'by year' {
  retype events.rank;
  rebuild table events batch 500;
}
END
quiet 0 "version 2 compiles" compile
quiet 0 "it rehearses, there and back" rehearse plans/0002.plan.json

load() {
  touch "$work/alive"
  local who
  for who in 1 2 3; do
    ( n=0
      while [ -e "$work/alive" ]; do
        n=$((n + 1)); r=$(( (RANDOM * 32768 + RANDOM) % 20000 + 1 ))
        echo "insert into events (at, what) values (date '2024-01-01' + $((r % 1200)), 'new $who'); update events set what = what || '.', rank = $r, at = at + $((r % 3)) where id = $r; delete from events where id = $((r / 2)); update events set at = date '2024-06-01' + $r % 500 where id = $((r + 1)); select count(*) from long_ago where id < 50;"
      done | "$pg_bin/psql" -X -q -A -t -h "$pg_folder" -p "$pg_port" -U app -d shop >/dev/null 2>>"$work/program" ) &
  done
}
# Two who move one row to another partition at once: the server refuses one of them on any partitioned table.
rest() { rm "$work/alive"; wait; grep ERROR "$work/program" | grep -v "moved to another partition due to concurrent update" >"$work/errors"; ok "the program never failed ($1)" "" "$(cat "$work/errors")"; [ -s "$work/errors" ] && grep -A12 "deadlock detected" "$pg_folder/log" | head -20; : >"$work/program"; }
agree() { pg_is "every row is accounted for ($1)" "0 0" "select count(*) || ' ' || (select count(*) from events) - (select count(*) from account) from (select id, at, what from events except select id, at, what from account) d"; }

pg_sql shop "grant usage on schema public to app"
load
quiet 0 "it runs while the program writes" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest "there"
agree "there"
pg_is "it is partitioned" p "select relkind from pg_class where oid = 'events'::regclass"
pg_is "a type came with it" "bigint 0" "select format_type(atttypid, null) || ' ' || (select count(*) from events where half is distinct from rank / 2) from pg_attribute where attrelid = 'events'::regclass and attname = 'rank'"
pg_is "rows lie where they belong" 0 "select count(*) from events_2024 where at >= '2025-01-01'"
quiet 0 "it is as it should be" drift --on "shop=$url"
pg_is "nothing of it is left" 0 "select count(*) from pg_namespace where nspname like '\_dmc%'"
load
quiet 0 "and back while the program writes" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest "back"
agree "back"
pg_sql shop "revoke usage on schema public from app"
ok "the schema is what it was" "$before" "$(shape)"
pg_is "the counter went on" t "select max(id) < nextval(pg_get_serial_sequence('events', 'id')) from events"

# The runner is killed while it copies, between two batches, and another one goes on.
pg_sql shop "grant usage on schema public to app"
load
for wait in 0.3 0.5 0.8; do
  "$DMC" run plans/0002.plan.json --on "shop=$url" --yes --no-progress >/dev/null 2>&1 &
  runner=$!
  sleep "$wait"
  kill -9 "$runner" 2>/dev/null
  wait "$runner" 2>/dev/null
done
quiet 0 "another runner goes on where three were killed" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest "killed"
agree "killed"
quiet 0 "it is as it should be, still" drift --on "shop=$url"

# What dmc does not know of and could not bring along stops it before anything is done.
"$DMC" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress >/dev/null 2>&1 &
runner=$!
for n in $(seq 200); do [ "$(pg_sql shop "select count(*) from pg_trigger where tgname like '\_dmc%\_t'")" = 0 ] || break; sleep 0.02; done
kill -9 "$runner" 2>/dev/null
wait "$runner" 2>/dev/null
pg_sql shop "truncate events_2024" "delete from account where at < '2025-01-01'"
quiet 0 "and back once more, after a partition was emptied half-way" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
agree "a partition was emptied"
pg_sql shop "create table stranger (e bigint references events (id))"
quiet 3 "a foreign key of a table that is not managed" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "it says what it waits for" 1 "$(grep -c 'would not come along' "$work/answer")"
pg_sql shop "drop table stranger" "set client_min_messages = error; create publication feed for table events"
quiet 3 "a publication" run plans/0002.plan.json --on "shop=$url" --yes --no-progress

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
