#!/usr/bin/env bash
# Runners that are killed, stopped, continued, and compete for one file: ROUNDS rounds drawn from a seed. Whatever happened, one quiet run
# (or undo) must then end in the schema, the rows and the ledger of an undisturbed one, with a history whose chain holds.
#   SEED=7 ROUNDS=1000 tests/fault/rivals.sh
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
faulty=$BUILD/faulty_dmc
corpus=$here/../shared/corpus/sqlite_schemas/chinook_autoincrement
SEED=${SEED:-20261125} ROUNDS=${ROUNDS:-300}
base=/dev/shm; [ -d "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/dmc-rivals.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
. "$here/tests/fault/picture"
passed=0 failed=0 skipped=0
RANDOM=$SEED
echo "seed $SEED"

draw() { drawn=$(((RANDOM * 32768 + RANDOM) % $1)); }
# $1 run or undo, $2 the program, $3 its log
act() {
  local words=(--on "$name=sqlite:$work/now.db" --yes --no-progress)
  [ "$1" = undo ] && words+=(--lossy all)
  exec "$2" "$1" "$plan" "${words[@]}" >"$work/$3" 2>&1
}
ended() { { wait "$1"; } 2>/dev/null; code=$?; }
# Sleeps $1 thousandths of a second.
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
# Until process $1 has stopped itself or ended.
stopped() {
  local state
  while read -r _ _ state _ 2>/dev/null <"/proc/$1/stat"; do
    case $state in T) return 0 ;; Z) return 1 ;; esac
    pause 2
  done
  return 1
}
wrong() { trouble+="$1"$'\n'; }
declare -A tally
expect() {
  local key="$kind: $1 answered $2"
  tally[$key]=$((${tally[$key]:-0} + 1))
  case " $3 " in *" $2 "*) ;; *) wrong "$1 answered $2 instead of $3" ;; esac
}

# Each kind of round leaves the file as the disturbance left it; `trouble` says which answer was not as it must be.
killed() { # at any moment
  act "$direction" "$DMC" first & first=$!
  draw $((time * 5 / 4 + 1)); pause "$drawn"
  kill -9 $first 2>/dev/null; ended $first
}
stopped_and_continued() { # at an event; whoever comes meanwhile is told so
  DMC_STOP_AT=$at act "$direction" "$faulty" first & first=$!
  stopped $first || wrong "the first did not stop"
  (act "$direction" "$DMC" second); expect "the second, while the first was stopped," $? 5
  kill -CONT $first; ended $first; expect "the first, continued," $code 0
}
stopped_and_killed() {
  DMC_STOP_AT=$at act "$direction" "$faulty" first & first=$!
  stopped $first || wrong "the first did not stop"
  (act "$direction" "$DMC" second); expect "the second, while the first was stopped," $? 5
  kill -9 $first; ended $first
}
stopped_at_any_moment() {
  act "$direction" "$DMC" first & first=$!
  draw $((time * 5 / 4 + 1)); pause "$drawn"
  kill -STOP $first 2>/dev/null
  (act "$direction" "$DMC" second); expect "the second, while the first was stopped," $? "0 5"
  kill -CONT $first 2>/dev/null; ended $first; expect "the first, continued," $code "0 5"
}
taken_over() { # the lock of a stopped runner is lost: the epoch alone keeps what it does afterwards from taking effect
  DMC_STOP_AT=$at act "$direction" "$faulty" first & first=$!
  stopped $first || wrong "the first did not stop"
  rm -f "$work/now.db-dmc"
  act "$direction" "$DMC" second & second=$!
  draw $((time + 1)); pause "$drawn"
  kill -CONT $first
  ended $first; local one=$code; ended $second; local two=$code
  expect "the first, whose lock was lost," $one "0 5"; expect "the second, which took over," $two "0 5"
}
together() {
  act "$direction" "$DMC" first & first=$!
  act "$direction" "$DMC" second & second=$!
  ended $first; local one=$code; ended $second; local two=$code
  expect "one of two" $one "0 5"; expect "the other of two" $two "0 5"
  [ $one -eq 0 ] || [ $two -eq 0 ] || wrong "neither of two came to the end"
}
together_and_killed() {
  act "$direction" "$DMC" first & first=$!
  act "$direction" "$DMC" second & second=$!
  draw $((time * 5 / 4 + 1)); pause "$drawn"
  kill -9 $first 2>/dev/null; ended $first
  ended $second; expect "the one that lived" $code "0 5"
}
against() { # half way, both directions at once
  DMC_FAULT_AT=$at act "$direction" "$faulty" first & ended $!
  act run "$DMC" first & first=$!
  act undo "$DMC" second & second=$!
  ended $first; expect "the run" $code "0 5"
  ended $second; expect "the undo" $code "0 5"
}
kinds=(killed stopped_and_continued stopped_and_killed stopped_at_any_moment taken_over together together_and_killed against)

# $1 project folder, $2 database file at the base, $3 database name, $4 plan, $5 label, $6 rounds in each direction
rounds() {
  cd "$1" || return
  local label=$5 events expected round kind begin
  name=$3 plan=$4
  mv "$2" "$work/base.db"; cp "$work/base.db" "$work/now.db"  # where it stood before there is nothing now, so this is no copy
  (act run "$DMC" log) || { cat "$work/log"; failed=$((failed + 1)); return; }
  cp "$work/now.db" "$work/after.db"
  for direction in run undo; do
    local start=$work/base.db; [ "$direction" = undo ] && start=$work/after.db
    rm -f "$work"/now.db*; cp "$start" "$work/now.db"
    (DMC_FAULT_COUNT="$work/events" act "$direction" "$faulty" log) || { cat "$work/log"; failed=$((failed + 1)); return; }
    events=$(cat "$work/events"); expected=$(contents "$work/now.db"; ledger "$work/now.db")
    rm -f "$work"/now.db*; cp "$start" "$work/now.db"
    begin=${EPOCHREALTIME/[.,]/}; (act "$direction" "$DMC" log); time=$(((${EPOCHREALTIME/[.,]/} - begin) / 1000))
    for round in $(seq "$6"); do
      draw "$events"; at=$((drawn + 1)); draw ${#kinds[@]}; kind=${kinds[drawn]} trouble=''
      rm -f "$work"/now.db*; cp "$start" "$work/now.db"
      $kind
      (act "$direction" "$DMC" quiet); expect "the quiet one" $? 0
      "$DMC" verify --on "$name=sqlite:$work/now.db" >"$work/verified" 2>&1; expect "verify" $? 0
      [ "$(contents "$work/now.db"; ledger "$work/now.db")" = "$expected" ] || wrong "another database or ledger"
      if [ -z "$trouble" ]; then passed=$((passed + 1)); continue; fi
      failed=$((failed + 1))
      echo "FAILED: $label, $direction, round $round: $kind (event $at of $events)"; echo "$trouble"
      diff <(echo "$expected") <(contents "$work/now.db"; ledger "$work/now.db") | head -n 20
      for log in first second quiet verified; do [ -s "$work/$log" ] && { echo "-- $log"; cat "$work/$log"; }; done
    done
  done
}

[ -x "$faulty" ] || { echo "$faulty is not built"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
mkdir "$work/quickstart" && FOLDER="$work/quickstart" "$here/tests/e2e/quickstart_project" >"$work/log" 2>&1 &&
  rounds "$work/quickstart" "$work/quickstart/shop.db" shop plans/0002.plan.json quickstart $((ROUNDS / 3)) || { cat "$work/log"; failed=$((failed + 1)); }
if [ -d "$corpus" ]; then
  mkdir "$work/chinook" && FOLDER="$work/chinook" CORPUS="$corpus" "$here/tests/e2e/chinook_project" >"$work/log" 2>&1 &&
    rounds "$work/chinook" "$work/chinook/chinook.db" chinook plans/0002.plan.json Chinook $((ROUNDS / 6)) || { cat "$work/log"; failed=$((failed + 1)); }
else
  echo "SKIPPED rivals on Chinook: no corpus beside the checkout"; skipped=1
fi
for key in "${!tally[@]}"; do echo "$key: ${tally[$key]} times"; done | grep -vE ': (the quiet one|verify) ' | sort
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
