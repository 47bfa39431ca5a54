#!/usr/bin/env bash
# The worked example of README.md and the tutorial of examples/quickstart/README.md, replayed command by command and answer by answer.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$DMC" "$work/bin/dmc"
export PATH=$work/bin:$PATH LC_ALL=C.UTF-8
passed=0 failed=0
. "$here/tests/support/replay.sh"

replay "$here/README.md" "$work/readme" 5
replay "$here/examples/quickstart/README.md" "$work/tutorial" 20
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
