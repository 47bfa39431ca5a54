#!/usr/bin/env bash
# A plan on a cluster of three targets in two waves: sealed, approved, halted, gated, taken back. What is said where the run is refused, and
# of inventories that cannot be used, stands in cluster.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v openssl >/dev/null || { echo "SKIPPED clusters: the openssl command is not installed, which makes the keys"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said.txt
refused() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  # Keys are made anew each time, and times pass.
  { echo "== $what"; sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' "$work/answer"; echo "exit $code"; echo; } >>"$said"
  ok "$what" "$wanted" "$code"
}

mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes clusters
echo "project shop { edition 1; }" >project.mig
schema() { printf 'database shop on sqlite 3.40 {\n  table users { id integer primary key; name text; %s }\n%s}\n' "$1" "$2" >schema/shop.mig; }
schema '' '  table sessions { token text primary key; }
'
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >/dev/null
for person in ann ben cyd eve; do openssl genpkey -algorithm ed25519 -out "$work/$person.key" 2>/dev/null; done
public() { openssl pkey -in "$work/$1.key" -pubout -outform DER 2>/dev/null | tail -c 32 | base64; }
cat >clusters/approvers.json <<END
{"format": "dmc-approvers", "version": 1, "machines": [],
 "people": [{"name": "ann", "keys": ["$(public ann)"]}, {"name": "ben", "keys": ["$(public ben)"]}, {"name": "cyd", "keys": ["$(public cyd)"]}]}
END
inventory() {  # gate of us1
  cat >clusters/prod.mig <<END
cluster prod {
  approvers file './approvers.json';
  require approval 2 for data;
  database shop {
    shard eu1 at env SHOP_EU1_URL tags (canary);
    shard us1 at 'sqlite:../us1.db' gate ${1:-ready};
    shards from json './more.json';
  }
  wave canary where tag canary;
  wave rest halt at 1 failed;
}
END
}
inventory
echo '[{"name": "us2", "at": "sqlite:../us2.db", "tags": [], "gate": "ready"}]' >clusters/more.json
export SHOP_EU1_URL=sqlite:eu1.db
prod="--cluster clusters/prod.mig"
tables() { sqlite3 "$1.db" "select group_concat(name, ' ') from (select name from sqlite_schema where type = 'table' and name not like '\_dmc\_%' escape '\' order by 1)"; }

refused 1 "a plan that is not sealed" "$DMC" run plans/0001.plan.json $prod --yes
seal() { "$DMC" seal "$1" --key "$work/cyd.key" --person cyd >/dev/null; }
seal 1
"$DMC" run plans/0001.plan.json $prod --yes >log 2>&1; ok "version 1 everywhere, nothing in it needs an approval" 0 $?
for shard in eu1 us1 us2; do ok "$shard is there" "sessions users" "$(tables $shard)"; done
"$DMC" status $prod >log 2>&1; ok "status of the cluster" 0 $?
ok "three targets in it" 3 "$(grep -c 'at rest at version 1' log)"

schema 'age integer;' ''
printf "change 2 'ages' {\n  gate 'app 2 is everywhere';\n  drop table sessions without backup;\n}\n" >changes/0002_ages.mig
"$DMC" compile >/dev/null && seal 2
plan=plans/0002.plan.json
approve() { local key=$1; shift; "$DMC" approve $plan --key "$work/$key.key" --cluster prod --person "$key" "$@" >/dev/null; }
refused 1 "nobody has approved" "$DMC" run $plan $prod --yes
approve ann
cp plans/0002.proof.json ann_only
refused 1 "one of two has" "$DMC" run $plan $prod --yes
approve eve
refused 1 "somebody who may not" "$DMC" run $plan $prod --yes
"$DMC" approve $plan --key "$work/ben.key" --cluster staging --person ben >/dev/null
"$DMC" approve $plan --key "$work/ben.key" --cluster prod --person ann >/dev/null
"$DMC" approve $plan --key "$work/ben.key" --cluster prod --person ben --expect "sha256:$(printf %064d 0)" >/dev/null
refused 1 "for another cluster, in another name, for another dry run" "$DMC" run $plan $prod --yes
cp plans/0002.proof.json proof
"$DMC" approve plans/0001.plan.json --key "$work/ben.key" --cluster prod --person ben >/dev/null
approvals() { sed -E 's/^\{"approvals":\[(.*)\],"attestations".*/\1/' "$1"; }
ann=$(approvals ann_only) other=$(approvals plans/0001.proof.json)
cut=$(echo "$ann" | sed -E 's/("payload":"[^"]*)[^"]{8}"/\1"/')
printf '{"approvals":[%s,%s,%s],"attestations":[],"format":"dmc-proof","plan":"sha256:of nothing","rehearsals":[],"version":1}' "$ann" "$other" "$cut" >plans/0002.proof.json
refused 1 "for another plan, and one that was cut" "$DMC" run $plan $prod --yes
cp proof plans/0002.proof.json
truncate -s 300 plans/0002.proof.json
refused 1 "a proof that was cut" "$DMC" run $plan $prod --yes
cp proof plans/0002.proof.json
refused 2 "an approval that is over before it begins" "$DMC" approve $plan --key "$work/ben.key" --until 0d
refused 2 "a time that is none" "$DMC" approve $plan --key "$work/ben.key" --until tomorrow
refused 2 "a gate that is none" "$DMC" approve $plan --key "$work/ben.key" --gate 'app 3'
refused 2 "a key that is none" "$DMC" approve $plan --key project.mig
ok "nothing was changed so far" "sessions users" "$(tables eu1)"
approve ben
inventory blocked
refused 4 "a blocked target" "$DMC" run $plan $prod --yes
inventory review
refused 1 "a target under review" "$DMC" run $plan $prod --yes
approve ann --target us1
"$DMC" run $plan $prod --dry-run >log 2>&1; ok "an approval that names it" 0 $?
inventory

sqlite3 us1.db "create index behind_our_back on users (name)"
refused 6 "one target was changed by hand: nothing runs anywhere" "$DMC" run $plan $prod --yes --no-progress
sqlite3 us1.db "drop index behind_our_back"
"$DMC" run $plan $prod --yes >log 2>&1; ok "all wait at the gate" 4 $?
ok "the first stage is everywhere" "1 1 1" "$(for s in eu1 us1 us2; do sqlite3 $s.db "select count(*) from pragma_table_info('users') where name = 'age'"; done | xargs)"
ok "the second is nowhere" "sessions users" "$(tables eu1)"
"$DMC" run $plan $prod --yes --through 'app 2 is everywhere' >log 2>&1; ok "through the gate" 0 $?
for shard in eu1 us1 us2; do ok "$shard is at version 2" users "$(tables $shard)"; done
"$DMC" verify $prod >/dev/null 2>&1; ok "verify the cluster" 0 $?
"$DMC" drift $prod >/dev/null 2>&1; ok "no drift in the cluster" 0 $?
mv us2.db us2.kept && cp us1.db us2.db
refused 6 "a target that is another one" "$DMC" run $plan $prod --yes
mv -f us2.kept us2.db
lost=$("$DMC" undo $plan $prod --dry-run 2>/dev/null | grep -oE '^    [0-9a-f]{12}' | sort -u | sed 's/^    /--lossy /')
for person in ann ben; do approve $person $lost; done
"$DMC" undo $plan $prod --lossy all --yes >log 2>&1; ok "taken back everywhere" 0 $?
for shard in eu1 us1 us2; do ok "$shard is at version 1 again" "sessions users" "$(tables $shard)"; done
approve eve --gate 'app 2 is everywhere'
"$DMC" run $plan $prod --yes >log 2>&1; ok "a gate is not opened by somebody who may not" 4 $?
approve ben --gate 'app 2 is everywhere'
"$DMC" run $plan $prod --yes >log 2>&1; ok "a signed approval opens the gate" 0 $?
ok "and the ledger says whose" 1 "$(sqlite3 eu1.db "select count(*) from _dmc_gate where evidence like '%on the signed approval of ben%'")"
for shard in eu1 us1 us2; do ok "$shard is at version 2 again" users "$(tables $shard)"; done

bad() {  # what, inventory
  printf '%s\n' "$2" >clusters/bad.mig
  refused 1 "$1" "$DMC" status --cluster clusters/bad.mig
}
bad "no cluster" "cluster one { database shop { shard a at 'sqlite:a.db'; } } cluster two { database shop { shard a at 'sqlite:a.db'; } }"
bad "a variable that is not set" "cluster c { database shop { shard a at env NOT_SET_URL; } }"
bad "a file that is not there" "cluster c { database shop { shard a at file './a.url'; shards from json './b.json'; } approvers file './c.json'; }"
bad "no address" "cluster c { database shop { shard a at 'mysql://host/db'; } }"
bad "a password" "cluster c { database shop { shard a at 'postgres://app:tiger@host/shop'; } }"
bad "twice" "cluster c { database shop { shard a at 'sqlite:a.db'; shard a at 'sqlite:b.db'; shard b at 'sqlite:a.db'; } }"
echo '[{"name": "a", "at": "sqlite:a.db", "tags": []}]' >clusters/list.json
bad "a list that lacks a field" "cluster c { database shop { shards from json './list.json'; } }"
echo '{"format": "dmc-approvers", "version": 1, "machines": [], "people": [{"name": "ann", "keys": ["AA=="]}]}' >clusters/who.json
bad "approvers without keys" "cluster c { approvers file './who.json'; database shop { shard a at 'sqlite:a.db'; } }"
bad "a registry" "cluster c { database shop { shards from registry (select name, url from shards); } }"
bad "many at once, and nothing there" "cluster c { wave all parallel 800; }"
bad "nothing in it" "cluster c { disposable; }"
bad "waves that leave one behind" "cluster c { database shop { shard a at 'sqlite:a.db'; } wave x where tag y; }"
bad "a shard without a host" "cluster c { database shop { shard a { } } }"
bad "two clusters of one name" "cluster c { database shop { shard a at 'sqlite:a.db'; } } cluster c { database shop { shard b at 'sqlite:b.db'; } }"
bad "a replica without its name" "cluster c { database shop { shard a { replica at 'sqlite:a.db'; } } }"
bad "approval of a hazard that there is not" "cluster c { require approval 2 for dta; database shop { shard a at 'sqlite:a.db'; } }"
bad "numbers that let nothing run" "cluster c { database shop { shard a at 'sqlite:a.db'; } wave all parallel 0 halt at 0 failed; wave all; }"
rm clusters/bad.mig
refused 2 "an inventory that is not there" "$DMC" status --cluster clusters/bad.mig
refused 2 "both" "$DMC" run $plan $prod --on shop=sqlite:eu1.db

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/cluster.txt"; fi
if diff "$here/cluster.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
