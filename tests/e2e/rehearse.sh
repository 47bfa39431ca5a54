#!/usr/bin/env bash
# A plan rehearsed and its proof kept, and the real database asked by preflight. What is said stands in rehearse.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said.txt
says() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  # Times pass, SQLite has versions, disks have sizes.
  { echo "== $what"; sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g; s/sqlite 3[.0-9]+/sqlite VERSION/; s/of [0-9]+ crash points/of N crash points/; s/[0-9,]+ [KM]iB free/SPACE free/
      s/^(  build +).*/\1BUILD/; s/"free":[0-9]+/"free":SPACE/; s#/[^ ]*/dmc-rehearsal-[A-Za-z0-9]+#FOLDER#g' "$work/answer"; echo "exit $code"; echo; } >>"$said"
  ok "$what" "$wanted" "$code"
}
sum() { sha256sum <"$1"; }

mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
cat >schema/shop.mig <<'END'
database shop on sqlite 3.40 {
  table users { id integer primary key; name text not null; mail text; }
  table orders { id integer primary key; user_id integer not null references users (id); pieces integer not null check (pieces > 0); }
}
END
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >/dev/null && "$DMC" run plans/0001.plan.json --on shop=sqlite:shop.db >/dev/null 2>&1; ok "version 1" 0 $?
sqlite3 shop.db "insert into users values (1, 'Ann', 'a@x'), (2, 'Ben', null), (3, 'Cid', 'a@x'); insert into orders values (1, 1, 2), (2, 3, 1)"
cat >schema/shop.mig <<'END'
database shop on sqlite 3.40 {
  table users { id integer primary key; name text not null; mail text unique; }
  table orders { id integer primary key; user_id integer not null references users (id); amount integer not null check (amount > 0); cents integer not null;
                 index orders_user_idx (user_id); }
}
END
cat >changes/0002_cents.mig <<'END'
change 2 'what orders cost' {
  rename column orders.pieces to amount;
  backfill orders set cents = (amount * 100) follow;
}
END
"$DMC" compile >"$work/log" 2>&1; ok "compile" 0 $? || cat "$work/log"
plan=plans/0002.plan.json

before=$(sum shop.db)
says 0 "a rehearsal" "$DMC" rehearse $plan
says 0 "the proof of it" "$DMC" show plans/0002.proof.json
"$DMC" show plans/0002.proof.json --format json | grep -q '"not_shown":\[{"about"'; ok "the proof as JSON" 0 $?
ok "the real database was not there at all" "$before" "$(sum shop.db)"
cp plans/0002.proof.json once
"$DMC" rehearse $plan >/dev/null; ok "rehearsed again" 0 $?
steady() { sed -E 's/"at":"[^"]*"//g' "$1"; }
ok "one record for one build of the engine, and the same" "$(steady once)" "$(steady plans/0002.proof.json)"
"$DMC" rehearse $plan --rows 3 --crash-points 0 --format json >answer.json 2>/dev/null; ok "as JSON" 0 $?
grep -q '"exit_code":0' answer.json && grep -q '{"database":"shop","rows":3,"table":"users"}' answer.json; ok "three rows" 0 $?
grep -q '"crash_points":{"of":0,"tried":0}' plans/0002.proof.json; ok "no crash point is claimed when none was tried" 0 $?
"$DMC" rehearse $plan --on shop=sqlite:here.db >/dev/null; ok "at a place of one's own" 0 $?
"$DMC" status --on shop=sqlite:here.db | grep -q 'at rest at version 2'; ok "which stays, behind the plan" 0 $?
ok "with its rows" 20 "$(sqlite3 here.db 'select count(*) from orders where cents = amount * 100')"
says 1 "where something is already" "$DMC" rehearse $plan --on shop=sqlite:shop.db
says 2 "a number that is none" "$DMC" rehearse $plan --rows many
says 2 "a database that is not of the plan" "$DMC" rehearse $plan --on ship=sqlite:x.db
kept=$("$DMC" rehearse $plan --keep --crash-points 1 | sed -n 's/^kept shop at sqlite://p')
ok "kept on request" 20 "$(sqlite3 "$kept" 'select count(*) from users')"
rm -rf "$(dirname "$(dirname "$kept")")"

if command -v openssl >/dev/null; then
  openssl genpkey -algorithm ed25519 -out "$work/ann.key" 2>/dev/null
  "$DMC" approve $plan --key "$work/ann.key" --cluster prod --person ann >/dev/null
  "$DMC" rehearse $plan --crash-points 2 >/dev/null; ok "rehearsed after it was approved" 0 $?
  ok "both are in the proof" "ann 1" "$("$DMC" show plans/0002.proof.json | awk '/^  ann/ {who = $1} /^rehearsed/ {n++} END {print who, n}')"
fi
cp plans/0002.proof.json whole && truncate -s 200 plans/0002.proof.json
says 1 "a proof that was cut is not written over" "$DMC" rehearse $plan
cp whole plans/0002.proof.json
mv catalog/0001.json aside && says 1 "without the catalog before it" "$DMC" rehearse $plan && mv aside catalog/0001.json

before=$(sum shop.db); rm -f answer.json; others=$(ls)
says 3 "preflight: two have one address" "$DMC" preflight $plan --on shop=sqlite:shop.db
"$DMC" preflight $plan --on shop=sqlite:shop.db --format json >answer.json; ok "as JSON" 3 $?
grep -q '"answer":"does not hold"' answer.json; ok "with its answers" 0 $?
"$DMC" run $plan --on shop=sqlite:shop.db --yes >/dev/null 2>&1; ok "a run looks ahead in the same way" 3 $?
ok "and has not begun" "0|" "$(sqlite3 shop.db 'select generation - 1, moving_plan from _dmc_target')"
before=$(sum shop.db)
chmod 444 shop.db
reader=()
[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && chmod 755 "$work" && reader=(setpriv --reuid 65534 --regid 65534 --clear-groups)
says 3 "as somebody who may only read" "${reader[@]}" "$DMC" preflight $plan --on shop=sqlite:shop.db
chmod 644 shop.db
rm answer.json
ok "preflight changes nothing in the database" "$before" "$(sum shop.db)"
ok "and makes no file" "$others" "$(ls)"
sqlite3 shop.db "update users set mail = 'c@x' where id = 3"
says 0 "preflight: all holds" "$DMC" preflight $plan --on shop=sqlite:shop.db
echo "cluster prod { disposable; database shop { shard eu1 at 'sqlite:shop.db'; shard eu2 at 'sqlite:gone.db'; } }" >prod.mig
says 6 "preflight of a cluster, one of which is not there" "$DMC" preflight $plan --cluster prod.mig
"$DMC" run $plan --on shop=sqlite:shop.db --yes >/dev/null 2>&1; ok "and so it runs" 0 $?
says 0 "preflight: already there" "$DMC" preflight $plan --on shop=sqlite:shop.db

mkdir "$work/other" && cp -r project.mig schema changes catalog "$work/other" && cd "$work/other" || exit 1
printf "change 3 'points' {\n  run 'less' on shop { do (update users set name = name || '!'); verify (select 1) = 0; undo nothing; }\n}\n" >changes/0003_less.mig
"$DMC" compile >/dev/null 2>&1; ok "a plan that cannot come to its end" 0 $?
says 3 "a rehearsal that fails" "$DMC" rehearse plans/0003.plan.json
[ -e plans/0003.proof.json ]; ok "and writes no proof" 1 $?
printf "change 3 'points' {\n  run 'more' on shop { do (insert into users (id, name) values (4711, 'x')); verify (select count(*) from users where id = 4711) = 1; undo nothing; }\n  run 'less' on shop { do (update users set name = last_insert_rowid()); verify (select count(*) from users where id = 4711) = 1; undo nothing; }\n}\n" >changes/0003_less.mig
"$DMC" compile >/dev/null 2>&1 && "$DMC" rehearse plans/0003.plan.json --crash-points 0 >/dev/null; ok "a plan that only a crash leads elsewhere" 0 $?
ok "was rehearsed" 1 "$("$DMC" show plans/0003.proof.json | grep -c '^rehearsed')"
"$DMC" rehearse plans/0003.plan.json --crash-points 200 >/dev/null; ok "with crashes it fails" 3 $?
ok "and the proof no longer says so" 0 "$("$DMC" show plans/0003.proof.json | grep -c '^rehearsed')"

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/rehearse.txt"; fi
if diff "$here/rehearse.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
