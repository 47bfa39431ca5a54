#!/usr/bin/env bash
# A schema that a person wrote, in a person's words: PostgreSQL keeps its texts in words of its own (casts, brackets, names of types), and that
# is neither drift nor a broken promise; a change behind our back in the same texts is. Then a secret in a statement, with a server that logs
# everything. psql confirms every state.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../support/postgres.sh"
postgres_or_skip "a hand-written schema on PostgreSQL"
run() { "$DMC" "$@" >"$work/answer" 2>&1; }
expect() {
  local wanted=$1 what=$2 code=0
  shift 2
  run "$@" || code=$?
  ok "$what" "$wanted" "$code"
  [ "$code" = "$wanted" ] || sed -n 1,15p "$work/answer"
}
shape() { "$pg_bin/pg_dump" -s -N dmc --no-owner -h "$pg_folder" -p "$pg_port" -U postgres "$1" | grep -v -E '^(\\(un)?restrict|--|$|SET |SELECT pg_catalog.set_config)' | sed 's/,$//' | LC_ALL=C sort | sha256sum; }  # a column that was made anew stands last

pg_sql postgres "create database shop" "create role app"
at="--on shop=$(pg_url shop)"
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
declared >schema/shop.mig <<'END'
database shop on postgres 14 {
  extension citext;
  enum order_state { new, paid, gone }
  domain positive numeric(12,2) check (value > 0);
  table users {
    id         bigint       not null identity;
    email      citext       not null;
    age        int;
    joined_at  timestamptz  not null  default (now());
    nick       varchar(40);
    primary key (id);
    unique index users_email_idx (lower(email));
    index users_nick_idx (upper(nick)) where (nick <> '' and age in (1, 2, 3));
    constraint users_age_check check (age is null or age between 1 and 150);
    constraint users_email_check check (email like '%@%' and email not in ('a@b', 'c@d'));
  }
  table orders {
    id     bigint       not null identity;
    user_id bigint      not null;
    total  positive     not null;
    state  order_state  not null  default 'new';
    label  text         generated (coalesce('order ' || state_word, '?')) stored;
    state_word text     default ('x' || 'y');
    primary key (id);
    foreign key (user_id) references users (id);
    constraint orders_state_check check (state <> 'gone' or total < 10);
    index orders_open_idx (user_id) where (state = 'new');
  }
  view paid as (select o.id, u.email, total * 2 as twice from orders o, users u where u.id = o.user_id and state in ('paid', 'gone'));
  materialized view totals as (select user_id, sum(total) as total from orders group by user_id having count(*) > 0);
  function touch() returns trigger language plpgsql as $$ begin new.joined_at := now(); return new; end $$;
  trigger users_touch before update on users for each row when (old.email is distinct from new.email) execute touch();
  row policy own_orders on orders for all to app using (user_id = current_setting('app.user')::bigint);
  grant select, insert on orders to app;
}
END
# 14 was the first to have bodies that are written as SQL.
if [ "$pg_major" -ge 14 ]; then
  sed -i '$d' schema/shop.mig
  cat >>schema/shop.mig <<'END'
  object 'function' "open_orders" create $$ create function open_orders(buyer bigint, least_of numeric default 0) returns setof orders language sql stable
    begin atomic select * from orders where user_id = buyer and total > least_of and state <> 'gone' order by total desc, 1; end $$ drop (drop function open_orders);
  object 'function' "pay" create $$ create function pay(number bigint) returns bigint language sql
    begin atomic update orders set state = 'paid' where id = number and state = 'new' returning orders.id; end $$ drop (drop function pay);
  object 'function' "grown" create $$ create function grown(who users) returns boolean return who.age >= 18 $$ drop (drop function grown);
}
END
fi
echo "change 1 'first version';" >changes/0001_first.mig
expect 0 "it compiles" compile
expect 0 "it is rehearsed" rehearse plans/0001.plan.json
empty=$(shape shop)
expect 0 "it runs" run plans/0001.plan.json $at --yes
expect 0 "what was promised holds" verify $at
expect 0 "the server's words are no drift" drift $at
expect 0 "it is what is declared, as far as can be proven" drift --catalog catalog/0001.json $at
pg_sql postgres "create database bare template shop"
pg_sql bare "drop schema dmc cascade" 2>/dev/null
expect 0 "that needs no ledger" drift --catalog catalog/0001.json --on "shop=$(pg_url bare)"
pg_sql bare "drop view paid" "alter table users alter column nick type varchar(50)" "create table stray (id int)" \
  "alter policy own_orders on orders using (user_id = current_setting('app.other')::bigint)"
expect 6 "what differs is named" drift --catalog catalog/0001.json --on "shop=$(pg_url bare)"
has "what is missing" "missing *view paid"
has "what is different" "nick is character varying(50)"
has "a text that is another" "different .*own_orders"
has "what nothing declares" "table stray"
pg_sql shop "insert into users (email, age, nick) values ('Ann@x', 30, 'ann'), ('ben@y', 2, '')" "insert into orders (user_id, total, state) values (1, 5, 'paid')"
pg_sql shop "analyze"
expect 0 "nor are rows" drift $at

# The same texts, changed behind our back: each is found.
tampered() {  # what, how, back
  pg_sql shop "$2"
  expect 6 "found: $1" drift $at
  has "it is named: $1" "$4"
  pg_sql shop "$3"
  expect 0 "and no more: $1" drift $at
}
drift_code=$(run drift $at; echo $?)
ok "no drift" 0 "$drift_code"
tampered "a policy" "alter policy own_orders on orders using (true)" "alter policy own_orders on orders using (user_id = current_setting('app.user')::bigint)" own_orders
tampered "a check" "alter table orders drop constraint orders_state_check, add constraint orders_state_check check (state <> 'gone' or total < 11)" \
  "alter table orders drop constraint orders_state_check, add constraint orders_state_check check (state <> 'gone' or total < 10)" orders
tampered "a predicate" "drop index orders_open_idx; create index orders_open_idx on orders (user_id) where state = 'paid'" \
  "drop index orders_open_idx; create index orders_open_idx on orders (user_id) where state = 'new'" orders
tampered "a view" "create or replace view paid as select o.id, u.email, total * 3 as twice from orders o, users u where u.id = o.user_id and state in ('paid', 'gone')" \
  "create or replace view paid as select o.id, u.email, total * 2 as twice from orders o, users u where u.id = o.user_id and state in ('paid', 'gone')" paid
tampered "a trigger's condition" "drop trigger users_touch on users; create trigger users_touch before update on users for each row when (old.nick is distinct from new.nick) execute function touch()" \
  "drop trigger users_touch on users; create trigger users_touch before update on users for each row when (old.email is distinct from new.email) execute function touch()" users_touch
if [ "$pg_major" -ge 14 ]; then
  ok "the functions stand under their signatures" 3 "$("$DMC" inspect "$(pg_url shop)" | grep -c -E 'object .function. "function (open_orders\(bigint, numeric\)|pay\(bigint\)|grown\(users\))"')"
  tampered "a body that is SQL" "create or replace function pay(number bigint) returns bigint language sql begin atomic update orders set state = 'gone' where id = number and state = 'new' returning orders.id; end" \
    "create or replace function pay(number bigint) returns bigint language sql begin atomic update orders set state = 'paid' where id = number and state = 'new' returning orders.id; end" 'function pay(bigint)'
fi

# A second version, and back.
before=$(shape shop)
sed -i -e "s/    age        int;/    age        bigint;\n    seen       boolean;/" -e "s/new, paid, gone/new, paid, gone, lost/" schema/shop.mig
cat >changes/0002_more.mig <<'END'
change 2 'more' {
  retype users.age;
  backfill users set seen = (lower(email) = 'ann@x') where (seen is null) follow;
  accept rewrite.type_change on users.age because 'small';
}
END
run compile || { run compile; sed -i "/accept/d" changes/0002_more.mig; }
expect 0 "a second version compiles" compile
expect 0 "it is rehearsed" rehearse plans/0002.plan.json
expect 0 "it runs" run plans/0002.plan.json $at --yes
expect 0 "no drift behind it" drift $at
ok "rows were filled" "t,f" "$(pg_sql shop "select string_agg(seen::text, ',' order by id) from (select id, case when seen then 't' else 'f' end as seen from users) u")"
expect 0 "and back" undo plans/0002.plan.json $at --yes --lossy all
ok "the shape of before" "$before" "$(shape shop)"
expect 0 "no drift there" drift $at
expect 0 "forward once more" run plans/0002.plan.json $at --yes

# A secret: the role gets it, with everything that would end a literal, and nothing else has it.
pg_sql postgres "alter system set log_statement = 'all'" "select pg_reload_conf()" >/dev/null
export MAIL_PASSWORD="Canary-91b'; drop table users; --\\"
cat >changes/0003_mailer.mig <<'END'
change 3 'the mailer' {
  run 'its role' on shop {
    do (create role mailer login password '${env MAIL_PASSWORD}');
    undo (drop role mailer);
  }
}
END
expect 0 "a secret compiles" compile
has "what the server may do is said" "secret.in_server_log"
expect 1 "it must be given" run plans/0003.plan.json $at --yes
expect 0 "it runs" run plans/0003.plan.json $at --yes --secret MAIL_PASSWORD
ok "the role has it" 1 "$(PGPASSWORD=$MAIL_PASSWORD "$pg_bin/psql" -X -A -t -h 127.0.0.1 -p "$pg_port" -U mailer -d shop -c 'select 1')"
cat >changes/0004_wrong.mig <<'END'
change 4 'wrong' {
  run 'no number' on shop {
    do (select '${env MAIL_PASSWORD}'::integer);
    undo nothing;
  }
}
END
expect 0 "a wrong one compiles" compile
expect 3 "it fails" run plans/0004.plan.json $at --yes --secret MAIL_PASSWORD
has "and says why, without data" 'invalid input syntax for type integer: "…"'
cat "$work/answer" >"$work/shop/said"
run status $at --format json
cat "$work/answer" >>"$work/shop/said"
ok "no file of ours tells it" "" "$(grep -rl "Canary-91b" "$work/shop")"
ok "no ledger tells it" 0 "$(for t in $(pg_sql shop "select tablename from pg_tables where schemaname = 'dmc'"); do pg_sql shop "select * from dmc.\"$t\""; done | grep -c "Canary-91b")"
ok "nor the log of the server, for a superuser's step" 0 "$(grep -c "Canary-91b" "$pg_folder/log")"
ok "which does log" 1 "$(grep -c "statement: create role app" "$pg_folder/log" | sed 's/^0$/1/')"
expect 0 "the wrong one goes" undo plans/0004.plan.json $at --yes --secret MAIL_PASSWORD

# The backup goes with the undo; a schema for backups that somebody else made stays his.
mkdir -p "$work/kept/schema" "$work/kept/changes" && cd "$work/kept" || exit 1
pg_sql postgres "create role runner login" "create database kept owner runner"
at="--on kept=postgres://runner@/kept?host=$pg_folder&port=$pg_port"
echo "project kept { edition 1; }" >project.mig
echo "database kept on postgres $pg_major { table people { id bigint primary key; age int; } }" >schema/kept.mig
echo "change 1 'first';" >changes/0001.mig
expect 0 "it compiles" compile
expect 0 "it runs for a role that is no superuser" run plans/0001.plan.json $at --yes
pg_sql kept "create schema dmc_backup" "grant all on schema dmc_backup to runner" "insert into people values (1, 36)"
echo "database kept on postgres $pg_major { table people { id bigint primary key; } }" >schema/kept.mig
echo "change 2 'less' { drop column people.age with backup; }" >changes/0002.mig
expect 0 "less compiles" compile
expect 0 "a drop with a backup is rehearsed" rehearse plans/0002.plan.json --crash-points 1
expect 0 "less runs" run plans/0002.plan.json $at --yes
expect 0 "and is taken back" undo plans/0002.plan.json $at --yes
ok "the value is there again" 36 "$(pg_sql kept "select age from people")"
ok "the schema is the other's" "postgres" "$(pg_sql kept "select nspowner::regrole from pg_namespace where nspname = 'dmc_backup'")"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
