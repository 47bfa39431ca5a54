#!/usr/bin/env bash
# Every word of the grammar is known to every editor, and no editor knows one that the grammar has not.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
export LC_ALL=C
tests/support/grammar_words.sh >"$work/words"
ok "the grammar has words" yes "$([ "$(wc -l <"$work/words")" -gt 250 ] && echo yes)"
known() { local what=$1; sort -u >"$work/known"; ok "words that $what lacks (-) or has too many (+)" "" "$(diff <(cat "$work/words") "$work/known" | sed -n 's/^</-/p; s/^>/+/p')"; }

# Field names and the like stand in quotes, too.
known "tree-sitter's grammar.js" < <(grep -oP "(?<![\w.])'[a-z_]+'(?!\s*:)" editors/tree-sitter-mig/grammar.js | tr -d "'" | grep -vxE 'mig|body|new_name')
known "tree-sitter's highlights.scm" < <(sed 's/;.*//' editors/tree-sitter-mig/queries/highlights.scm | grep -oP '"\K[a-z_]+(?=")')
known "the TextMate grammar" < <(
  sed -n '/^    "words": {/,/^    }/p; /^    "operators": {/,/^    }/p' editors/textmate/mig.tmLanguage.json | grep '"match"' |
    sed 's/.*"match": "//; s/(?<!\[[^]]*\])//; s/\\\\b//g' | tr -c 'a-z_\n' '\n' | grep .)
known "Vim's syntax" < <(
  sed -n 's/^syn keyword mig\(Declaration\|Statement\|Constant\|Keyword\) //p' editors/vim/syntax/mig.vim | tr ' ' '\n'
  sed -n 's/^syn match migKeyword "\\<\([a-z]*\)\\>"$/\1/p' editors/vim/syntax/mig.vim)

# Snippets: one for each word that begins an item, as grammar/items.cpp lists them.
for list in project database table change run replica cutover policy cluster cluster_database; do
  for word in $(tr '\n' ' ' <grammar/items.cpp | grep -oP "constexpr auto $list =\s*std::to_array<std::string_view>\(\s*\{\K[^}]*" | grep -oP '"\K[a-z]+'); do
    grep -qE "^ *\"$word[^\"]*\",?$|\"body\": \\[?\"$word\\b|^ *\"$word\\b" editors/vscode/snippets/mig.json || echo "$list: $word"
  done
done >"$work/lacking"
ok "statements without a snippet" "" "$(cat "$work/lacking")"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
