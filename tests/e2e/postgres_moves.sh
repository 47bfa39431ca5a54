#!/usr/bin/env bash
# A database that dmc adopted and changed stays the same database for it under what its keepers do: ANALYZE, VACUUM FULL, REINDEX, CLUSTER,
# a dump restored under another name, whose copy is refused until it is bound anew. With UPGRADE="OLD NEW", two folders of programs, also a
# move to the newer major, by pg_upgrade where NEW has it, else by dump and restore: no drift, nothing to do, and the next change goes there
# and back.
#   UPGRADE="$(tests/support/majors.sh 12) $(tests/support/majors.sh 14)" tests/e2e/postgres_moves.sh
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
[ -z "${UPGRADE:-}" ] || { read -r DMC_POSTGRES_BIN newer <<<"$UPGRADE"; export DMC_POSTGRES_BIN; }
. "$here/../support/postgres.sh"
postgres_or_skip "a PostgreSQL database that moves"
says() { grep -q -e "$2" "$work/answer"; ok "$1" 0 $?; }
# What dmc must say of a database that nobody changed: its address, what happened.
the_same() {
  quiet 0 "$2: no drift" drift --on "shop=$1"
  quiet 0 "$2: status" status --on "shop=$1"
  says "$2: it stands where it stood" "version 2"
  quiet 0 "$2: verify" verify --on "shop=$1"
  quiet 0 "$2: nothing to compile" compile --check
  quiet 0 "$2: nothing to run" run plans/0002.plan.json --on "shop=$1" --yes --no-progress
}
rows() { pg_sql "$1" "select count(*), sum(total), max(id) from orders"; }

pg_sql postgres "create role app" "create database shop"
pg_sql shop "create extension citext; create type state as enum ('new', 'paid', 'gone'); create domain positive as numeric(12,2) check (value > 0);
  create table users (id bigint generated always as identity primary key, email citext not null unique, name varchar(40) not null default 'x',
    joined timestamptz not null default now(), tags text[] not null default '{}', slug text generated always as (lower(name)) stored,
    constraint joined_late check (extract(epoch from joined) > 5), constraint named check (length(name) between 1 and 40));
  create table orders (id bigserial primary key, user_id bigint not null references users, total positive not null, state state not null default 'new',
    due timestamp, note text, constraint due_year check (extract(year from due) >= 2000 or due is null));
  create index orders_due_idx on orders (extract(month from due)) where state in ('new', 'paid');
  alter table users cluster on users_pkey;
  create index orders_user_idx on orders (user_id) include (total);
  create table events (id bigint not null, at date not null, what text, primary key (id, at)) partition by range (at);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create table events_rest partition of events default;
  create index events_at_idx on events (at);
  create view late as select o.id, o.due, extract(dow from o.due) as day from orders o where extract(hour from o.due) > 12;
  create view owed as select id, total * 2 as twice, coalesce(note, '?') as note from orders where state = any (array['new', 'paid']::state[]);
  create materialized view totals as select user_id, sum(total) as total, max(extract(epoch from due)) as last from orders group by user_id having count(*) > 0;
  create unique index totals_key on totals (user_id);
  create function touch() returns trigger language plpgsql as \$\$ begin new.name := trim(new.name); return new; end \$\$;
  create function year_of(t timestamp) returns double precision language sql immutable as 'select extract(year from t)::double precision';
  create trigger users_touch before insert or update of name on users for each row when (new.name is not null and extract(year from new.joined) > 1990) execute function touch();
  create policy own on orders for select to app using (user_id = nullif(current_setting('app.user', true), '')::bigint);
  create statistics orders_stats on user_id, state from orders;
  comment on table orders is 'what was sold'; grant select, insert on orders to app; grant select on late to app"
pg_sql shop "insert into users (email, name) select 'm' || g || '@x', 'n' || g from generate_series(1, 500) g" \
  "insert into orders (user_id, total, due) select g, g, '2026-03-01'::timestamp + g * interval '1 hour' from generate_series(1, 500) g" \
  "insert into events select g, '2026-01-01'::date + g, 'e' from generate_series(1, 500) g" "refresh materialized view totals"
url=$(pg_url shop)
mkdir "$work/shop" && cd "$work/shop" || exit 1
quiet 0 "it is adopted" adopt shop --from "$url"
quiet 0 "which compiles to nothing" compile --check
sed -i -E 's/^( *)note +text;/&\n\1paid_at timestamptz;/; s/^( *)index orders_user_idx/\1index orders_paid_idx (paid_at);\n\1index orders_day_idx (extract(day from due));\n&/; s/^( *)constraint due_year/\1constraint paid_late check (extract(year from paid_at) > 2000);\n&/; s/^( *)view late$/\1view days as (select id, extract(doy from paid_at) as day from orders where extract(isodow from paid_at) < 6);\n&/' schema/shop.mig
ok "in a person's words" 5 "$(grep -c -E 'paid_at|orders_day_idx|view days' schema/shop.mig)"
echo "change 2 'paid';" >changes/0002_paid.mig
quiet 0 "change 2 compiles" compile
quiet 0 "change 2 runs" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
the_same "$url" "at rest"
had=$(rows shop)

pg_sql shop "analyze"
the_same "$url" "ANALYZE"
pg_sql shop "vacuum full"
the_same "$url" "VACUUM FULL"
pg_sql shop "reindex database shop"
the_same "$url" "REINDEX"
pg_sql shop "cluster users"
the_same "$url" "CLUSTER"
# By an index that it was not clustered by before: the server keeps that as a setting of the table, and pg_dump writes it.
pg_sql shop "cluster orders using orders_pkey"
quiet 6 "CLUSTER by another index" drift --on "shop=$url"
says "is told as the setting it is" "cluster_on"
ok "and nothing else" 3 "$(wc -l <"$work/answer")"
pg_sql shop "alter table orders set without cluster"
the_same "$url" "without it"

# A copy.
"$pg_bin/pg_dump" -h "$pg_folder" -p "$pg_port" -U postgres -f "$work/dump.sql" shop; ok "it is dumped" 0 $?
sed -i '/^SET transaction_timeout/d' "$work/dump.sql"  # 18's pg_dump says it of 16, which does not know it
pg_sql postgres "create database copied"
"$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$pg_folder" -p "$pg_port" -U postgres -d copied -f "$work/dump.sql" >"$work/restored" 2>&1
ok "and restored" 0 $?
copy=$(pg_url copied)
quiet 6 "a run on the copy is refused" run plans/0002.plan.json --on "shop=$copy" --yes --no-progress
says "as a copy" "rebind"
quiet 6 "and an undo" undo --on "shop=$copy" --yes --no-progress --lossy all
quiet 0 "the copy is bound anew" rebind --on "shop=$copy"
the_same "$copy" "the copy"
quiet 0 "it is undone there" undo --on "shop=$copy" --yes --no-progress --lossy all
quiet 0 "and run again" run plans/0002.plan.json --on "shop=$copy" --yes --no-progress
the_same "$copy" "the copy, there and back"
the_same "$url" "the original beside it"
ok "with every row" "$had" "$(rows copied)"

if [ -n "${newer:-}" ]; then
  was="$pg_major"
  "$newer/pg_dump" --version >/dev/null 2>&1; ok "there is a pg_dump" 0 $?
  if [ -x "$newer/pg_upgrade" ]; then
    how=pg_upgrade
    as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" -m fast -w stop >/dev/null 2>&1
    mv "$pg_folder/data" "$pg_folder/old"
    sums=; "$newer/initdb" --help | grep -q no-data-checksums && sums=--no-data-checksums
    # shellcheck disable=SC2086
    as_server "$newer/initdb" -D "$pg_folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync $sums >"$work/initdb" 2>&1 || cat "$work/initdb"
    # The old server's hba asks for nothing that pg_upgrade has not.
    (cd "$pg_folder" && as_server "$newer/pg_upgrade" -b "$pg_bin" -B "$newer" -d "$pg_folder/old" -D "$pg_folder/data" -U postgres -s "$pg_folder" >"$work/upgrade" 2>&1)
    ok "pg_upgrade" 0 $?
    grep -q "Upgrade Complete" "$work/upgrade" || tail -20 "$work/upgrade"
    pg_bin=$newer
    pg_start
  else
    how="dump and restore"
    "$newer/pg_dump" -h "$pg_folder" -p "$pg_port" -U postgres -f "$work/dump.sql" shop; ok "it is dumped" 0 $?
    as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" -m fast -w stop >/dev/null 2>&1
    mv "$pg_folder/data" "$pg_folder/old"
    pg_bin=$newer
    as_server "$newer/initdb" -D "$pg_folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$work/initdb" 2>&1 || cat "$work/initdb"
    pg_start
    pg_sql postgres "create role app" "create database shop"
    "$pg_bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$pg_folder" -p "$pg_port" -U postgres -d shop -f "$work/dump.sql" >"$work/restored" 2>&1
    ok "and restored" 0 $?
  fi
  now=$("$pg_bin/postgres" --version | sed -E 's/.* ([0-9]+).*/\1/')
  ok "the server is newer" 1 $((now > was))
  url=$(pg_url shop)
  ok "every row came along" "$had" "$(rows shop)"
  the_same "$url" "$was to $now by $how"
  quiet 0 "undone on $now" undo --on "shop=$url" --yes --no-progress --lossy all
  quiet 0 "no drift behind it" drift --on "shop=$url"
  quiet 0 "run on $now" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
  sed -i -E 's/^( *)paid_at +timestamptz;/\1paid_at timestamptz;\n\1channel varchar(10) not null default '"'web'"';/' schema/shop.mig
  echo "change 3 'channel';" >changes/0003_channel.mig
  quiet 0 "the next change compiles" compile
  quiet 0 "it is foreseen" preflight plans/0003.plan.json --on "shop=$url"
  quiet 0 "it runs" run plans/0003.plan.json --on "shop=$url" --yes --no-progress
  quiet 0 "no drift behind it" drift --on "shop=$url"
  quiet 0 "it is undone" undo --on "shop=$url" --yes --no-progress --lossy all
  the_same "$url" "after all that"
  quiet 0 "the newer server is inspected" inspect "$url" --name shop
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
