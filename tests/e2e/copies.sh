#!/usr/bin/env bash
# Copies of a database, at rest and half way through a change: refused, told by status, and bound anew. What is said stands in copies.txt;
# DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$(dirname "${BASH_SOURCE[0]}")/../support/e2e.sh"
said=$work/said.txt
says() {  # exit code, what, command…
  local wanted=$1 what=$2
  shift 2
  local code=0
  "$@" >"$work/answer" 2>&1 || code=$?
  # Folders and times are others each time.
  { echo "== $what"; sed -E -e "s#$work#WORK#g" -e 's/in [0-9]+ ms/in MS/' -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' "$work/answer"; echo "exit $code"; echo; } >>"$said"
  ok "$what" "$wanted" "$code"
}
mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo "project shop { edition 1; }" >project.mig
echo "database shop on sqlite 3.40 { table users { id integer primary key; old text; } }" >schema/shop.mig
echo "change 1 'first';" >changes/0001_first.mig
"$DMC" compile >/dev/null
"$DMC" run plans/0001.plan.json --on shop=sqlite:shop.db --yes >/dev/null 2>&1; ok "version 1" 0 $?
echo "database shop on sqlite 3.40 { table users { id integer primary key; name text; } }" >schema/shop.mig
cat >changes/0002_two.mig <<'END'
change 2 'in two stages' {
  gate 'every service writes the name';
  drop column users.old with backup;
}
END
"$DMC" compile >log 2>&1 || { cat log; }
cp shop.db staging.db
says 6 "a copy at rest" "$DMC" run plans/0002.plan.json --on shop=sqlite:staging.db --yes --no-progress
"$DMC" run plans/0002.plan.json --on shop=sqlite:shop.db --yes --no-progress >log 2>&1; ok "to the gate" 4 $?
cp shop.db half.db
says 6 "a copy half way through a change" "$DMC" run plans/0002.plan.json --on shop=sqlite:half.db --through 'every service writes the name' --yes --no-progress
says 6 "its undo" "$DMC" undo plans/0002.plan.json --on shop=sqlite:half.db --yes --no-progress
says 4 "its status" "$DMC" status --on shop=sqlite:half.db
says 0 "bound anew" "$DMC" rebind --on shop=sqlite:half.db
says 0 "and taken back on its own" "$DMC" undo plans/0002.plan.json --on shop=sqlite:half.db --yes --no-progress
says 4 "the original waits as before" "$DMC" status --on shop=sqlite:shop.db
says 6 "the original is no copy" "$DMC" rebind --on shop=sqlite:shop.db
says 6 "nothing to bind" "$DMC" rebind --on shop=sqlite:nothing.db
sqlite3 plain.db 'create table a (n)'
says 6 "no ledger" "$DMC" rebind --on shop=sqlite:plain.db
says 2 "no target" "$DMC" rebind
if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/copies.txt"; fi
if diff "$here/copies.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: what is said (DMC_ACCEPT=1 writes it)"; fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
