# Sourced: builds $work/check from the committed parser and Debian's libtree-sitter, or says SKIPPED.
mig=editors/tree-sitter-mig
if ! echo '#include <tree_sitter/api.h>' | ${CC:-cc} -fsyntax-only -x c - 2>/dev/null; then
  echo "SKIPPED editors_tree_sitter: libtree-sitter-dev is not installed (.ci/setup installs it)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
${CC:-cc} -O1 -I "$mig/src" -c "$mig/src/parser.c" -o "$work/parser.o" &&
  ${CC:-cc} -O1 -Wall -Wextra -Werror -I "$mig/src" -c "$mig/src/scanner.c" -o "$work/scanner.o" &&
  ${CXX:-c++} -std=c++20 -O1 -Wall -Wextra -Werror tests/support/tree_sitter_check.cpp "$work/parser.o" "$work/scanner.o" -ltree-sitter -o "$work/check"
