# Sourced by the scripts of tests/e2e: a folder that is gone at the end, and a check that counts.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
# quiet CODE WHAT COMMAND…: dmc ends with that code; what it said is in $work/answer, and shown where it ends otherwise.
quiet() { local wanted=$1 what=$2; shift 2; "$DMC" "$@" >"$work/answer" 2>&1; local code=$?; ok "$what" "$wanted" "$code"; [ "$code" = "$wanted" ] || sed -n 1,25p "$work/answer"; }
# has WHAT PATTERN: it is in $work/answer, which is shown where it is not.
has() { grep -q -e "$2" "$work/answer"; local code=$?; ok "$1" 0 "$code"; [ "$code" = 0 ] || sed -n 1,25p "$work/answer"; }
ok() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n  expected %s\n  found    %s\n' "$1" "$2" "$3"; fi; }
