# Sourced by the scripts of tests/e2e: a folder that is gone at the end, and a check that counts.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
ok() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n  expected %s\n  found    %s\n' "$1" "$2" "$3"; fi; }
