#!/usr/bin/env bash
# How long a rehearsal of the quick start takes, with its 16 crash points in each direction; the limit is 2 s.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
sqlite3 shop.db ".read $here/examples/quickstart/shop.sql"
"$DMC" adopt shop --from sqlite:shop.db >/dev/null
cp "$here/examples/quickstart/after/shop.mig" schema/shop.mig
cp "$here/examples/quickstart/after/0002_totals.mig" changes/
"$DMC" compile >/dev/null
best=999999
for _ in 1 2 3 4 5; do
  begin=$(date +%s%N)
  "$DMC" rehearse plans/0002.plan.json >answer
  took=$((($(date +%s%N) - begin) / 1000000))
  [ "$took" -lt "$best" ] && best=$took
done
echo "rehearsal of the quick start: $best ms, the best of 5 (limit 2000 ms)"
grep -E '^  (rows  |crashes)' answer | cut -c1-100
