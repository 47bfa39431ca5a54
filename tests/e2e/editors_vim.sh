#!/usr/bin/env bash
# Vim's part without a screen: syntax groups at marked places, indentation, and :make with its quickfix list.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
if ! command -v vim >/dev/null; then
  echo "SKIPPED editors_vim: vim is not installed (.ci/setup installs it)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
root=$PWD
# in_vim FILE COMMAND…: the file is opened as a user would open it, then the commands run.
in_vim() {
  local file=$1 words=()
  shift
  for word in "$@"; do words+=(-c "$word"); done
  vim -es -u NONE -i NONE -n --cmd "set nocompatible rtp^=$root/editors/vim" --cmd "let g:dmc_path = '$DMC'" \
    --cmd 'filetype plugin indent on' --cmd 'syntax on' "${words[@]}" -c 'qa!' "$file" >"$work/vim.log" 2>&1 </dev/null
}

# Each line of groups.txt: LINE TEXT GROUP, for the first byte of TEXT in that line.
sample=editors/tree-sitter-mig/test/sample.mig
in_vim $sample "source tests/support/vim_groups.vim" "call MigGroups('editors/vim/test/groups.txt', '$work/groups')"
ok "the syntax groups of $sample" "" "$(diff editors/vim/test/groups.txt "$work/groups" 2>&1)"
ok "the filetype and its options" "mig -- %s 2" "$(in_vim $sample "call writefile([&ft . ' ' . &commentstring . ' ' . &shiftwidth], '$work/options')"; cat "$work/options")"

# Canonical files stay as they are; flattened, they come back.
count=0
for file in $(git ls-files 'examples/*.mig' 'stdlib/*.mig' 'tests/golden/run/*_view*.mig' 'tests/golden/run/*of_a*.mig'); do
  "$DMC" fmt --check "$file" >/dev/null 2>&1 || continue
  count=$((count + 1))
  in_vim "$file" 'normal! gg=G' "write! $work/indented.mig"
  ok "the indentation of $file stays" "" "$(diff "$file" "$work/indented.mig" 2>&1)"
done
ok "there were files to indent" yes "$([ $count -gt 10 ] && echo yes)"
sed 's/^ *//' editors/vim/test/indent.mig >"$work/flat.mig"
in_vim "$work/flat.mig" 'normal! gg=G' "write! $work/indented.mig"
ok "a flat file is indented" "" "$(diff editors/vim/test/indent.mig "$work/indented.mig" 2>&1)"

(cd "$work" && "$DMC" new shop >/dev/null && cd shop && sed -i 's/primary key;/primary key,;/' schema/shop.mig &&
  in_vim schema/shop.mig 'silent make' "call writefile(map(filter(getqflist(), 'v:val.valid'), {_, e -> bufname(e.bufnr) . ':' . e.lnum . ':' . e.col . ' ' . e.type . ' ' . e.text}), '$work/quickfix')")
ok ":make fills the quickfix list" "schema/shop.mig:4:32 E unexpected ',' in a column
schema/shop.mig:10:38 E unexpected ',' in a column" "$(cat "$work/quickfix")"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
