#!/usr/bin/env bash
# A plan that was touched after it was compiled is refused, with its code and exit code 1, and no database is opened.
# What is said stands in refused_plans.txt; DMC_ACCEPT=1 writes it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

cd "$work" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
printf 'database shop on sqlite 3.40 {\n  table users {\n    id    integer  primary key;\n    name  text     not null;\n  }\n}\n' >schema/shop.mig
echo "change 1 'first version';" >changes/0001_first.mig
"$DMC" compile >/dev/null || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
cp -r plans whole

said=$work/said.txt
refused() {  # $1 what was done to the plan; the plan lies in plans/
  {
    echo "== $1"
    "$DMC" run plans/0001.plan.json --on shop=sqlite:shop.db --yes 2>&1
    echo "exit $?"
    [ -e shop.db ] && echo "the database was opened"
    echo
  } >>"$said"
  rm -rf plans shop.db*
  cp -r whole plans
}
edited() {  # $1 what, $2 sed script
  sed -i "$2" plans/0001.plan.json
  if cmp -s plans/0001.plan.json whole/0001.plan.json; then
    echo "FAILED: '$1' changes nothing"
    failed=$((failed + 1))
  fi
  refused "$1"
}

zeros=sha256:$(printf '0%.0s' $(seq 64))
edited "cut in the middle" 's/^\(.\{400\}\).*/\1/'
edited "a key twice" 's/"number":1,/"number":1,"number":1,/'
edited "a fraction" 's/"number":1,/"number":1.5,/'
edited "an unknown field" 's/"number":1,/"note":"safe","number":1,/'
edited "a field less" 's/"number":1,//'
edited "another type" 's/"number":1,/"number":"1",/'
edited "a newer format" 's/"name":"dmc-plan","version":1/"name":"dmc-plan","version":2/'
edited "white space" 's/,"number"/, "number"/'
edited "a statement" 's/create table users/create table losers/'
edited "another base" 's/"from":"sha256:[0-9a-f]*"/"from":"'"$zeros"'"/'
edited "a stage that ends elsewhere" 's/"stages":\["sha256:[0-9a-f]*"\]/"stages":["'"$zeros"'"]/'
truncate -s 257M plans/0001.plan.json
refused "far too large"
cp plans/0001.plan.json plans/0001.undo.plan.json
refused "the plan in the place of its way back"
rm plans/0001.undo.plan.json
refused "no way back"

if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/refused_plans.txt"; fi
if diff "$here/refused_plans.txt" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
