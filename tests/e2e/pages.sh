#!/usr/bin/env bash
# Every page of the repository is held against the program: a block of .mig parses, and a command of dmc that a page shows has the name and the
# options that it shows. What README.md and the tutorial say is replayed whole by readme.sh, and what grammar/reference.md shows by the unit tests.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
root=$here/../..
pages=$(cd "$root" && git ls-files '*.md' 2>/dev/null | grep -v '^tests/')
[ -n "$pages" ] || pages=$(cd "$root" && find . -name '*.md' -not -path './tests/*' -not -path './build/*' -not -path '*/node_modules/*')

# blocks PAGE LANGUAGE: each fenced block into a file of its own
blocks() { awk -v language="$2" -v to="$work/block" '/^```/ { if (inside) { inside = 0; close(file) } else { inside = 1; n++; file = to "_" n "." language; wanted = $0 == "```" language; if (wanted) printf "" >file } next } inside && wanted { print >file }' "$root/$1"; }
# Lines of code that begin with dmc, in fences and indented.
commands() { awk '/^```/ { inside = !inside; next } inside || /^    / { sub(/^ *(\$ )?/, ""); if ($0 ~ /^dmc [a-z]/) print }' "$root/$1"; }

"$DMC" help >"$work/all" 2>&1
for page in $pages; do
  rm -f "$work"/block_*
  blocks "$page" mig
  for block in "$work"/block_*.mig; do
    [ -e "$block" ] || continue
    "$DMC" fmt - <"$block" >"$work/answer" 2>&1
    code=$?
    ok "$page: a block of .mig parses" 0 $code
    [ $code = 0 ] || head -5 "$work/answer"
  done
  while read -r line; do
    [ -n "$line" ] || continue
    read -r _ command rest <<<"$line"
    "$DMC" help "$command" >"$work/page" 2>&1
    ok "$page: dmc $command is a command" 0 $?
    for option in $(grep -oE '(^| )--[a-z][a-z-]*' <<<"$rest"); do
      grep -q -- "$option" "$work/page" || grep -q -- "$option" "$work/all"
      ok "$page: dmc $command knows $option" 0 $?
    done
  done < <(commands "$page")
done
ok "there was something to look at" yes "$([ "$passed" -gt 100 ] && echo yes)"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
