#!/usr/bin/env bash
# SIGKILL at session events drawn from a seed, ROUNDS times on each of two changes: that of the quickstart and one of Chinook with its
# data. Running again must end in the same schema, the same rows and the same ledger; so must undo.
#   SEED=7 ROUNDS=100 tests/fault/kill.sh
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
faulty=$BUILD/faulty_dmc
corpus=$here/../shared/corpus/sqlite_schemas/chinook_autoincrement
SEED=${SEED:-20261121} ROUNDS=${ROUNDS:-50}
base=/dev/shm; [ -d "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/dmc-kill.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
. "$here/tests/fault/picture"
picture() { contents "$1"; ledger "$1"; }
passed=0 failed=0 skipped=0
RANDOM=$SEED

# $1 project folder, $2 database file at the base, $3 database name, $4 plan, $5 label
rounds() {
  local folder=$1 prepared=$work/$5.db name=$3 plan=$4 label=$5 direction expected events at
  cd "$folder" && mv "$2" "$prepared" || return  # where it stood before there is nothing now, so what is put in its place is no copy
  for direction in run undo; do
    local words="--on $name=sqlite:$work/now.db --yes --no-progress"
    [ "$direction" = undo ] && words="$words --lossy all"
    rm -f "$work"/now.db*; cp "$prepared" "$work/now.db"
    if [ "$direction" = undo ]; then "$DMC" run "$plan" --on "$name=sqlite:$work/now.db" --yes --no-progress >"$work/log" 2>&1 || { cat "$work/log"; failed=$((failed + 1)); return; }; cp "$work/now.db" "$work/start.db"; else cp "$prepared" "$work/start.db"; fi
    rm -f "$work"/now.db*; cp "$work/start.db" "$work/now.db"
    # shellcheck disable=SC2086
    DMC_FAULT_COUNT="$work/events" "$faulty" "$direction" "$plan" $words >"$work/log" 2>&1 || { cat "$work/log"; failed=$((failed + 1)); return; }
    events=$(cat "$work/events"); expected=$(picture "$work/now.db")
    for _ in $(seq "$ROUNDS"); do
      at=$(((RANDOM * 32768 + RANDOM) % events + 1))
      rm -f "$work"/now.db*; cp "$work/start.db" "$work/now.db"
      # shellcheck disable=SC2086
      { DMC_FAULT_AT=$at "$faulty" "$direction" "$plan" $words >"$work/log" 2>&1; } 2>/dev/null
      # shellcheck disable=SC2086
      "$DMC" "$direction" "$plan" $words >"$work/log" 2>&1
      local code=$?
      if [ $code -eq 0 ] && [ "$(picture "$work/now.db")" = "$expected" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAILED: $label, $direction killed at event $at of $events: running again answered $code"
        cat "$work/log"; diff <(echo "$expected") <(picture "$work/now.db") | head -20
      fi
    done
  done
}

[ -x "$faulty" ] || { echo "$faulty is not built"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
mkdir "$work/quickstart" && FOLDER="$work/quickstart" "$here/tests/e2e/quickstart_project" >"$work/log" 2>&1 &&
  rounds "$work/quickstart" "$work/quickstart/shop.db" shop plans/0002.plan.json quickstart || { cat "$work/log"; failed=$((failed + 1)); }
if [ -d "$corpus" ]; then
  mkdir "$work/chinook" && FOLDER="$work/chinook" CORPUS="$corpus" "$here/tests/e2e/chinook_project" >"$work/log" 2>&1 &&
    rounds "$work/chinook" "$work/chinook/chinook.db" chinook plans/0002.plan.json Chinook || { cat "$work/log"; failed=$((failed + 1)); }
else
  echo "SKIPPED Chinook under kills: no corpus beside the checkout"; skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
