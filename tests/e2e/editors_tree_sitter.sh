#!/usr/bin/env bash
# The tree-sitter parser: its corpus, its queries, and every .mig file of the repository, which it must read where the compiler does.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
. tests/support/tree_sitter.sh
ok "the parser builds" yes "$([ -x "$work/check" ] && echo yes)"

command=$(sed -n "s,^\$ \(cc -shared.*\),\1,p" editors/README.md | sed "s,~/.config/nvim/parser,$work,")
(cd $mig && eval "$command")
ok "the command of editors/README.md makes a library" yes "$([ -s "$work/mig.so" ] && echo yes)"

ok "the corpus" "" "$("$work/check" corpus $mig/test/corpus/*.txt | grep -v '^[0-9]* passed, 0 failed$')"
for query in "$mig"/queries/*.scm; do
  "$work/check" query "$query" "$mig/test/sample.mig" >"$work/captures"
  ok "$(basename "$query") is a query of this grammar" 0 $?
  name=$(basename "$query" .scm)
  [ "${DMC_ACCEPT:-}" = 1 ] && cp "$work/captures" "$mig/test/captures/$name.txt"
  ok "what $name.scm captures" "" "$(diff "$mig/test/captures/$name.txt" "$work/captures")"
done

# The examples of the reference, each a file of its own.
awk -v folder="$work" '/^```mig$/ { file = sprintf("%s/reference_%03d.mig", folder, ++n); next } /^```$/ { file = "" } file { print > file }' grammar/reference.md
{ git ls-files -z '*.mig'; find "$work" -name 'reference_*.mig' -print0; } >"$work/files"
ok "there are many files to read" yes "$([ "$(tr -cd '\0' <"$work/files" | wc -c)" -gt 400 ] && echo yes)"
xargs -0 "$work/check" errors <"$work/files" | sort -u -t: -k1,1 >"$work/errors"
while IFS=: read -r file rest; do
  # What the compiler's parser refuses need not parse here either; E0100 to E0149 are its codes.
  "$DMC" fmt --check "$file" >"$work/answer" 2>&1
  grep -qE 'E01[0-4][0-9]' "$work/answer" || ok "$file parses as the compiler says" "" "$rest"
done <"$work/errors"
passed=$((passed + 1))

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
