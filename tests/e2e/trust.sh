#!/usr/bin/env bash
# PLN-3, PLN-4: what a cluster that trusts nobody lets run: plans that are sealed and signed, approved by others than their author, attested by
# the CI; and what is said of everything forged, replayed, old or cut. What is said stands in trust/*.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v openssl >/dev/null || { echo "SKIPPED trust: the openssl command is not installed, which makes the keys"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8
passed=0 failed=0 part=''
ok() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n  expected %s\n  found    %s\n' "$1" "$2" "$3"; fi; }
compare() {  # the part that was said so far, with its text
  [ -n "$part" ] || return
  if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$work/said" "$here/trust/$part.txt"; fi
  if diff "$here/trust/$part.txt" "$work/said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
say() { compare; part=$1; : >"$work/said"; }
refused() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  # Keys and database ids are made anew each time, and times pass.
  { echo "== $what"
    sed -E -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' -e 's/((this is|expected) +|--expect )sha256:[0-9a-f]{13,}/\1DIGEST/' -e 's/ in [0-9]+ ms/ in MS/' -e 's/(key is  ).*/\1KEY/' "$work/answer"
    echo "exit $code"; echo; } >>"$work/said"
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
for name in ann ben cyd eve ci; do openssl genpkey -algorithm ed25519 -out "$work/$name.key" 2>/dev/null; done
public() { openssl pkey -in "$work/$1.key" -pubout -outform DER 2>/dev/null | tail -c 32 | base64; }
signer() { printf '{"name": "%s", "keys": ["%s"]}' "$1" "$(public "${2:-$1}")"; }
cat >clusters/approvers.json <<END
{"format": "dmc-approvers", "version": 1, "machines": [$(signer ci)], "people": [$(signer ann), $(signer ben), $(signer cyd)]}
END
cat >clusters/prod.mig <<'END'
cluster prod {
  approvers file './approvers.json';
  require approval 1 for data;
  require attestation ci;
  database shop { shard eu1 at 'sqlite:../eu1.db'; shard us1 at 'sqlite:../us1.db'; }
}
END
sed 's/cluster prod/cluster staging/; s/eu1.db/test.db/; s/us1.db/test2.db/; /attestation/d' clusters/prod.mig >clusters/staging.mig
prod="--cluster clusters/prod.mig --yes"
sealed() { "$DMC" seal "$1" --key "$work/${2:-cyd}.key" --person "${2:-cyd}" >/dev/null; }
attest() { "$DMC" attest "$1" --key "$work/ci.key" >/dev/null; }
tables() { sqlite3 "$1.db" "select group_concat(name, ' ') from (select name from sqlite_schema where type = 'table' and name not like '\_dmc\_%' escape '\' order by 1)"; }

say seal
plan=plans/0001.plan.json
refused 1 "not sealed" "$DMC" run $plan $prod
refused 2 "a person without a key" "$DMC" seal 1 --person cyd
refused 0 "sealed, and not signed" "$DMC" seal 1
refused 1 "an index that nobody has signed" "$DMC" run $plan $prod
sealed 1 eve
refused 1 "an index signed by a stranger" "$DMC" run $plan $prod
"$DMC" seal 1 --key "$work/ann.key" --person ben >/dev/null
refused 1 "an index signed in another name" "$DMC" run $plan $prod
refused 0 "signed by its author" "$DMC" seal 1 --key "$work/cyd.key" --person cyd
refused 0 "signed twice" "$DMC" seal 1 --key "$work/cyd.key" --person cyd
cp catalog/index.sig.json signed
sed -i -E 's/("index":\{"payload":")(.)/\1A/' catalog/index.sig.json
refused 1 "a signature whose statement was edited" "$DMC" run $plan $prod
sed -E 's/("sig":")(....)(..)/\1\3\2/g' signed >catalog/index.sig.json
refused 1 "a signature that is forged" "$DMC" run $plan $prod
cp signed catalog/index.sig.json; truncate -s 200 catalog/index.sig.json
refused 1 "signatures that were cut" "$DMC" run $plan $prod
sed -E 's/"versions":\[.*\]\}$/"versions":[]}/; s/"versions":\[[^]]*\](,|$)/"versions":[]\1/' signed >catalog/index.sig.json
refused 1 "an index that is signed, and a version that is not" "$DMC" run $plan $prod
cp signed catalog/index.sig.json
sed 's/"project": *"shop"/&/' catalog/index.json | sed -E 's/"sequence":1/"sequence":7/' >edited && cp catalog/index.json index && cp edited catalog/index.json
refused 1 "an index that was edited after it was signed" "$DMC" run $plan $prod
cp index catalog/index.json

say attest
refused 1 "nobody has attested" "$DMC" run $plan $prod
refused 2 "without a key" "$DMC" attest $plan
"$DMC" attest $plan --key "$work/eve.key" >/dev/null
refused 1 "attested with a key of no machine" "$DMC" run $plan $prod
"$DMC" attest $plan --key "$work/ci.key" --by release >/dev/null
refused 1 "attested in another name" "$DMC" run $plan $prod
sed 's/require attestation ci/require attestation robot/' clusters/prod.mig >clusters/robot.mig
refused 1 "by a machine that is not listed" "$DMC" run $plan --cluster clusters/robot.mig --yes
cp plans/0001.proof.json proof
rm plans/0001.proof.json && attest $plan
sed -i -E 's/("sig":")(....)(..)/\1\3\2/' plans/0001.proof.json
refused 1 "a forged attestation" "$DMC" run $plan $prod
cp proof plans/0001.proof.json
cp schema/shop.mig schema.bak; schema 'note text;' ''
refused 1 "the sources say something else" "$DMC" attest $plan --key "$work/ci.key"
cp schema.bak schema/shop.mig
refused 0 "attested" "$DMC" attest $plan --key "$work/ci.key" --by ci
refused 0 "attested before" "$DMC" attest $plan --key "$work/ci.key" --by ci
"$DMC" run $plan $prod >log 2>&1; ok "version 1 runs" 0 $?
for shard in eu1 us1; do ok "$shard is at version 1" "sessions users" "$(tables $shard)"; done
ok "each target has noted the sequence" "1 1" "$(for s in eu1 us1; do sqlite3 $s.db 'select index_seq from _dmc_target'; done | xargs)"

say approve
schema 'age integer;' ''
printf "change 2 'ages' {\n  gate 'app 2 is everywhere';\n  drop table sessions without backup;\n}\n" >changes/0002_ages.mig
"$DMC" compile >/dev/null
cp -r plans plans.old
cp catalog/index.json index.old && cp catalog/index.sig.json sig.old
plan=plans/0002.plan.json proof=plans/0002.proof.json
"$DMC" seal 2 >/dev/null 2>"$work/note"; ok "a seal says that the old signature does not fit any more" 1 "$(grep -c 'does not fit the index any more' "$work/note")"
refused 1 "an index that has grown since it was signed" "$DMC" run $plan $prod
sealed 2
attest $plan
cp $proof attested
approve() { local key=$1; shift; "$DMC" approve $plan --key "$work/$key.key" --person "$key" "$@" >/dev/null; }
refused 1 "nobody has approved" "$DMC" run $plan $prod
approve cyd --cluster prod
refused 1 "the author has" "$DMC" run $plan $prod
cp attested $proof; approve eve --cluster prod
refused 1 "foreign: somebody whose key is not listed" "$DMC" run $plan $prod
cp attested $proof; "$DMC" approve $plan --key "$work/eve.key" --person ann --cluster prod >/dev/null
refused 1 "foreign: in the name of somebody who is" "$DMC" run $plan $prod
cp attested $proof; approve ann --cluster prod
cp $proof approved
sed -i -E 's/("approvals":\[\{[^]]*"sig":")(....)(..)/\1\3\2/' $proof
refused 1 "forged: the signature is another" "$DMC" run $plan $prod
replace_payload() { sed -E "s|(\"approvals\":\[\{\"payload\":\")[^\"]*|\1$1|" approved >$proof; }
body=$(sed -E 's/^\{"approvals":\[\{"payload":"([^"]*)".*/\1/' approved | base64 -d)
replace_payload "$(printf '%s' "$body" | sed 's/"not_after":"2/"not_after":"9/' | base64 -w0)"
refused 1 "forged: made to hold longer" "$DMC" run $plan $prod
replace_payload "$(printf '%s' "$body" | head -c 120 | base64 -w0)"
refused 1 "cut: the statement" "$DMC" run $plan $prod
head -c 400 approved >$proof
refused 1 "cut: the file" "$DMC" run $plan $prod
rm $proof
refused 1 "stripped: no proof at all" "$DMC" run $plan $prod
cp attested $proof; approve ann --cluster staging
refused 1 "replayed: for another cluster" "$DMC" run $plan $prod
cp attested $proof; approve ann --cluster prod --target us1
refused 1 "replayed: for one target of two" "$DMC" run $plan $prod
"$DMC" approve plans/0001.plan.json --key "$work/ann.key" --person ann --cluster prod >/dev/null
other=$(sed -E 's/^\{"approvals":\[(.*)\],"attestations".*/\1/' plans/0001.proof.json)
sed "s|\"approvals\":\[\]|\"approvals\":[$other]|" attested >$proof
refused 1 "replayed: for another plan" "$DMC" run $plan $prod
timed() {  # from until: an approval signed with those times
  local body
  body=$(sed -E 's/^\{"approvals":\[\{"payload":"([^"]*)".*/\1/' approved | base64 -d | sed -E "s/(\"not_after\":\")[^\"]*/\1$2/; s/(\"not_before\":\")[^\"]*/\1$1/")
  local type=application/vnd.dmc.approval+json
  printf 'DSSEv1 %s %s %s %s' ${#type} $type ${#body} "$body" >"$work/message"
  openssl pkeyutl -sign -inkey "$work/ann.key" -rawin -in "$work/message" -out "$work/signature" 2>/dev/null
  sed -E "s|(\"approvals\":\[\{\"payload\":\")[^\"]*(.*\"sig\":\")[^\"]*(\".*\"attestations\")|\1$(printf '%s' "$body" | base64 -w0)\2$(base64 -w0 "$work/signature")\3|" approved >$proof
}
timed 2026-01-01T00:00:00Z 2026-01-02T00:00:00Z
refused 1 "expired" "$DMC" run $plan $prod
timed 2097-01-01T00:00:00Z 2098-01-01T00:00:00Z
refused 1 "not yet valid" "$DMC" run $plan $prod
timed 2020-01-01T00:00:00Z 2098-01-01T00:00:00Z
refused 0 "the same with fitting times" "$DMC" run $plan $prod --dry-run --no-progress
cat >clusters/shared.json <<END
{"format": "dmc-approvers", "version": 1, "machines": [], "people": [$(signer ann), $(signer ben ann)]}
END
sed "s/approvers.json/shared.json/" clusters/prod.mig >clusters/shared.mig
refused 1 "two people with one key" "$DMC" run $plan --cluster clusters/shared.mig --yes
ok "nothing was changed so far" "sessions users" "$(tables eu1)"

say expect
cp approved $proof
digest() { "$DMC" "$@" --dry-run --no-progress 2>/dev/null | sed -nE 's/^this, and nothing else.*--expect (sha256:[0-9a-f]{64})$/\1/p'; }
now=$(digest run $plan $prod)
ok "a dry run prints a digest" 71 "${#now}"
ok "the same twice" "$now" "$(digest run $plan $prod)"
ok "the same in JSON" "$now" "$("$DMC" run $plan $prod --dry-run --format json --no-progress 2>/dev/null | grep -oE '"digest":"[^"]*"' | cut -d'"' -f4)"
ok "another for the way back" 1 "$([ "$now" != "$(digest undo $plan $prod)" ] && echo 1)"
refused 1 "another digest" "$DMC" run $plan $prod --expect sha256:000000000000000000 --no-progress
refused 0 "its beginning, dry" "$DMC" run $plan $prod --dry-run --no-progress --expect "${now:0:20}"
cp attested $proof; approve ann --cluster prod --expect "$now"
refused 0 "an approval of what the dry run showed" "$DMC" run $plan $prod --dry-run --no-progress
sqlite3 us1.db "update _dmc_target set seq = seq + 1"
refused 1 "PLN-3 a target has moved since it was approved" "$DMC" run $plan $prod
refused 1 "and since it was expected" "$DMC" run $plan $prod --dry-run --no-progress --expect "$now"
sqlite3 us1.db "update _dmc_target set seq = seq - 1"
cp us1.db copy.db && mv copy.db us1.db
refused 1 "a target was exchanged for its copy" "$DMC" run $plan $prod
cp approved $proof
hash=$(sha256sum $plan | cut -c1-64)
refused 4 "the hash of the plan is expected, and a gate closed" "$DMC" run $plan $prod --no-progress --expect "$hash"

say cluster
refused 1 "run without the inventory" "$DMC" run $plan --on shop=sqlite:eu1.db --yes --no-progress
refused 1 "go on without the inventory" "$DMC" run --on shop=sqlite:eu1.db --yes --no-progress
refused 1 "undo without the inventory" "$DMC" undo $plan --on shop=sqlite:eu1.db --yes --no-progress
refused 4 "looking is free, and says what to type" "$DMC" status --on shop=sqlite:eu1.db
cp $proof before
approve cyd --cluster prod --gate 'app 2 is everywhere'
refused 4 "the author opens the gate" "$DMC" run $plan $prod --no-progress
cp before $proof
approve ben --cluster prod --target eu1 --gate 'app 2 is everywhere'
refused 4 "somebody opens it on one of two targets" "$DMC" run $plan $prod --no-progress
cp before $proof
approve ben --cluster prod --gate 'app 2 is everywhere'
"$DMC" run $plan $prod >log 2>&1; ok "a signed gate lets it go on" 0 $?
for shard in eu1 us1; do ok "$shard is at version 2" users "$(tables $shard)"; done
ok "and on whose word it ran" "index 1; sealed by cyd|index 2; sealed by cyd; approved by ann" "$(sqlite3 eu1.db "select group_concat(evidence, '|') from (select evidence from _dmc_history where move = 'begin' order by seq)")"
ok "each target has noted the higher sequence" "2 2" "$(for s in eu1 us1; do sqlite3 $s.db 'select index_seq from _dmc_target'; done | xargs)"

say rollback
cp catalog/index.json index.new && cp catalog/index.sig.json sig.new
cp index.old catalog/index.json && cp sig.old catalog/index.sig.json
refused 1 "PLN-4 an older index, signed" "$DMC" run plans/0001.plan.json $prod --no-progress
cp index.new catalog/index.json && cp sig.new catalog/index.sig.json
mkdir fork && cp -r project.mig schema changes catalog clusters fork && cd fork || exit 1
rm catalog/index.json catalog/index.sig.json catalog/0002.json
cp ../index.old catalog/index.json && cp ../sig.old catalog/index.sig.json
printf "change 2 'other ages' {\n  drop table sessions without backup;\n}\n" >changes/0002_ages.mig
"$DMC" compile >/dev/null
cd .. && cp -r plans plans.new && cp fork/plans/0002.*plan.json plans/
refused 1 "PLN-4 two plans for one version: the one that is not in the index" "$DMC" run $plan $prod
rm -r plans && mv plans.new plans
(cd fork && "$DMC" seal 2 --key "$work/cyd.key" --person cyd >/dev/null)
ok "both are the second index" "2 2" "$(grep -ho '"sequence":[0-9]*' catalog/index.json fork/catalog/index.json | cut -d: -f2 | xargs)"
cp fork/catalog/index.json fork/catalog/index.sig.json catalog/
refused 1 "PLN-4 another index with the number of the one that has run" "$DMC" run plans/0001.plan.json $prod --no-progress
cp index.new catalog/index.json && cp sig.new catalog/index.sig.json

say undo
refused 1 "the losses are not accepted" "$DMC" undo $plan $prod --no-progress
refused 1 "accepted, and approved by nobody" "$DMC" undo $plan $prod --no-progress --lossy all
lost=$("$DMC" undo $plan $prod --dry-run 2>/dev/null | grep -oE '^    [0-9a-f]{12}' | sort -u | sed 's/^    /--lossy /')
cp $proof before
approve cyd --cluster prod $lost
refused 1 "approved by the author" "$DMC" undo $plan $prod --no-progress --lossy all
cp before $proof
refused 0 "by somebody else" "$DMC" approve $plan --key "$work/ben.key" --person ben --cluster prod $lost
refused 2 "a step that loses nothing" "$DMC" approve $plan --key "$work/ben.key" --person ben --lossy "$(grep -oP '"kind":"gate".*?"id":"\K[^"]*' $plan)"
cp $proof both
timed 2026-01-01T00:00:00Z 2026-01-02T00:00:00Z
refused 1 "the approval of the plan is over" "$DMC" undo $plan $prod --no-progress --lossy all
cp both $proof
"$DMC" undo $plan $prod --lossy all >log 2>&1; ok "taken back" 0 $?
for shard in eu1 us1; do ok "$shard is at version 1 again" "sessions users" "$(tables $shard)"; done
cp index.old catalog/index.json && cp sig.old catalog/index.sig.json
refused 1 "PLN-4 an older index after an undo" "$DMC" run plans/0001.plan.json $prod --no-progress
cp index.new catalog/index.json && cp sig.new catalog/index.sig.json

say hostile
hostile=$(printf 'ann\033[31m\342\200\256\nE0000')
cp attested $proof
refused 0 "a hostile name approves" "$DMC" approve $plan --key "$work/eve.key" --person "$hostile" --cluster "$hostile" --target "$hostile"
refused 1 "and is shown as it is" "$DMC" run $plan $prod
refused 2 "a hostile gate" "$DMC" approve $plan --key "$work/ann.key" --gate "$hostile"
refused 2 "a hostile step" "$DMC" approve $plan --key "$work/ann.key" --step "$hostile"
refused 0 "a hostile name seals" "$DMC" seal 2 --key "$work/eve.key" --person "$hostile"
refused 1 "and does not count" "$DMC" run $plan $prod
cp sig.new catalog/index.sig.json
refused 1 "a hostile machine attests a plan that is not the newest" "$DMC" attest plans/0001.plan.json --key "$work/ci.key" --by "$hostile"
refused 0 "a hostile machine attests" "$DMC" attest $plan --key "$work/ci.key" --by "$hostile"
refused 1 "a hostile digest is expected" "$DMC" run $plan $prod --dry-run --no-progress --expect "$hostile"
ok "no control character reached a terminal" 0 "$(cat "$here"/trust/*.txt | tr -d '\n' | grep -cP '[\x00-\x1f\x7f]|\x{202e}')"
compare
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
