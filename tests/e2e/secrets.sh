#!/usr/bin/env bash
# SEC-1: no secret appears in plan, ledger, journal, proof, report or error, nor on a command line that dmc starts or changes. Canaries are
# put wherever a secret can stand: in addresses (variable, file, inventory, list, command line), in variables of the environment and in keys;
# then everything that was written or said, in good runs and failing ones, is searched for them.
set -u
command -v openssl >/dev/null || { echo "SKIPPED secrets: the openssl command is not installed, which makes the keys"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said
said() {  # exit code, what, command…
  local wanted=$1 what=$2 code=0
  shift 2
  "$@" >"$work/answer" 2>&1 || code=$?
  { echo "== $what"; cat "$work/answer"; } >>"$said"
  ok "$what: exit code" "$wanted" "$code"
}
refused() {  # the same, and what is said stands in secrets.txt; DMC_ACCEPT=1 writes it
  said 1 "$@"
  { echo "== $1"; cat "$work/answer"; echo; } >>"$work/refusals"
}
here=$(cd "$(dirname "$0")" && pwd)
canary=CANARY7f3a
export SMTP_PASSWORD=$canary-smtp

mkdir "$work/shop" "$work/keys" && cd "$work/shop" || exit 1
mkdir schema changes clusters
echo "project shop { edition 1; }" >project.mig
schema() { printf 'database shop on sqlite 3.40 {\n  table users { id integer primary key; name text; %s }\n}\n' "$1" >schema/shop.mig; }
schema ''
echo "change 1 'first';" >changes/0001_first.mig
for name in ann cyd ci; do openssl genpkey -algorithm ed25519 -out "$work/keys/$name.key" 2>/dev/null; done
public() { openssl pkey -in "$work/keys/$1.key" -pubout -outform DER 2>/dev/null | tail -c 32 | base64; }
signer() { printf '{"name": "%s", "keys": ["%s"]}' "$1" "$(public "$1")"; }
echo "{\"format\": \"dmc-approvers\", \"version\": 1, \"machines\": [$(signer ci)], \"people\": [$(signer ann), $(signer cyd)]}" >clusters/approvers.json
inventory() { printf "cluster prod {\n  approvers file './approvers.json';\n  require approval 1;\n  require attestation ci;\n  secrets (SMTP_PASSWORD);\n  database shop { shard eu1 at env SHOP_EU1_URL; }\n}\n" >clusters/prod.mig; }
inventory
prod="--cluster clusters/prod.mig"
signed() {  # version: sealed, attested and approved
  local plan=plans/000$1.plan.json
  said 0 "compile $1" "$DMC" compile
  said 0 "seal $1" "$DMC" seal "$1" --key "$work/keys/cyd.key" --person cyd
  said 0 "attest $1" "$DMC" attest $plan --key "$work/keys/ci.key"
  said 0 "approve $1" "$DMC" approve $plan --key "$work/keys/ann.key" --person ann --cluster prod
}

# Good runs: there, on, back.
export SHOP_EU1_URL=sqlite:eu1.db
signed 1
said 0 "run 1" "$DMC" run plans/0001.plan.json $prod --yes
schema "note text not null default 'x';"
echo "change 2 'notes';" >changes/0002_notes.mig
signed 2
said 0 "dry run" "$DMC" run plans/0002.plan.json $prod --dry-run --format json
# While the run waits for a lock, its command line can be read by everybody.
(echo "begin exclusive;"; sleep 1) | sqlite3 eu1.db &
holder=$!
sleep 0.2
"$DMC" run plans/0002.plan.json $prod --yes --format json >"$work/answer" 2>&1 &
runner=$!
sleep 0.3
tr '\0' ' ' <"/proc/$runner/cmdline" >"$work/cmdline" 2>/dev/null
wait "$runner"; ok "a run that waited for a lock" 0 $?
wait "$holder"
cat "$work/answer" "$work/cmdline" >>"$said"
ok "its command line was read" 1 "$(grep -c 'run plans/0002' "$work/cmdline")"
for question in status drift verify; do for format in text json markdown; do said 0 "$question $format" "$DMC" $question $prod --format $format; done; done
lost=$("$DMC" undo plans/0002.plan.json $prod --dry-run 2>/dev/null | grep -oE '^    [0-9a-f]{12}' | sort -u | sed 's/^    /--lossy /')
# shellcheck disable=SC2086
[ -z "$lost" ] || said 0 "approve the loss" "$DMC" approve plans/0002.plan.json --key "$work/keys/ann.key" --person ann --cluster prod $lost
said 0 "undo" "$DMC" undo plans/0002.plan.json $prod --lossy all --yes

# A secret in a statement: the database gets its value as a literal, and nothing else has more than its name.
mkdir "$work/mail" "$work/mail/schema" "$work/mail/changes" "$work/mail/clusters" && cd "$work/mail" || exit 1
echo "project mail { edition 1; }" >project.mig
echo 'database mail on sqlite 3.40 { table keys { id integer primary key; value text; } }' >schema/mail.mig
echo "change 1 'first';" >changes/0001_first.mig
said 0 "compile mail" "$DMC" compile
said 0 "run mail" "$DMC" run plans/0001.plan.json --on mail=sqlite:mail.db --yes
cat >changes/0002_key.mig <<'END'
change 2 'key' {
  run 'the key of the mailer' on mail {
    do (insert into keys values (7, hex('${env SMTP_PASSWORD}')));
    undo (delete from keys where value = hex('${env SMTP_PASSWORD}'));
  }
}
END
said 0 "compile a secret" "$DMC" compile
ok "the plan names it" 2 "$(cat plans/0002*.json | grep -o '"secrets":\["SMTP_PASSWORD"\]' | wc -l)"
said 0 "rehearse a secret" "$DMC" rehearse plans/0002.plan.json
refused "a secret that was not given" "$DMC" run plans/0002.plan.json --on mail=sqlite:mail.db --yes
cat >clusters/one.mig <<'END'
cluster one { disposable; database mail { shard eu1 at env MAIL_URL; } }
END
MAIL_URL=sqlite:other.db refused "a secret that the cluster does not list" "$DMC" run plans/0002.plan.json --cluster clusters/one.mig --yes
value="$canary'); drop table keys; --"
unset SMTP_PASSWORD
refused "a secret that is not set" "$DMC" run plans/0002.plan.json --on mail=sqlite:mail.db --secret SMTP_PASSWORD --yes
export SMTP_PASSWORD=$value
said 0 "a secret that is sent" "$DMC" run plans/0002.plan.json --on mail=sqlite:mail.db --secret SMTP_PASSWORD --yes
ok "the database has its value" "$(printf %s "$value" | od -An -tx1 -v | tr -d ' \n' | tr a-f A-F)" "$(sqlite3 mail.db 'select value from keys')"
said 0 "and back" "$DMC" undo plans/0002.plan.json --on mail=sqlite:mail.db --secret SMTP_PASSWORD --yes
ok "it is gone" 0 "$(sqlite3 mail.db 'select count(*) from keys')"
cp -r "$work/mail" "$work/shop/mail"
cd "$work/shop" || exit 1

# Failing ones: an address that cannot be used, wherever it stands.
url="postgres://app:$canary@db.example/shop?password=$canary"
export SHOP_EU1_URL=$url
for command in "run plans/0002.plan.json" "undo plans/0002.plan.json" status drift verify; do
  said 1 "$command, a password in the variable" "$DMC" $command $prod
done
export SHOP_EU1_URL="sqlite://app:$canary@$canary@host/shop.db"
said 1 "a password in a path" "$DMC" run plans/0002.plan.json $prod
export SHOP_EU1_URL="$canary"
said 1 "no address at all" "$DMC" run plans/0002.plan.json $prod
echo "$url" >clusters/secret.url
sed -i "s|env SHOP_EU1_URL|file './secret.url'|" clusters/prod.mig
said 1 "a password in a file" "$DMC" run plans/0002.plan.json $prod
inventory && sed -i "s|env SHOP_EU1_URL|'$url'|" clusters/prod.mig
said 1 "a password in the inventory" "$DMC" run plans/0002.plan.json $prod
sed -i "s|database shop|databse shop|" clusters/prod.mig
said 1 "and a mistake in the same line" "$DMC" run plans/0002.plan.json $prod
echo "[{\"name\": \"eu1\", \"at\": \"$url\", \"tags\": [], \"gate\": \"ready\"}]" >clusters/list.json
inventory && sed -i "s|shard eu1 at env SHOP_EU1_URL|shards from json './list.json'|" clusters/prod.mig
said 1 "a password in a list" "$DMC" run plans/0002.plan.json $prod
echo "[{\"name\": \"eu1\", \"at\": \"$url" >clusters/list.json
said 1 "a list that was cut in the password" "$DMC" run plans/0002.plan.json $prod
for command in "run plans/0002.plan.json --on shop=$url" "status --on shop=$url" "inspect $url" "adopt other --from $url" "undo --on $url" "run plans/0002.plan.json --on shop=sqlite://app:$canary@host/x"; do
  said 2 "${command%%$canary*}… on the command line" "$DMC" $command
done
sed "2s/.\{8\}$/$canary/" "$work/keys/ann.key" >"$work/keys/broken.key"
said 2 "a key that cannot be read" "$DMC" approve plans/0002.plan.json --key "$work/keys/broken.key"
said 2 "a key that is encrypted" "$DMC" approve plans/0002.plan.json --key <(openssl pkey -in "$work/keys/ann.key" -aes256 -passout "pass:$canary" 2>/dev/null)
inventory

# What was put there by this test is no finding: the list, the address file, the keys.
rm -r clusters/list.json clusters/secret.url
keys=$(grep -hv -- '-----' "$work"/keys/*.key | cut -c 20-50)
ok "much was said" 1 "$([ "$(wc -c <"$said")" -gt 10000 ] && echo 1)"
ok "SEC-1 no canary was said" 0 "$(grep -ac "$canary" "$said")"
ok "SEC-1 none lies in plan, catalog, proof, ledger or journal" "" "$(grep -rla "$canary" "$work/shop")"
ok "a journal was kept" 1 "$(find "$work/shop/.dmc" -name '*.jsonl' -size +0 | wc -l | sed 's/[2-9]/1/')"
ok "SEC-1 no private key was said" 0 "$(grep -acF "$keys" "$said")"
ok "SEC-1 and none lies in the project" "" "$(grep -rlaF "$keys" "$work/shop")"
ok "what is searched for would be found" 1 "$(grep -c "$canary" "$work/keys/broken.key")"
[ -z "${DMC_ACCEPT:-}" ] || cp "$work/refusals" "$here/secrets.txt"
diff "$here/secrets.txt" "$work/refusals"; ok "what is refused" 0 $?
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] || grep -a "$canary" "$said"
[ "$failed" -eq 0 ]
