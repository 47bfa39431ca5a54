#!/usr/bin/env bash
# A primary key that runs out of numbers becomes bigint while a program writes to its table and to those that reference it: other tables, one
# that takes rows along when they go, and the table itself. Nobody's write fails, no foreign key is unproven at the end, and all of it goes
# back. Then once more with the runner killed, between the swap and the proof too.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "a referenced key retyped on PostgreSQL"
shape() { pg_shape shop | tr -d , | sort | sha256sum; }
pg_sql postgres "create role app login" "create database shop"
url=$(pg_url shop)
mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo "project shop { edition 1; }" >project.mig
source_of() {
  cat <<END
database shop on postgres $pg_major {
  table people { id $1 primary key identity; name text; boss integer references people (id); settings replica_identity = 'index people_pkey'; }
  table orders {
    id     bigint   primary key identity;
    person integer  not null references people (id) on delete cascade;
    seller integer;
    foreign key (seller) references people;
  }
  view names as (select id, name from people where id > 10);
  grant select, insert, update, delete on people to app;
  grant select, insert, update, delete on orders to app;
  grant select on names to app;
  object 'comment' "comment on constraint orders_person_fkey on orders"
    create (comment on constraint orders_person_fkey on orders is 'whose it is') drop (comment on constraint orders_person_fkey on orders is null);
  object 'comment' "comment on constraint people_pkey on people"
    create (comment on constraint people_pkey on people is 'counted') drop (comment on constraint people_pkey on people is null);
}
END
}
source_of integer >schema/shop.mig
echo "change 1 'first';" >changes/0001.mig
quiet 0 "version 1 compiles" compile
quiet 0 "version 1 runs" run plans/0001.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "grant usage on schema public to app" "insert into people (name) select 'n' || n from generate_series(1, 5000) n" "update people set boss = id - 1 where id > 1" \
  "insert into orders (person, seller) select n % 5000 + 1, n % 70 + 1 from generate_series(1, 20000) n"
before=$(shape)
source_of bigint >schema/shop.mig
echo "change 2 'enough numbers' { retype people.id batch 500; }" >changes/0002.mig
quiet 0 "version 2 compiles" compile
quiet 0 "it rehearses, there and back" rehearse plans/0002.plan.json

load() {
  touch "$work/alive"
  local who
  for who in 1 2 3; do
    ( while [ -e "$work/alive" ]; do
        r=$((RANDOM % 5000 + 1))
        echo "insert into people (name, boss) select 'new $who', min(id) from people; insert into orders (person, seller) select id, id from people where id = $r; update people set name = name || '.' where id = $r; delete from people where id = $((r / 3 + 100)) and not exists (select from orders where seller = $((r / 3 + 100))) and not exists (select from people where boss = $((r / 3 + 100))); update orders set seller = (select max(id) from people where id < $r) where person = $r; select count(*) from names where id < 50;"
      done | "$pg_bin/psql" -X -q -A -t -h "$pg_folder" -p "$pg_port" -U app -d shop >/dev/null 2>>"$work/program" ) &
  done
}
# Whose row is referenced while it goes is refused by the key itself, with or without dmc.
rest() { rm "$work/alive"; wait; grep ERROR "$work/program" | grep -v 'violates foreign key constraint' >"$work/errors"; ok "the program never failed ($1)" "" "$(cat "$work/errors")"; : >"$work/program"; }
whole() {
  pg_is "every foreign key is proven ($1)" "3" "select count(*) from pg_constraint where contype = 'f' and convalidated"
  pg_is "nothing points nowhere ($1)" 0 "select count(*) from orders o where not exists (select from people p where p.id = o.person) or o.seller is not null and not exists (select from people p where p.id = o.seller)"
  quiet 0 "it is as it should be ($1)" drift --on "shop=$url"
}

load
quiet 0 "it runs while the program writes" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest there
pg_is "it is a bigint" bigint "select format_type(atttypid, -1) from pg_attribute where attrelid = 'people'::regclass and attname = 'id'"
whole there
load
quiet 0 "and back while the program writes" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest back
whole back
ok "the schema is what it was, but for the order of columns" "$before" "$(shape)"
pg_is "the counter went on" t "select max(id) < nextval(pg_get_serial_sequence('people', 'id')) from people"

load
for wait in 0.2 0.4 0.7 1.1; do
  "$DMC" run plans/0002.plan.json --on "shop=$url" --yes --no-progress >/dev/null 2>&1 &
  runner=$!
  sleep "$wait"
  kill -9 "$runner" 2>/dev/null
  wait "$runner" 2>/dev/null
done
quiet 0 "another runner goes on where four were killed" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
rest killed
whole killed

quiet 0 "and back once more" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "create table stranger (p integer references people (id))"
quiet 3 "a foreign key of a table that is not managed stops it" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "it says what it waits for" yes "$(grep -q "no other foreign key references" "$work/answer" && echo yes)"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
