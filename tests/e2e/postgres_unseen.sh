#!/usr/bin/env bash
# What dmc fills for its own ends no trigger of the author's sees, whatever dmc's role may do; a trigger that changes a row before it is
# written is seen by what keeps two columns equal; and what an undo could not bring back is looked for before its first step.
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
. "$(dirname "${BASH_SOURCE[0]}")/../support/postgres.sh"
postgres_or_skip "triggers beside what dmc fills on PostgreSQL"
pg_sql postgres "create role weak login" "create database shop owner weak"
pg_sql shop "alter schema public owner to weak"
mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
schema() { # types of updated_at and a, and another column
  declared >schema/shop.mig <<END
database shop on postgres 14 {
  table t { id bigint primary key; v int; updated_at $1; $3 }
  table u { id bigint primary key; a $2; n int; }
  table log { id bigint primary key identity; what text; }
  function touch() returns trigger language plpgsql as \$\$ begin new.updated_at := now(); return new; end \$\$;
  function note() returns trigger language plpgsql as \$\$ begin insert into public.log (what) values (tg_name); return new; end \$\$;
  function ten() returns trigger language plpgsql as \$\$ begin new.a := new.n * 10; return new; end \$\$;
  trigger t_touch before update on t for each row execute touch();
  trigger t_note after update on t for each row execute note();
  trigger set_a before insert or update of n on u for each row execute ten();
}
END
}
weak="postgres://weak@/shop?host=$pg_folder&port=$pg_port"
super=$(pg_url shop)
same() { pg_is "$1: what the triggers keep is as it was" "100|2020-01-01|0" "select count(*), max(left(updated_at::text, 10)), (select count(*) from log) from t"; }
schema timestamptz int ""
echo "change 1 'first';" >changes/0001.mig
quiet 0 "version 1 compiles" compile
quiet 0 "version 1 runs" run plans/0001.plan.json --on "shop=$weak" --yes --no-progress
pg_sql shop "insert into t select n, n, '2020-01-01 00:00:00+00' from generate_series(1, 100) n" "insert into u (id, n) select n, n from generate_series(1, 2000) n"

# A column whose values differ from row to row, for a role that may not set session_replication_role, and for one that may.
schema timestamptz int "token uuid not null default (gen_random_uuid());"
echo "change 2 'tokens';" >changes/0002.mig
quiet 0 "tokens compile" compile
quiet 0 "tokens come, by a role that owns the table" run plans/0002.plan.json --on "shop=$weak" --yes --no-progress
same "a weak role"
pg_is "the triggers fire again" "O O" "select string_agg(tgenabled::text, ' ') from pg_trigger where tgrelid = 't'::regclass"
pg_is "every row has one of its own" 100 "select count(distinct token) from t"
quiet 0 "tokens go" undo --on "shop=$weak" --yes --no-progress
quiet 0 "tokens come, by a superuser" run plans/0002.plan.json --on "shop=$super" --yes --no-progress
same "a superuser"
quiet 0 "tokens go again" undo --on "shop=$super" --yes --no-progress

# The column that a trigger sets itself, and one that a trigger works out behind every write, while programs write.
schema "timestamp" bigint ""
cat >changes/0002.mig <<'END'
change 2 'types' {
  retype t.updated_at using (updated_at at time zone 'UTC') undo (updated_at at time zone 'UTC');
  retype u.a batch 100 pause 100ms;
}
END
rm plans/0002*
quiet 0 "types compile" compile
ok "the plan says that both columns go last" 2 "$(grep -c 'goes behind all others' "$work/answer")"
ok "and what an undo waits for" 1 "$(grep -c 'once something is written: values of u.a that integer has no room for' "$work/answer")"
touch "$work/alive"
( n=0
  while [ -e "$work/alive" ]; do
    n=$((n + 1))
    echo "update u set n = $n where id = $((n % 2000 + 1));"
  done | "$pg_bin/psql" -X -q -h "$pg_folder" -p "$pg_port" -U postgres -d shop >/dev/null 2>"$work/program" ) &
program=$!
quiet 0 "types change while a program writes" run plans/0002.plan.json --on "shop=$weak" --yes --no-progress
rm "$work/alive"
wait "$program"
ok "the program never failed" 0 "$(grep -c ERROR "$work/program")"
pg_is "every row is as the trigger made it" 0 "select count(*) from u where a is distinct from n * 10"
same "another type"
quiet 0 "types go back" undo --on "shop=$weak" --yes --no-progress
same "its old type"
pg_is "and every row is as the trigger made it" 0 "select count(*) from u where a is distinct from n * 10"

# A value that the old type has no room for.
quiet 0 "types change again" run plans/0002.plan.json --on "shop=$weak" --yes --no-progress
pg_sql shop "update u set a = 3000000000 where id = 7"
quiet 1 "an undo looks first" undo --on "shop=$weak" --yes --no-progress
has "it says that nothing was changed" 'nothing was changed'
has "and what does not fit" 'can become integer'
pg_is "the value is there" 3000000000 "select a from u where id = 7"
pg_sql shop "update u set a = 3 where id = 7"
quiet 0 "then it is taken back" undo --on "shop=$weak" --yes --no-progress

# A trigger whose name sorts behind dmc's own is refused before anything is planned.
schema timestamptz int ""
sed -i 's/trigger set_a /trigger "über_a" /' schema/shop.mig
echo "change 2 'a name' { rename trigger u.set_a to u.\"über_a\"; }" >changes/0002.mig
rm plans/0002*
quiet 0 "a trigger of another name compiles" compile
quiet 0 "and runs" run plans/0002.plan.json --on "shop=$weak" --yes --no-progress
schema timestamptz bigint ""
sed -i 's/trigger set_a /trigger "über_a" /' schema/shop.mig
echo "change 3 'types' { retype u.a; }" >changes/0003.mig
quiet 1 "the type behind it is refused" compile
has "with the reason" 'E0904.*über_a'

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
