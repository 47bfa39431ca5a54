#!/usr/bin/env bash
# clang-format has nothing to say.
cd "$(dirname "$0")/../.." || exit 1
failed=0
# shellcheck disable=SC2046
clang-format --dry-run -Werror $(git ls-files '*.cpp' '*.hpp') || failed=1
echo "$((1 - failed)) passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
