#!/usr/bin/env bash
# A change that waits at its gate while a hotfix cannot wait: settled, the hotfix compiled from the stage, run, and what was still wanted
# declared again. What is said on the way stands in stages.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said.txt
tell() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  # Times pass, and names that derive from hashes are the compiler's affair.
  { echo "== $what"; sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' -e 's/(_dmc_[a-z]+_)[0-9a-f]{12}/\1HASH/g' -e 's/\(plan [0-9a-f]{12}\)/(plan HASH)/' \
      -e 's/ in [0-9]+ ms/ in SPAN/' -e 's/sha256:[0-9a-f]{64}/sha256:HASH/' -e 's/[0-9a-f]{12}  (drop|back|alter|no longer|fill)/STEP  \1/' "$work/answer"; echo "exit $code"; echo; } >>"$said"
  ok "$what" "$wanted" "$code"
}
same() { ok "$1: the catalog of stage $2" "$(sed -E 's/.*"hash":"(sha256:[0-9a-f]+)".*/\1/' "catalog/$2.json")" "$3"; }
one() { sqlite3 shop.db "$1"; }
on="--on shop=sqlite:shop.db"
follows="select count(*) from sqlite_schema where type = 'trigger' and name like '\_dmc\_follow%' escape '\\'"

mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
schema() { printf 'database shop on sqlite 3.40 {\n  table users {\n    id  integer  primary key;\n%s\n  }\n}\n' "$1" >schema/shop.mig; }
schema '    name  text  not null;'
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >log 2>&1 && "$DMC" run plans/0001.plan.json $on >>log 2>&1; ok "version 1 is there" 0 $?
one "insert into users (id, name) values (1, 'Ada'), (2, 'Grace')"

schema '    full_name  text  not null;'
cat >changes/0002_full_name.mig <<'END'
change 2 'full names' {
  backfill users set full_name = (name) where (full_name is null) follow;

  gate 'app 2 is deployed everywhere' valid for 24h;
  drop column users.name with backup;
}
END
tell 0 "a change with a gate" "$DMC" compile
ok "the catalog of its stage is written" 1 "$(ls catalog/0002.1.json | wc -l)"
"$DMC" compile --check >>log 2>&1; ok "and checked" 0 $?
cp catalog/0002.1.json kept; sed -i 's/full_name/half_name/' catalog/0002.1.json
tell 1 "a stage that was edited" "$DMC" compile --check
mv kept catalog/0002.1.json; cp catalog/0002.1.json catalog/0002.2.json
tell 1 "a stage too many" "$DMC" compile --check
"$DMC" compile >log2; grep -q 'removed *catalog/0002.2.json' log2; ok "which a compile removes" 0 $?
tell 6 "not at a gate" "$DMC" settle plans/0002.plan.json $on
"$DMC" seal 2 >>log 2>&1; ok "sealed" 0 $?
grep -q "\"stages\":\[\"$("$DMC" hash catalog/0002.1.json | head -1 | cut -d' ' -f1)\"\]" catalog/index.json; ok "with the hash of its stage" 0 $?

tell 4 "it runs to its gate" "$DMC" run plans/0002.plan.json $on --no-progress
same "at the gate" 0002.1 "$(one 'select fingerprint from _dmc_target')"
tell 4 "what the database remembers" "$DMC" status $on
tell 0 "nobody changed it" "$DMC" drift $on
tell 0 "and it verifies" "$DMC" verify $on
sqlite3 shop.db "insert into users (id, name) values (3, 'Joan')" 2>/dev/null
ok "old writers are followed" "Joan" "$(one 'select full_name from users where id = 3')"
one "create index sneaked on users (full_name)"
tell 6 "somebody changed it at the gate" "$DMC" settle plans/0002.plan.json $on
one "drop index sneaked"

tell 0 "what a settle would do" "$DMC" settle plans/0002.plan.json $on --dry-run
ok "a dry run changes nothing" 1 "$(one 'select parked from _dmc_target')"
tell 0 "settled" "$DMC" settle plans/0002.plan.json $on --no-progress
same "at rest" 0002.1 "$(one 'select at_hash from _dmc_target')"
ok "under its name" 2.1 "$(one 'select at_name from _dmc_target')"
ok "old writers are followed still" 2 "$(one "$follows")"
tell 0 "settled twice" "$DMC" settle $on --no-progress
tell 0 "where it stands" "$DMC" status $on
tell 0 "it verifies again" "$DMC" verify $on
tell 6 "the rest of it is void" "$DMC" run plans/0002.plan.json $on --through 'app 2 is deployed everywhere'
"$DMC" compile --check >>log 2>&1; ok "the settled version still compiles to what it was" 0 $?
cp changes/0002_full_name.mig kept; rm catalog/index.json; sed -i 's/24h/48h/' changes/0002_full_name.mig
tell 1 "and to nothing else" "$DMC" compile
mv kept changes/0002_full_name.mig; mv catalog/0002.1.json kept

schema '    name  text  not null;
    full_name  text;
    index users_full_name_idx (full_name);'
echo "change 3 'hotfix: people are looked for by name';" >changes/0003_hotfix.mig
tell 1 "the stage is missing" "$DMC" compile
mv kept catalog/0002.1.json
tell 0 "a stage, for people" "$DMC" show catalog/0002.1.json
tell 0 "the hotfix begins at the stage" "$DMC" compile
"$DMC" compile --check >>log 2>&1; ok "again" 0 $?
cp shop.db before.db
tell 0 "the hotfix runs" "$DMC" run plans/0003.plan.json $on --no-progress
ok "it ends what version 2 kept" 0 "$(one "$follows")"
tell 0 "version 3" "$DMC" status $on
"$DMC" undo $on --lossy all >>log 2>&1; ok "the hotfix is taken back" 0 $?
ok "to the stage" 2.1 "$(one 'select at_name from _dmc_target')"
ok "with what was kept there" 2 "$(one "$follows")"
"$DMC" verify $on >>log 2>&1; ok "the history is whole" 0 $?
"$DMC" run plans/0003.plan.json $on --no-progress >>log 2>&1; ok "and run again" 0 $?

schema '    full_name  text  not null;
    index users_full_name_idx (full_name);'
echo "change 4 'full names, the rest' { drop column users.name with backup; }" >changes/0004_rest.mig
"$DMC" compile >>log 2>&1; ok "what was still wanted is declared again" 0 $?
"$DMC" run plans/0004.plan.json $on --no-progress >>log 2>&1; ok "and done" 0 $?
ok "name is gone" "id full_name" "$(one "select group_concat(name, ' ') from pragma_table_info('users')")"
tell 0 "the whole story verifies" "$DMC" verify $on
ok "it is told" "adopt begin end begin park settle begin end begin end begin end begin end" "$(one 'select group_concat(move, " ") from (select move from _dmc_history order by seq)')"

tell 0 "a new target is led through the version that was settled" "$DMC" run plans/0004.plan.json --on shop=sqlite:late.db --catch-up --yes --no-progress
ok "the same way" "begin end begin park settle begin end begin end" "$(sqlite3 late.db 'select group_concat(move, " ") from (select move from _dmc_history where move <> "adopt" order by seq)')"
ok "to the same version" 4 "$(sqlite3 late.db 'select at_name from _dmc_target')"

# The other way: what was settled is taken back, because nothing ran since.
mv before.db shop.db
tell 0 "a settled change is taken back" "$DMC" undo plans/0002.plan.json $on --lossy all --no-progress
ok "to the version before it" 1 "$(one 'select at_name from _dmc_target')"
ok "with everything it did" "0 0" "$(one "$follows") $(one 'select count(*) from _dmc_leftover')"
"$DMC" verify $on >>log 2>&1; ok "and the history is whole" 0 $?

# Two databases: the query of one of them is a gate for both.
mkdir "$work/two" && cd "$work/two" || exit 1
mkdir schema changes
echo "project two { edition 1; }" >project.mig
both="--on archive=sqlite:archive.db --on shop=sqlite:shop.db"
schema_two() { printf 'database shop on sqlite 3.40 { table users { id integer primary key; %s } }\ndatabase archive on sqlite 3.40 { table logs { id integer primary key; %s } }\n' "$1" "$2" >schema/two.mig; }
schema_two 'name text;' 'line text;'
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >>log 2>&1 && "$DMC" run plans/0001.plan.json $both >>log 2>&1; ok "two databases" 0 $?
one "insert into users (id, name) values (1, 'Ada')"
schema_two 'nick text;' 'text text;'
cat >changes/0002_second.mig <<'END'
change 2 'second' {
  gate 'nobody has a name' on shop (select count(*) from users where name is not null) = 0;
  drop column shop.users.name without backup;
  drop column archive.logs.line without backup;
}
END
"$DMC" compile >>log 2>&1; ok "a gate on one of them" 0 $?
tell 4 "both wait" "$DMC" run plans/0002.plan.json $both --no-progress
tell 4 "both are parked" "$DMC" status $both
one "update users set name = null"
sqlite3 archive.db "create index sneaked on logs (line)"
tell 6 "one of them cannot be settled" "$DMC" settle plans/0002.plan.json $both --no-progress
ok "so none is" "1 1" "$(one 'select parked from _dmc_target') $(sqlite3 archive.db 'select parked from _dmc_target')"
sqlite3 archive.db "drop index sneaked"
tell 0 "both are settled" "$DMC" settle plans/0002.plan.json $both --no-progress
ok "at one version" "2.1 2.1" "$(one 'select at_name from _dmc_target') $(sqlite3 archive.db 'select at_name from _dmc_target')"
"$DMC" undo plans/0002.plan.json $both --lossy all >>log 2>&1; ok "and both taken back" 0 $?
rm catalog/0002.settled.json
tell 0 "the gate is open now" "$DMC" run plans/0002.plan.json $both --no-progress

# A cluster: every target waits at the same gate, or none is settled; an approval opens the gate, and settling asks for none.
mkdir "$work/fleet" && cd "$work/fleet" || exit 1
mkdir schema changes clusters
echo "project fleet { edition 1; }" >project.mig
fleet_schema() { printf 'database shop on sqlite 3.40 { table users { id integer primary key; %s } }\n' "$1" >schema/shop.mig; }
fleet_schema 'name text;'
echo "change 1 'first';" >changes/0001_first.mig
cat >clusters/lab.mig <<'END'
cluster lab {
  disposable;
  database shop { shard a at 'sqlite:../a.db'; shard b at 'sqlite:../b.db'; }
}
END
lab="--cluster clusters/lab.mig"
"$DMC" compile >>log 2>&1 && "$DMC" run plans/0001.plan.json $lab --yes >>log 2>&1; ok "a fleet of two" 0 $?
fleet_schema 'name text; nick text; name_twice text;'
cat >changes/0002_second.mig <<'END'
change 2 'second' {
  apply column users.nick;
  gate 'the application is out';
  apply column users.name_twice;
}
END
"$DMC" compile >>log 2>&1
echo "cluster lab { disposable; database shop { shard a at 'sqlite:../a.db'; } }" >clusters/one.mig
"$DMC" run plans/0002.plan.json --cluster clusters/one.mig --yes >>log 2>&1; ok "one of them is at its gate" 4 $?
tell 6 "the other is not, so none is settled" "$DMC" settle plans/0002.plan.json $lab --no-progress
"$DMC" run plans/0002.plan.json $lab --yes --rescope 'b comes after' >>log 2>&1; ok "both are at their gate" 4 $?
tell 1 "settled on fewer than it was begun with" "$DMC" settle plans/0002.plan.json --cluster clusters/one.mig --no-progress
tell 0 "which is meant" "$DMC" settle plans/0002.plan.json --cluster clusters/one.mig --no-progress --rescope 'b is settled later'
tell 0 "the fleet is settled" "$DMC" settle plans/0002.plan.json $lab --no-progress
ok "at one version, everywhere" "2.1 2.1" "$(sqlite3 a.db 'select at_name from _dmc_target') $(sqlite3 b.db 'select at_name from _dmc_target')"
fleet_schema 'name text; nick text; index users_nick_idx (nick);'
echo "change 3 'hotfix';" >changes/0003_hotfix.mig
"$DMC" compile >>log 2>&1 && "$DMC" run plans/0003.plan.json $lab --yes >>log 2>&1; ok "the hotfix runs everywhere" 0 $?
tell 0 "where the fleet stands" "$DMC" status $lab
"$DMC" hash catalog/0003.json >>log 2>&1; ok "what it stands on is the stage" 0 $?
"$DMC" hash catalog/0002.1.json >answer 2>&1; ok "which names agree on" 0 $?
grep -q 'as catalog/0002.settled.json says' answer && grep -q 'as catalog/0003.json says' answer; ok "both of them" 0 $?

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/stages.txt"; fi
if diff "$here/stages.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
[ "$failed" -eq 0 ] || tail -40 log
echo "$passed passed, $failed failed, 0 skipped"
