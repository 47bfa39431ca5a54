#!/usr/bin/env bash
# The TextMate grammar on annotated files, and on files of the repository: what follows SQL must be coloured as the language again.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
if ! programs=$(bash tests/support/tmgrammar.sh 2>"$work/why"); then
  echo "SKIPPED editors_textmate: $(tail -n 1 "$work/why")"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
grammars=(-g editors/textmate/mig.tmLanguage.json -g editors/textmate/test/sql.tmLanguage.json)
for file in editors/textmate/test/*.mig; do
  "$programs/vscode-tmgrammar-test" "${grammars[@]}" "$file" >"$work/answer" 2>&1
  ok "$file" 0 $?
  grep -q '✖' "$work/answer" && cat "$work/answer"
done

# The last line of these files closes the outermost block: were some SQL read past its end, it would be part of it.
count=0
for file in stdlib/*.mig tests/golden/run/{std_audit_log,views_on_views,odd_names}/*.mig tests/golden/clickhouse/*/0/*.mig; do
  [ -f "$file" ] && [ "$(tail -c 2 "$file")" = "}" ] || continue
  { echo '-- SYNTAX TEST "source.mig" "ends outside of all SQL"'; cat "$file"; echo '-- <- punctuation.section.block.end.mig - meta.embedded.block.sql'; } >"$work/$((count = count + 1)).mig"
done
"$programs/vscode-tmgrammar-test" "${grammars[@]}" "$work"/[0-9]*.mig >"$work/answer" 2>&1
ok "files of the repository end outside of all SQL" 0 $?
grep -A3 '✖' "$work/answer"
ok "there were some" yes "$([ $count -gt 5 ] && echo yes)"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
