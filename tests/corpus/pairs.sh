#!/usr/bin/env bash
# Each pair of ../shared/corpus/postgres_pairs on a private PostgreSQL: a database that holds `before`, with rows, is adopted; what
# `after` looks like is inspected into the same project, drafted, compiled twice, run, compared by pg_dump, compiled again, and undone.
#   tests/corpus/pairs.sh [CASE…]        the whole table goes to tests/corpus/pairs.tsv when no case is named
#   REHEARSE=1 tests/corpus/pairs.sh     each plan is also rehearsed before it runs, there and back, with a crash
# A case is pass, refused (with dmc's own words) or WRONG. WRONG fails the test.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
DMC=${DMC:-$root/build/dev/dmc}
corpus=${DMC_CORPUS:-$root/../shared/corpus}/postgres_pairs
if [ ! -d "$corpus" ]; then
  echo "SKIPPED the pairs of the corpus: there is no folder $corpus (DMC_CORPUS says where it is)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work=$(mktemp -d) || exit 1
. "$root/tests/support/postgres.sh"
postgres_or_skip "the pairs of the corpus"
PATH=$pg_bin:$PATH
address() { echo "postgres://${2:-postgres}@/$1?host=$pg_folder&port=$pg_port"; }
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
sql -d "$(address postgres)" -c 'create role testuser superuser login' >/dev/null

dump() {
  pg_dump -s --no-owner -N dmc -N dmc_backup -d "$(address "$1" testuser)" 2>&1 | grep -v -E '^(\\(un)?restrict|--|$|SET |SELECT pg_catalog.set_config)' >"$2.all"
  { grep -v -E '^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)' "$2.all"; grep -E '^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)' "$2.all" | sort; } >"$2"
}
# The columns of a table and the parameters of WITH in order of their names: their order means nothing, and ALTER cannot
# reach every one.
unordered() {
  awk 'match($0, / WITH \([a-z][^()]*\)/) {
         count = split(substr($0, RSTART + 7, RLENGTH - 8), part, ", "); list = ""
         for (i = 1; i <= count; ++i) for (k = i + 1; k <= count; ++k) if (part[k] < part[i]) {swap = part[i]; part[i] = part[k]; part[k] = swap}
         for (i = 1; i <= count; ++i) list = list (i > 1 ? ", " : "") part[i]
         $0 = substr($0, 1, RSTART + 6) list substr($0, RSTART + RLENGTH - 1)}
       /^CREATE TABLE/ {print sprintf("%06d 0 ", ++block) $0; inside = 1; next}
       inside && /^\)/ {inside = 0; print sprintf("%06d 2 ", block) $0; ++block; next}
       inside {sub(/,$/, ""); print sprintf("%06d 1 ", block) $0; next}
       {print sprintf("%06d 0 ", ++block) $0}' "$1" | sort | cut -c10-
}

load() {  # DATABASE FILE
  sql -d "$(address postgres)" -c "create database $1 template template0 lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' owner testuser" >/dev/null || return 1
  [ -f "$case/setup.sql" ] && { sql -d "$(address "$1" testuser)" -f "$case/setup.sql" >/dev/null 2>"$work/load" || return 1; }
  sql -d "$(address "$1" testuser)" -f "$case/$2" >/dev/null 2>"$work/load"
}

one() {
  case=$1 name=$(basename "$1")
  local before="b_$number" after="a_$number" project="$work/$name" url
  load "$before" before.sql || { outcome=skip why="before.sql does not load: $(head -n1 "$work/load")"; return; }
  load "$after" after.sql || { outcome=skip why="after.sql does not load: $(head -n1 "$work/load")"; return; }
  [ "$rows" ] && sql -d "$(address "$before" testuser)" -f "$root/tests/corpus/seed.sql" >/dev/null 2>&1
  url=$(address "$before" testuser)
  dump "$before" "$work/before.dump"; dump "$after" "$work/after.dump"
  mkdir -p "$project" && cd "$project" || exit 1
  step() { "$DMC" "$@" >out 2>&1; }
  # Refused is what has a code; what has none is a fault.
  refused() { outcome=WRONG; grep -q -E '^(error|dmc).*E[0-9]{4}' out && outcome=refused; why="$1: $(grep -m1 -E '^(error|dmc)' out || head -n 1 out)"; }
  wrong() { outcome=WRONG why="$1: $(grep -m1 -E 'error|failed' out || head -n 1 out)"; }
  breaks_new_rules() { grep -q 'does not hold that every row\|contains null values\|could not create exclusion constraint' out; }
  step adopt shop --from "$url" || { refused adopt; return; }
  "$DMC" inspect "$(address "$after" testuser)" --name shop --strict >schema/shop.mig 2>out || { outcome=refused why="inspect: $(grep -m1 '^  ' out || head -n 1 out)"; return; }
  if cmp -s "$work/before.dump" "$work/after.dump"; then
    step compile --check || { wrong 'adopted, and something is to do'; return; }
    "$DMC" draft --accept-all >out 2>&1
    ls changes/0002* >/dev/null 2>&1 && { wrong 'a draft where nothing differs'; return; }
    outcome=pass
    return
  fi
  step draft --accept-all || { refused draft; return; }
  ls changes/0002* >/dev/null 2>&1 || echo "change 2 'all';" >changes/0002_all.mig
  # What a person would accept who has read it: hazards, in dmc's own words.
  if ! step compile; then
    sed -n "s/.*accept it in change 2: *\(accept .*because '\)….*/  \1read';/p" out | sort -u >accepts
    file=$(ls changes/0002*)
    if grep -q '{' "$file"; then sed -i '$d' "$file"; else sed -i 's/;$/ {/' "$file"; fi
    { cat accepts; echo '}'; } >>"$file"
    step compile || { refused compile; return; }
  fi
  cp plans/0002.plan.json first.json
  step compile && cmp -s first.json plans/0002.plan.json || { wrong 'compiled twice, two plans'; return; }
  if [ "${REHEARSE:-}" ] && ! step rehearse plans/0002.plan.json --on "shop=$(address postgres testuser)" --crash-points 1; then
    # Generated rows may break what the change newly asks of them, as those of the seed may: then without any.
    breaks_new_rules && step rehearse plans/0002.plan.json --on "shop=$(address postgres testuser)" --crash-points 1 --rows 0 || { wrong rehearse; return; }
  fi
  if ! step run plans/0002.plan.json --on "shop=$url" --yes --no-progress; then
    breaks_new_rules && [ "$rows" ] && { outcome=rows; return; }
    wrong run
    return
  fi
  dump "$before" "$work/now.dump"
  if ! cmp -s "$work/now.dump" "$work/after.dump" && ! cmp -s <(unordered "$work/now.dump") <(unordered "$work/after.dump"); then
    diff "$work/now.dump" "$work/after.dump" >dump.diff; outcome=WRONG why="another dump than after: $(sed -n 2p dump.diff)"; return
  fi
  lossy=$(grep -c '"class":"lossy"\|"class":"none"' plans/0002.plan.json)
  # What does not come back is accepted step by step, in the words of dmc's own next command.
  if ! step undo --on "shop=$url" --yes --no-progress; then
    [ "$lossy" -gt 0 ] || { wrong undo; return; }
    # shellcheck disable=SC2046
    step undo --on "shop=$url" --yes --no-progress $(grep -o -- '--lossy [^ ]*' out | sort -u) || { wrong undo; return; }
  fi
  dump "$before" "$work/now.dump"
  if [ "$lossy" -eq 0 ] && ! cmp -s "$work/now.dump" "$work/before.dump" && ! cmp -s <(unordered "$work/now.dump") <(unordered "$work/before.dump"); then
    diff "$work/now.dump" "$work/before.dump" >undo.diff; outcome=WRONG why="undone, another dump than before: $(sed -n 2p undo.diff)"; return
  fi
  outcome=pass
}

number=0
declare -A count=([pass]=0 [refused]=0 [WRONG]=0 [skip]=0)
if [ $# -gt 0 ]; then list=("${@/#/$corpus/}"); else list=("$corpus"/*/); fi
table=$work/pairs.tsv
for folder in "${list[@]}"; do
  number=$((number + 1)) outcome= why=
  rows=1
  one "${folder%/}"
  # Rows that the new rules do not let be: then without any.
  if [ "$outcome" = rows ]; then
    cd "$root"; rm -rf "${work:?}/$name"
    sql -d "$(address postgres)" -c "drop database if exists b_$number" -c "drop database if exists a_$number" >/dev/null 2>&1
    rows= outcome= why=
    one "${folder%/}"
    [ "$outcome" = pass ] && why='without rows: those of the seed break the new rules, and dmc said so'
  fi
  count[$outcome]=$((count[$outcome] + 1))
  printf '%s\t%s\t%s\n' "$name" "$outcome" "$why" >>"$table"
  [ "${KEEP:-}" ] && [ "$outcome" != pass ] && { mkdir -p "$KEEP"; cp -r "$work/$name" "$KEEP/"; }
  cd "$root"; rm -rf "${work:?}/$name"
  sql -d "$(address postgres)" -c "drop database if exists b_$number" -c "drop database if exists a_$number" >/dev/null 2>&1
done
column -t -s "$(printf '\t')" "$table" 2>/dev/null | cut -c1-200 || cat "$table"
[ $# -gt 0 ] || cp "$table" "${TABLE:-$root/tests/corpus/pairs.tsv}"
echo "pass ${count[pass]}, refused ${count[refused]}, wrong ${count[WRONG]}, does not load ${count[skip]}"
echo "${count[pass]} passed, ${count[WRONG]} failed, 0 skipped"
[ "${count[WRONG]}" -eq 0 ]
