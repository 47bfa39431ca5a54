#!/usr/bin/env bash
# Builds the fuzz targets with clang, runs each on the corpus that fuzz_corpus of the dev build writes, then SECONDS_EACH seconds on
# inputs of its own, two targets at a time. An input that breaks something is kept as build/fuzz/crash-TARGET-… And the plans and catalogs in
# that corpus are the same bytes from both builds: another compiler, with sanitizers, on every golden.
#   tests/fuzz/run.sh [TARGET…]
#   RUNS=1000000 MAX_LEN=64 tests/fuzz/run.sh source     so many executions instead of seconds, on short inputs
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=${BUILD:-$root/build/dev} SECONDS_EACH=${SECONDS_EACH:-30} RUNS=${RUNS:-} MAX_LEN=${MAX_LEN:-4096}
export BUILD SECONDS_EACH RUNS MAX_LEN
[ $# -gt 0 ] || set -- source plan catalog approval inventory messages
cd "$root" || exit 1
if ! command -v clang++-19 >/dev/null; then
  echo "SKIPPED fuzzing: clang++-19 is not installed (Debian's packages clang-19 and libclang-rt-19-dev)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
[ -x "$BUILD/fuzz_corpus" ] || { echo "$BUILD/fuzz_corpus is not built"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
begin=$SECONDS
{ cmake --preset fuzz && cmake --build build/fuzz --target fuzz_corpus "${@/#/fuzz_}"; } >build/fuzz.log 2>&1 ||
  { cat build/fuzz.log; echo "the fuzz build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
echo "built in $((SECONDS - begin)) s"
cd build/fuzz && rm -rf corpus corpus_here && "$BUILD/fuzz_corpus" corpus && ./fuzz_corpus corpus_here >/dev/null || exit 1
same_plans() {
  local plans
  plans=$(find corpus/plan corpus/catalog -type f | wc -l)
  if [ "$plans" -gt 100 ] && diff -r corpus corpus_here; then
    echo "ok determinism: $plans plans and catalogs, byte for byte the same from two compilers"
  else
    echo "FAILED determinism: what the goldens compile to differs between the dev build and this one, or is not there"
  fi
}

# Memory: 512 MiB in all and 64 MiB at once, with the sanitizer's own hoard of freed blocks kept small.
export ASAN_OPTIONS=quarantine_size_mb=32:malloc_context_size=8 UBSAN_OPTIONS=print_stacktrace=1
fuzz() {
  local target=$1 limit=(-max_total_time="$SECONDS_EACH")
  [ -n "$RUNS" ] && limit=(-runs="$RUNS")
  mkdir -p "found/$target"
  if "./fuzz_$target" "${limit[@]}" -max_len="$MAX_LEN" -entropic=0 -dict="corpus/$target.dict" -timeout=20 -rss_limit_mb=512 \
    -malloc_limit_mb=64 -artifact_prefix="crash-$target-" "found/$target" "corpus/$target" >"$target.log" 2>&1; then
    echo "ok $target: $(tail -n 1 "$target.log")"
  else
    echo "FAILED $target"
    grep -a -A 40 -E 'ERROR|PROPERTY|runtime error' "$target.log" | head -n 40
    local input
    input=$(grep -a -o "crash-$target-[a-z]*-[0-9a-f]*" "$target.log" | tail -n 1)
    # The input itself: a log is all that is left of a machine that was thrown away.
    [ -f "$input" ] && { echo "the input, for: base64 -d | gunzip"; gzip -9 <"$input" | base64 -w 120; }
  fi
}
export -f fuzz
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz {}' >results
same_plans >>results
cat results
passed=$(grep -c '^ok ' results) failed=$(grep -c '^FAILED ' results)
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ] && [ "$passed" -eq $(($# + 1)) ]
