#!/usr/bin/env bash
# Names and types that go on beside what they became: a program that knows the old names alone writes and reads all the time, from before the
# change up to its gate; then both names are written; undone, run again, undone from behind the gate; and names that live past their change.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/postgres.sh"
postgres_or_skip "two names at once on PostgreSQL"
shape() { pg_shape shop | sha256sum; }
pg_sql postgres "create role app login" "create database shop"
url=$(pg_url shop)
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
declared >schema/shop.mig <<'END'
database shop on postgres 14 {
  table people { id bigint primary key identity; mail text not null unique; age int; index people_age_idx (age); }
  table orders { id bigint primary key identity; person bigint not null references people (id); }
  table ready { n int; }
  view adults as (select id, mail from people where age >= 18);
  grant select, insert, update, delete on people to app;
}
END
echo "change 1 'first';" >changes/0001.mig
quiet 0 "version 1 compiles" compile
quiet 0 "version 1 runs" run plans/0001.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "insert into people (mail, age) select 'm' || g, g from generate_series(1, 3000) g"
before=$(shape)

declared >schema/shop.mig <<'END'
database shop on postgres 14 {
  schema staff { table users { id bigint primary key identity; email text not null unique; age bigint; index people_age_idx (age); } }
  table orders { id bigint primary key identity; person bigint not null references staff.users (id); }
  table ready { n int; }
  view adults as (select id, email as mail from staff.users where age >= 18);
  grant select, insert, update, delete on staff.users to app;
}
END
cat >changes/0002.mig <<'END'
change 2 'names' {
  rename table people to staff.users keeping both;
  rename column users.mail to email keeping both;
  retype users.age keeping both batch 200;
  gate 'every program says the new names' on shop (select count(*) from ready) = 1;
  drop view people;
  drop column users.mail without backup;
  drop column users.age_old without backup;
}
END
quiet 0 "version 2 compiles" compile
quiet 0 "it rehearses, there and back" rehearse plans/0002.plan.json

# A program that knows the old names alone, as a role that has rights on the table and nothing else.
touch "$work/alive"
( n=0
  while [ -e "$work/alive" ]; do
    n=$((n + 1))
    echo "insert into people (mail, age) values ('w$n', $n % 90) on conflict (mail) do update set age = 1; update people set mail = mail || '.', age = age + 1 where id = $((n % 3000 + 1)); select mail, age from people where id = $n;"
  done | "$pg_bin/psql" -X -q -A -t -h "$pg_folder" -p "$pg_port" -U app -d shop >/dev/null 2>"$work/program" ) &
program=$!
pg_sql shop "grant usage on schema public to app"
quiet 4 "it runs up to its gate" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
rm "$work/alive"
wait "$program"
ok "the program never failed" 0 "$(grep -c ERROR "$work/program")"
sed -n 1,3p "$work/program"
pg_is "it wrote" t "select count(*) > 3000 from people"
pg_is "both names, both types: equal in every row" 0 "select count(*) from staff.users where mail is distinct from email or age is distinct from age_old"
quiet 0 "the gate finds it as it should be" drift --on "shop=$url"
pg_sql shop "set role app; insert into people (mail, age) values ('old', 7)" "set role app; update people set mail = 'through the view' where id = 1" \
  "insert into staff.users (email, age) values ('new', 5000000000)" "update staff.users set email = 'email' where id = 2" "update staff.users set mail = 'mail', age_old = 33 where id = 3"
pg_is "rows 1, 2, 3" "through the view=through the view email=email mail=mail" "select string_agg(mail || '=' || email, ' ' order by id) from staff.users where id <= 3"
pg_is "a row by its old name" "old|7|7" "select email, age, age_old from staff.users where mail = 'old'"
pg_is "a value that the old type has no room for" "5000000000|" "select age, age_old from staff.users where email = 'new'"
pg_is "the third row" "33|33" "select age, age_old from staff.users where id = 3"
quiet 1 "the value without room is not lost in silence" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
has "it says so" "can become integer"
pg_sql shop "update staff.users set age = 50 where email = 'new'"
quiet 0 "taken back from the gate" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
pg_is "what was written meanwhile is there" "through the view email mail" "select string_agg(mail, ' ' order by id) from people where id <= 3"
pg_is "the rest too" "old new" "select string_agg(mail, ' ' order by id) from people where mail in ('old', 'new')"
pg_sql shop "revoke usage on schema public from app"
ok "and the schema is what it was" "$before" "$(shape)"

quiet 4 "again up to the gate" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
pg_sql shop "insert into ready values (1)"
quiet 0 "and to its end" run plans/0002.plan.json --on "shop=$url" --yes --no-progress
pg_is "nothing of it is left" 0 "select count(*) from pg_class where relname like '\_dmc%' union all select count(*) from pg_proc where proname like '\_dmc%' order by 1 desc limit 1"
quiet 0 "it is as it should be" drift --on "shop=$url"
pg_sql shop "update staff.users set email = 'later', age = 44 where id = 4"
quiet 0 "taken back from the end" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
pg_is "with what was written since" "later|44" "select mail, age from people where id = 4"
ok "and the schema is what it was again" "$before" "$(shape)"
quiet 0 "forward for good" run plans/0002.plan.json --on "shop=$url" --yes --no-progress

# A name that lives past its change: the desired state shows both; the triggers stay until it is dropped.
declared >schema/shop.mig <<'END'
database shop on postgres 14 {
  schema staff { table users { id bigint primary key identity; address text not null unique; email text; age bigint; index people_age_idx (age); } }
  table bookings { id bigint primary key identity; person bigint not null references staff.users (id); }
  table ready { n int; }
  view orders as (select id, person from bookings);
  view adults as (select id, address as mail from staff.users where age >= 18);
  grant select, insert, update, delete on staff.users to app;
}
END
cat >changes/0003.mig <<'END'
change 3 'more names' {
  rename column users.email to address keeping both;
  rename table orders to bookings keeping both;
}
END
quiet 0 "version 3 compiles" compile
quiet 0 "version 3 runs" run plans/0003.plan.json --on "shop=$url" --yes --no-progress
quiet 0 "and is as it should be" drift --on "shop=$url"
pg_sql shop "update staff.users set email = 'e' where id = 5" "update staff.users set address = 'a' where id = 6" "insert into orders (person) values (1)"
pg_is "both names are kept equal" "e=e a=a" "select string_agg(email || '=' || address, ' ' order by id) from staff.users where id in (5, 6)"
pg_is "the view writes to the table" 1 "select count(*) from bookings"
sed -i 's/ email text;//; /view orders/d' schema/shop.mig
cat >changes/0004.mig <<'END'
change 4 'fewer names' {
  drop column users.email without backup;
  drop view orders;
}
END
quiet 0 "version 4 compiles" compile
ok "it says that nothing is lost" 1 "$(grep -A1 '^lost' "$work/answer" | grep -c nothing)"
quiet 0 "version 4 runs" run plans/0004.plan.json --on "shop=$url" --yes --no-progress
pg_is "no trigger is left" 0 "select count(*) from pg_proc where proname like '\_dmc%'"
pg_sql shop "update staff.users set address = 'b' where id = 6"
quiet 0 "version 4 is taken back" undo plans/0004.plan.json --on "shop=$url" --yes --no-progress
pg_is "and both are equal again" "b=b" "select email || '=' || address from staff.users where id = 6"
pg_sql shop "update staff.users set email = 'c' where id = 6"
pg_is "and stay so" "c=c" "select email || '=' || address from staff.users where id = 6"
quiet 0 "and it is as it should be" drift --on "shop=$url"

# A kept column that must have a value: rows born without it get one on the way back, from the other column.
for how in without with; do
  pg_sql postgres "drop database shop" "create database shop"
  rm -rf "$work/shop" && mkdir -p "$work/shop/changes" "$work/shop/schema" && cd "$work/shop" || exit 1
  echo "project shop { edition 1; }" >project.mig
  table() { echo "database shop on postgres 14 { table t { id int primary key; $1 } }" | declared >schema/shop.mig; }
  table "a int not null unique;"
  echo "change 1 'first';" >changes/0001.mig
  table_then_run() { # NUMBER CHANGE
    echo "change $1 'x' { $2 }" >"changes/000$1.mig"
    quiet 0 "$how backup: version $1 compiles" compile
    quiet 0 "$how backup: version $1 runs" run "plans/000$1.plan.json" --on "shop=$url" --yes --no-progress
  }
  table_then_run 1 ""
  pg_sql shop "insert into t select g, g from generate_series(1, 1000) g"
  table "b int not null unique; a int not null;"
  table_then_run 2 "rename column t.a to b keeping both;"
  shape=$(shape)
  table "b int not null unique;"
  table_then_run 3 "drop column t.a $how backup;"
  quiet 0 "$how backup: verify asks for nothing that went with it" verify --on "shop=$url"
  quiet 0 "$how backup: it rehearses on a base that keeps the two equal" rehearse plans/0003.plan.json
  if [ "$how" = without ]; then
    quiet 0 "taken back, so that somebody can drop it by hand" undo plans/0003.plan.json --on "shop=$url" --yes --no-progress
    pg_sql shop "alter table t drop column a"
    quiet 6 "its keeper stands yet, which no schema shows" run plans/0003.plan.json --on "shop=$url" --yes --no-progress --by-hand "at night"
    has "what to look at is said" "dmc drift .*--catalog catalog/0003.json"
    pg_sql shop "alter table t disable trigger user" "alter table t add column a int" "update t set a = b" "alter table t alter a set not null" "alter table t enable trigger user"
    quiet 0 "put back by hand it runs" run plans/0003.plan.json --on "shop=$url" --yes --no-progress
  fi
  pg_sql shop "insert into t values (5000, 7000)" "update t set b = 8000 where id = 5"
  quiet 0 "$how backup: taken back, with nothing that would be lost" undo plans/0003.plan.json --on "shop=$url" --yes --no-progress
  pg_is "$how backup: what was born and written meanwhile" "7000 8000" "select string_agg(a::text, ' ' order by a) from t where id in (5, 5000) and a = b"
  pg_sql shop "update t set a = 9000 where id = 6"
  pg_is "$how backup: all are equal, and stay so" "0|9000" "select (select count(*) from t where a is distinct from b), (select b from t where id = 6)"
  ok "$how backup: the schema is as before" "$shape" "$(shape)"
  quiet 0 "$how backup: it is as it should be" drift --on "shop=$url"
done

# A new mandatory column under a name that another had: since 18 both have a constraint for that, which has a name too.
pg_sql postgres "drop database shop" "create database shop"
rm -rf "$work/shop" && mkdir -p "$work/shop/changes" "$work/shop/schema" && cd "$work/shop" || exit 1
echo "project shop { edition 1; }" >project.mig
how=plain
table "a int not null;"
table_then_run 1 ""
pg_sql shop "insert into t select g, g from generate_series(1, 100) g"
shape=$(shape)
table "b int not null; a bigint not null;"
table_then_run 2 "rename column t.a to b; backfill t set a = (b + 1) follow;"
pg_is "both have their values" "100" "select count(*) from t where a = b + 1"
quiet 0 "it is taken back" undo plans/0002.plan.json --on "shop=$url" --yes --no-progress
ok "the schema is as before" "$shape" "$(shape)"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
