#!/usr/bin/env bash
# Each schema of ../shared/corpus/postgres_schemas on a private PostgreSQL: loaded, inspected with nothing left out, compiled, built
# from nothing on an empty database and compared by pg_dump and by dmc's own hash; then the loaded one is adopted, and nothing is to do.
#   tests/corpus/schemas.sh [SCHEMA…]        the whole table goes to tests/corpus/schemas.tsv when no schema is named
# A schema is pass, refused (with dmc's own words) or WRONG. WRONG fails the test. KEEP=FOLDER keeps the projects that do not pass.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
DMC=${DMC:-$root/build/dev/dmc}
corpus=${DMC_CORPUS:-$root/../shared/corpus}/postgres_schemas
if [ ! -d "$corpus" ]; then
  echo "SKIPPED the schemas of the corpus: there is no folder $corpus (DMC_CORPUS says where it is)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
work=$(mktemp -d) || exit 1
. "$root/tests/support/postgres.sh"
postgres_or_skip "the schemas of the corpus"
PATH=$pg_bin:$PATH
address() { echo "postgres://testuser@/$1?host=$pg_folder&port=$pg_port"; }
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
sql -d "$(pg_url postgres)" -c 'create role testuser superuser login' >/dev/null

# The order of grants is history, not state.
dump() {
  pg_dump -s --no-owner -N dmc -d "$(address "$1")" 2>&1 | grep -v -E '^(\\(un)?restrict|--|$|SET |SELECT pg_catalog.set_config)' >"$2.all"
  { grep -v -E '^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)' "$2.all"; grep -E '^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)' "$2.all" | sort; } >"$2"
}
# A view that the server prints differently once its own print is loaded again: both sides are compared after one more round.
again() {
  sql -d "$(pg_url postgres)" -c "create database r_$number template template0 owner testuser" >/dev/null
  pg_dump -s --no-owner -N dmc -d "$(address "$1")" | grep -v '^\\\(un\)\?restrict' | sql -d "$(address "r_$number")" >/dev/null 2>&1
  dump "r_$number" "$2"
  sql -d "$(pg_url postgres)" -c "drop database r_$number" >/dev/null
}
create() {
  sql -d "$(pg_url postgres)" -c "create database $1 template template0 lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' owner testuser" >/dev/null
}
hash_of() { "$DMC" inspect "$1" --name shop --format json 2>/dev/null | grep -o '"hash":"[^"]*"' | head -n 1; }

one() {
  local loaded="l_$number" empty="e_$number" project="$work/$name"
  create "$loaded" && create "$empty" || { outcome=WRONG why='no database'; return; }
  # Two files need what STATUS.tsv says of them.
  case $name in
    pgcopydb__10-*) sql -d "$(pg_url postgres)" -c "alter database $loaded set search_path = public, \"\"\"abc\"\"\"" >/dev/null ;;
  esac
  sql -d "$(address "$loaded")" -f "$corpus/$name/schema.sql" >/dev/null 2>"$work/load" ||
    { outcome=skip why="does not load: $(grep -m1 ERROR "$work/load" || head -n1 "$work/load")"; return; }
  dump "$loaded" "$work/loaded.dump"
  mkdir -p "$project/schema" "$project/changes" && cd "$project" || exit 1
  step() { "$DMC" "$@" >out 2>&1; }
  refused() { outcome=refused why="$1: $(grep -m1 -A1 -E '^(error|dmc)' out | tr '\n' ' ' || head -n 1 out)"; }
  wrong() { outcome=WRONG why="$1: $(grep -m1 -E 'error|failed' out || head -n 1 out)"; }
  "$DMC" inspect "$(address "$loaded")" --name shop --strict >schema/shop.mig 2>out ||
    { outcome=refused why="inspect: $(tail -n +2 out | head -n 3 | tr '\n' ' ')"; }
  if [ "$outcome" = refused ]; then
    # What was never proven must not be adopted as done.
    grep -q 'nothing proves' out && (mkdir adopted && cd adopted && "$DMC" adopt shop --from "$(address "$loaded")" >out 2>&1) &&
      outcome=WRONG why='adopted what nothing proves'
    return
  fi
  echo "project schemas { edition 1; }" >project.mig
  echo "change 1 'all';" >changes/0001_all.mig
  step compile || { refused compile; return; }
  step run plans/0001.plan.json --on "shop=$(address "$empty")" --yes --no-progress || { wrong run; return; }
  dump "$empty" "$work/built.dump"
  if ! cmp -s "$work/loaded.dump" "$work/built.dump"; then
    again "$loaded" "$work/again.dump"
    if ! cmp -s "$work/again.dump" "$work/built.dump"; then
      diff "$work/loaded.dump" "$work/built.dump" >dump.diff
      outcome=WRONG why="another dump: $(sed -n 2p dump.diff)"
      return
    fi
    why='the same as a dump of it loaded again'
  fi
  if [ -z "$why" ] && [ "$(hash_of "$(address "$loaded")")" != "$(hash_of "$(address "$empty")")" ]; then
    diff <("$DMC" inspect "$(address "$loaded")" --name shop) <("$DMC" inspect "$(address "$empty")" --name shop) >hash.diff
    outcome=WRONG why="equal dumps, two hashes: $(sed -n 2p hash.diff)"
    return
  fi
  mkdir adopted && cd adopted || exit 1
  step adopt shop --from "$(address "$loaded")" || { refused adopt; return; }
  step compile --check || { wrong 'adopted, and something is to do'; return; }
  "$DMC" draft --accept-all >out 2>&1
  ls changes/0002* >/dev/null 2>&1 && { wrong 'a draft where nothing differs'; return; }
  outcome=pass
}

number=0
declare -A count=([pass]=0 [refused]=0 [WRONG]=0 [skip]=0)
if [ $# -gt 0 ]; then list=("${@/#/$corpus/}"); else list=("$corpus"/*/); fi
table=$work/schemas.tsv
for folder in "${list[@]}"; do
  number=$((number + 1)) name=$(basename "$folder") outcome= why=
  one
  count[$outcome]=$((count[$outcome] + 1))
  printf '%s\t%s\t%s\n' "$name" "$outcome" "$why" >>"$table"
  cd "$root"
  [ "${KEEP:-}" ] && [ "$outcome" != pass ] && { mkdir -p "$KEEP"; rm -rf "${KEEP:?}/$name"; cp -r "$work/$name" "$KEEP/"; }
  rm -rf "${work:?}/$name"
  sql -d "$(pg_url postgres)" -c "drop database if exists l_$number" -c "drop database if exists e_$number" >/dev/null 2>&1
done
column -t -s "$(printf '\t')" "$table" 2>/dev/null | cut -c1-240 || cat "$table"
[ $# -gt 0 ] || cp "$table" "${TABLE:-$root/tests/corpus/schemas.tsv}"
echo "pass ${count[pass]}, refused ${count[refused]}, wrong ${count[WRONG]}, does not load ${count[skip]}"
echo "${count[pass]} passed, ${count[WRONG]} failed, ${count[skip]} skipped"
[ "${count[WRONG]}" -eq 0 ]
