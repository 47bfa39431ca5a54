#!/usr/bin/env bash
# The protocol of the ledger as a small model, checked by Spin: with every guard it holds, without any one of them it does not, and what it
# is for can be reached (a model in which nothing happens keeps every promise). Ids of the properties stand in ledger.pml.
set -u
here=$(cd "$(dirname "$0")" && pwd)
for tool in spin gcc; do
  if ! command -v $tool >/dev/null; then
    echo "SKIPPED the model of the ledger: $tool is not installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
  fi
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp "$here/ledger.pml" "$work" && cd "$work" || exit 1
passed=0 failed=0

expect() {  # holds|fails, what, switches…
  local wanted=$1 what=$2 found=fails
  shift 2
  if ! { spin -a "$@" ledger.pml && gcc -O2 -DSAFETY -w -o pan pan.c; } >log 2>&1; then
    echo "FAILED: $what: the model does not translate"; cat log; failed=$((failed + 1)); return
  fi
  ./pan -m1000000 >log 2>&1
  grep -q 'max search depth too small' log && found='was not searched to its end'
  [ "$found" = fails ] && grep -q 'errors: 0' log && found=holds
  if [ "$found" = "$wanted" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $what: $found, expected $wanted"; cat log; fi
}

transactional='-DAUTO=0 -DFENCE=1 -DCONN=0 -DMOVE=1 -DGEN=1 -DRESOLVE=1'
autocommit='-DAUTO=1 -DFENCE=1 -DCONN=1 -DMOVE=1 -DGEN=1 -DRESOLVE=1'
# INSPECT=0: effects that re-inspection cannot see (rows); 1: effects that it sees (schema).
# shellcheck disable=SC2086
for seen in 0 1; do
  for steps in transactional autocommit; do
    switches="${!steps} -DUSEQ=1 -DINSPECT=$seen"
    expect holds "$steps steps, seen $seen" $switches
    expect fails "witness of $steps steps, seen $seen" $switches -DWITNESS
  done
  expect fails "no fence, seen $seen" ${transactional/FENCE=1/FENCE=0} -DINSPECT=$seen
  expect fails "no moving state, seen $seen" ${transactional/MOVE=1/MOVE=0} -DUSEQ=1 -DINSPECT=$seen
  expect fails "connections are not ended, seen $seen" ${autocommit/CONN=1/CONN=0} -DINSPECT=$seen
  expect fails "nothing is asked before acting again, seen $seen" ${autocommit/RESOLVE=1/RESOLVE=0} -DINSPECT=$seen
done
expect fails "no generation" ${transactional/GEN=1/GEN=0} -DOWNROWS=1 -DINSPECT=0
expect fails "undo passes over intended rows" $autocommit -DSETTLE=0 -DINSPECT=0
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
