#!/usr/bin/env bash
# Chinook, read in place: adopt, a change that renames, retypes, fills a NOT NULL column, drops a table with backup, adds an index and a
# view; run, verify, undo. The sqlite3 shell confirms each state.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
corpus=$here/../shared/corpus/sqlite_schemas/chinook_autoincrement
if [ ! -d "$corpus" ]; then
  echo "SKIPPED Chinook: no corpus beside the checkout"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work=$(mktemp -d) || exit 1
more=$(mktemp -d) || exit 1
trap 'rm -rf "$work" "$more"' EXIT
passed=0 failed=0
ok() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n  expected %s\n  found    %s\n' "$1" "$2" "$3"; fi; }
says() { sqlite3 "$work/chinook.db" "$1"; }
tables() { says "select name from sqlite_schema where type = 'table' and name not like '\_dmc\_%' escape '\' and name not like 'sqlite\_%' escape '\' order by 1"; }
structure() { sqlite3 "$1" <"$here/tests/e2e/structure.sql"; }
schema() {
  structure "$work/chinook.db"
  says "select name, seq from sqlite_sequence where name not like '\_dmc\_%' escape '\' order by 1"
}
sums() { for table in $(tables); do echo "$table $(says "select count(*) from \"$table\"") $(says "select * from \"$table\"" | sort | sha256sum)"; done; }

FOLDER=$work CORPUS=$corpus "$here/tests/e2e/chinook_project" >"$work/log" 2>&1
ok "adopt, edit and compile" 0 $?
[ "$failed" -eq 0 ] || cat "$work/log"
cd "$work" || exit 1
schema_before=$(schema) sums_before=$(sums)
on="--on chinook=sqlite:chinook.db"

$DMC status $on >"$work/status"; ok "status of an adopted database" 0 $?
$DMC drift $on >/dev/null; ok "no drift after adopt" 0 $?
$DMC run plans/0002.plan.json $on --dry-run >/dev/null; ok "dry run" 0 $?
ok "a dry run changes nothing" "$sums_before" "$(sums)"
$DMC run plans/0002.plan.json $on --yes >"$work/log" 2>&1; ok "run" 0 $?
[ "$failed" -eq 0 ] || cat "$work/log"
ok "customers" 59 "$(says "select count(*) from Customer")"
ok "tracks" 3503 "$(says "select count(*) from Track")"
ok "full names" "Luís Gonçalves" "$(says "select FullName from Customer where CustomerId = 1")"
ok "the renamed column keeps its values" 10 "$(says "select count(Organisation) from Customer")"
ok "totals are cents" "232860" "$(says "select sum(Total) from Invoice")"
ok "types of the totals" integer "$(says "select group_concat(distinct typeof(Total)) from Invoice")"
ok "the dropped table is gone" 0 "$(says "select count(*) from sqlite_schema where name = 'PlaylistTrack'")"
ok "the index is there" 1 "$(says "select count(*) from sqlite_schema where name = 'track_name_idx'")"
ok "the view answers" 59 "$(says "select count(*) from customer_totals")"
ok "NOT NULL holds" 1 "$(says "select \"notnull\" from pragma_table_info('Customer') where name = 'FullName'")"
ok "no orphans" "" "$(says "pragma foreign_key_check")"
ok "integrity" ok "$(says "pragma integrity_check")"
$DMC verify $on >"$work/log" 2>&1; ok "verify" 0 $?
$DMC drift $on >"$work/log" 2>&1; ok "no drift after the run" 0 $?
$DMC run plans/0002.plan.json $on --yes >/dev/null 2>&1; ok "running again does nothing" 0 $?
says "create index behind_our_back on Artist (Name)"
$DMC drift $on >"$work/log" 2>&1; ok "drift" 6 $?
grep -q Artist "$work/log"; ok "drift names the object" 0 $?
says "drop index behind_our_back"
$DMC undo plans/0002.plan.json $on --lossy all --yes >"$work/log" 2>&1; ok "undo" 0 $?
[ "$failed" -eq 0 ] || cat "$work/log"
ok "undo restores the schema" "$schema_before" "$(schema)"
ok "undo restores every row" "$sums_before" "$(sums)"
$DMC run plans/0002.plan.json $on --yes >/dev/null 2>&1; ok "run, undo, run" 0 $?
ok "totals after run, undo, run" 232860 "$(says "select sum(Total) from Invoice")"
$DMC compile --check >/dev/null; ok "compile --check" 0 $?
$DMC inspect sqlite:chinook.db --strict >/dev/null; ok "inspect models everything" 0 $?

# inspect → compile is empty, from nothing equals: every schema of the corpus
for source in "$here"/../shared/corpus/sqlite_schemas/*/schema.sql; do
  name=$(basename "$(dirname "$source")")
  mkdir "$more/$name" && cd "$more/$name" || exit 1
  sqlite3 live.db <"$source"
  $DMC adopt "$name" --from sqlite:live.db >/dev/null 2>&1; ok "$name: adopt" 0 $?
  $DMC compile --check >/dev/null 2>&1; ok "$name: adopt leaves nothing to compile" 0 $?
  mkdir fresh && cp -r project.mig schema fresh/ && mkdir fresh/changes && echo "change 1 'all';" >fresh/changes/0001.mig && cd fresh || exit 1
  $DMC compile >/dev/null 2>&1; ok "$name: compile from nothing" 0 $?
  $DMC run plans/0001.plan.json --on "$name=sqlite:built.db" --yes >/dev/null 2>&1; ok "$name: run from nothing" 0 $?
  ok "$name: built from nothing it is the same" "$(structure ../live.db)" "$(structure built.db)"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
