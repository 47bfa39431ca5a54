#!/usr/bin/env bash
# A shop on a private PostgreSQL: compiled, run, undone, rehearsed, drifted, adopted and inspected by a role that is no superuser; names that
# would be trouble, servers that do not answer, rights that are missing, and a password that may stand nowhere. psql confirms every state.
# What refusals say stands in postgres.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "a shop on PostgreSQL"
said=$work/said.txt
secret=Canary-7f3a9
all=$work/all.txt
: >"$all"
run() { "$DMC" "$@" >"$work/answer" 2>&1; local code=$?; cat "$work/answer" >>"$all"; return $code; }
shown() { sed -n 1,12p "$work/answer"; }
expect() {  # exit code, what, arguments…
  local wanted=$1 what=$2
  shift 2
  run "$@"
  local code=$?
  ok "$what" "$wanted" "$code" 
  [ "$code" = "$wanted" ] || shown
}
says() {  # the same, and what it says is kept
  expect "$@"
  { echo "== $2"; sed -E "s#$pg_folder#FOLDER#g; s/:$pg_port/:PORT/g; s/port $pg_port/port PORT/g; s#(/dev/shm|/tmp)/dmc-rehearsal-[A-Za-z0-9]+#FOLDER#g; s#$work#WORK#g; s/PostgreSQL [0-9.]+/PostgreSQL VERSION/g; s/plan [0-9a-f]{12}/plan PLAN/; s/(schema dmc\)): select .*/\1: SELECT/" "$work/answer"; echo "exit $1"; echo; } >>"$said"
}
is() { ok "$1" "$2" "$(pg_sql "$3" "$4")"; }
shape() { "$pg_bin/pg_dump" -s -N dmc -N dmc_backup --no-owner -h "$pg_folder" -p "$pg_port" -U postgres "$1" | grep -v -E '^(\\(un)?restrict|--|$|SET |SELECT pg_catalog.set_config)' | sha256sum; }

pg_sql postgres "create role owner login nosuperuser password '$secret'" "create role reader login password '$secret'" "create database shop owner owner" "revoke connect on database shop from public" "grant connect on database shop to reader"
url="postgres://owner:$secret@127.0.0.1:$pg_port/shop"

# Version 1, by the role that owns the database and nothing else.
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
declared >schema/shop.mig <<'END'
database shop on postgres 12 {
  enum order_state { new, paid }
  table users { id bigint primary key identity; name text not null; mail text; }
  table orders { id bigint primary key identity; user_id bigint not null; state order_state not null default 'new'; pieces integer not null check (pieces > 0); }
  view big_orders as (select id, pieces from orders where pieces > 5);
}
END
echo "change 1 'first';" >changes/0001_first.mig
expect 0 "version 1 compiles" compile
expect 0 "an empty database: dry run" run plans/0001.plan.json --on "shop=$url" --dry-run
expect 0 "version 1 runs" run plans/0001.plan.json --on "shop=$url" --yes --no-progress
is "its tables are there" "big_orders,orders,users" shop "select string_agg(relname, ',' order by relname) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"
is "they are the role's own" owner shop "select tableowner from pg_tables where tablename = 'users'"
expect 0 "status" status --on "shop=$url"
has "at rest" "version 1"
expect 0 "verify" verify --on "shop=$url"
pg_sql shop "insert into users (name, mail) select 'n' || g, 'm' || g || '@x' from generate_series(1, 1000) g" "insert into orders (user_id, pieces) select g, 1 + g % 9 from generate_series(1, 1000) g"
before=$(shape shop)

# Version 2, online.
declared >schema/shop.mig <<'END'
database shop on postgres 12 {
  enum order_state { new, paid, sent }
  table users { id bigint primary key identity; full_name text not null; mail text not null unique; }
  table orders { id bigint primary key identity; user_id bigint not null references users (id); state order_state not null default 'new'; pieces bigint not null check (pieces > 0);
                 index orders_user_idx (user_id); }
  view big_orders as (select id, pieces from orders where pieces > 5);
}
END
cat >changes/0002_more.mig <<'END'
change 2 'more' {
  rename column users.name to full_name;
  retype orders.pieces;
}
END
expect 0 "version 2 compiles" compile
cp plans/0002.plan.json once.json
expect 0 "and again" compile
cmp -s once.json plans/0002.plan.json; ok "to the same plan" 0 $?
expect 0 "rehearsed on a server of its own" rehearse plans/0002.plan.json --crash-points 4
has "with the rows and back" "schema is the base again"
expect 0 "preflight" preflight plans/0002.plan.json --on "shop=$url"
expect 0 "version 2 runs" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
is "the column has its new name" full_name shop "select attname from pg_attribute where attrelid = 'users'::regclass and attnum = 2"
is "the reference is proven" t shop "select convalidated from pg_constraint where conname = 'orders_user_id_fkey'"
is "no index is left half built" 0 shop "select count(*) from pg_index where not indisvalid"
expect 0 "drift" drift --on "shop=$url"
expect 0 "run again does nothing" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
after=$(shape shop)

# Drift.
pg_sql shop "alter table users add column smuggled integer"
expect 6 "somebody changed it" drift --on "shop=$url"
has "and is told what" "smuggled"
pg_sql shop "alter table users drop column smuggled"
expect 0 "and took it back" drift --on "shop=$url"

# There and back again.
expect 0 "undo, dry" undo --on "shop=$url" --dry-run
expect 0 "undo" undo --on "shop=$url" --yes --no-progress --lossy all
is "the rows are there" 1000 shop "select count(*) from users where name = 'n' || id"
expect 0 "forward once more" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "the same shape" "$after" "$(shape shop)"

# Who may not, and who is not there.
bad=${url/$secret/wrong-$secret}
says 3 "a wrong password" status --on "shop=$bad"
has "its code" E0822
says 3 "nobody listens" status --on "shop=postgres://owner:$secret@127.0.0.1:1/shop"
has "its code" E0823
says 3 "no such database" run plans/0001.plan.json --on "shop=postgres://owner:$secret@127.0.0.1:$pg_port/nowhere" --yes --no-progress
has "its code" E0824
reader="postgres://reader:$secret@127.0.0.1:$pg_port/shop"
says 3 "a role without rights" run plans/0002.plan.json --on "shop=$reader" --yes --no-progress
ok "it changed nothing" "$after" "$(shape shop)"

# A copy of names that need quotes, taken over and changed.
pg_sql postgres "create database \"o'dd \"\"db\"\" ü\" owner owner"
odd="postgres://owner:$secret@127.0.0.1:$pg_port/o%27dd%20%22db%22%20%C3%BC"
pg_sql "o'dd \"db\" ü" "set role owner; create table \"users; drop table secrets; --\" (\"Id\" integer primary key, \"it's \"\"quoted\"\"\" text, \"größe 日本\" integer, \"select\" text default '\$\$; drop table secrets; --');
  create table secrets (id integer); create index \"Index of \"\"it\"\"\" on \"users; drop table secrets; --\" (\"größe 日本\");
  insert into \"users; drop table secrets; --\" select g, 'x''y', g from generate_series(1, 10) g;
  create table \"Orders on Hold\" (\"a on b\" integer primary key); comment on table \"Orders on Hold\" is 'o'; grant select on \"Orders on Hold\" to public;
  create policy \"p on q\" on \"Orders on Hold\" using (true); comment on policy \"p on q\" on \"Orders on Hold\" is 'p';
  create function \"f(); drop table secrets; --\"() returns trigger language plpgsql as \$\$ begin return new; end \$\$;
  create trigger \"t on u\" before insert on \"Orders on Hold\" for each row execute function \"f(); drop table secrets; --\"();
  comment on trigger \"t on u\" on \"Orders on Hold\" is 't'"
mkdir "$work/odd" && cd "$work/odd" || exit 1
expect 0 "odd names are adopted" adopt odd --from "$odd"
expect 0 "they compile to nothing" compile --check
sed -i -E 's/^( *)("größe 日本" +integer);/\1\2 not null;/' schema/odd.mig
grep -q '日本" *integer not null' schema/odd.mig; ok "they stand in the schema" 0 $?
echo "change 2 'odd';" >changes/0002_odd.mig
expect 0 "they compile" compile
expect 0 "they are rehearsed" rehearse plans/0002.plan.json --crash-points 2
expect 0 "they run" run plans/0002.plan.json --on "odd=$odd" --yes --no-progress
is "not null arrived" t "o'dd \"db\" ü" "select attnotnull from pg_attribute where attname = 'größe 日本' and attnum = 3"
is "nothing was injected" 0 "o'dd \"db\" ü" "select count(*) from secrets"
expect 0 "and back" undo --on "odd=$odd" --yes --no-progress
expect 0 "inspect" inspect "$odd" --name odd
before=$(shape "o'dd \"db\" ü")
# Every item that names the table, or is the table, from its first line to the next one's.
awk '/^(  )?[a-z}]/ && !(skip && /^  }/) { skip = /Orders on Hold/ } !skip' schema/odd.mig >odd.mig && mv odd.mig schema/odd.mig
printf 'change 2 %s {\n  drop table "Orders on Hold" with backup;\n}\n' "'odd'" >changes/0002_odd.mig
expect 0 "a table is dropped with all that is on it" compile
expect 0 "it goes" run plans/0002.plan.json --on "odd=$odd" --yes --no-progress
is "it is gone" 0 "o'dd \"db\" ü" "select count(*) from pg_class where relname = 'Orders on Hold' and relnamespace = 'public'::regnamespace"
expect 0 "and comes back" undo --on "odd=$odd" --yes --no-progress
ok "as it was" "$before" "$(shape "o'dd \"db\" ü")"
has "writes them down" "drop table secrets"

# Where a rehearsal cannot be.
cd "$work/shop" || exit 1
DMC_POSTGRES_BIN=$work/nothing says 1 "no server to start" rehearse plans/0002.plan.json
mkdir "$work/broken"
printf '#!/bin/sh\necho "this initdb is broken"\nexit 1\n' >"$work/broken/initdb"
cp "$work/broken/initdb" "$work/broken/postgres"
chmod 755 "$work" "$work/broken" "$work/broken"/*
DMC_POSTGRES_BIN=$work/broken says 1 "a server that does not start" rehearse plans/0002.plan.json
mkdir "$work/extension" && cd "$work/extension" && mkdir schema changes || exit 1
echo "project extension { edition 1; }" >project.mig
echo "database shop on postgres 15 { extension not_to_be_had; table t { id integer primary key; } }" | declared >schema/shop.mig
echo "change 1 'first';" >changes/0001_first.mig
expect 0 "an extension compiles" compile
says 1 "an extension that is not there" rehearse plans/0001.plan.json
cd "$work/shop" || exit 1
pg_sql postgres "create role maker login createdb password '$secret'"
expect 0 "rehearsed on a server that is named" rehearse plans/0002.plan.json --on "shop=postgres://maker:$secret@127.0.0.1:$pg_port/postgres" --crash-points 2
is "which has none of it left" 0 postgres "select count(*) from pg_database where datname like 'dmc%'"
# Others may rehearse beside this script: only what came while ours ran is waited for.
there() { ls -d /dev/shm/dmc-rehearsal-* /tmp/dmc-rehearsal-* 2>/dev/null | sort; }
there >"$work/there"
"$DMC" rehearse plans/0002.plan.json >/dev/null 2>&1 &
victim=$!
sleep 3
made=$(comm -13 "$work/there" <(there))
kill -9 "$victim"
wait "$victim" 2>/dev/null
[ -n "$made" ]; ok "a rehearsal has a folder" 0 $?
for _ in $(seq 300); do [ -z "$(comm -12 <(echo "$made") <(there))" ] && break; sleep 0.2; done
ok "a rehearsal that was killed leaves nothing" "" "$(comm -12 <(echo "$made") <(there))"

# A standby can be read and not written.
as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" -m fast -w stop >/dev/null 2>&1
as_server touch "$pg_folder/data/standby.signal"
pg_start
url="postgres://owner:$secret@127.0.0.1:$pg_port/shop"
says 3 "a standby" undo --on "shop=$url" --yes --no-progress
has "its code" E0821
expect 0 "which can be looked at" status --on "shop=$url"
as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" promote -w >/dev/null 2>&1

# The password stands nowhere.
! grep -q -e "$secret" "$all"; ok "no output tells the password" 0 $?
found=$(grep -r -l -e "$secret" "$work/shop" "$work/odd" "$work/extension"); ok "and no file" "" "$found"
ok "and no ledger" 0 "$(for t in $(pg_sql shop "select tablename from pg_tables where schemaname = 'dmc'"); do pg_sql shop "select * from dmc.\"$t\""; done | grep -c -e "$secret")"

if [ "${DMC_ACCEPT:-}" ]; then cp "$said" "$here/postgres.txt"; fi
diff -u "$here/postgres.txt" "$said" >"$work/diff"; ok "what it says" 0 $? || true
[ -s "$work/diff" ] && head -40 "$work/diff"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
