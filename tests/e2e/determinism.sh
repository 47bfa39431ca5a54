#!/usr/bin/env bash
# The same sources give the same bytes: for any TZ, LANG, working directory and file order, and from every build there is.
set -u
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; diff <(echo "$2") <(echo "$3") | head -5; fi; }

sources() {  # $1 folder, $2 order in which the files come into being
  mkdir -p "$1/schema" "$1/changes"
  for file in $2; do
    case $file in
      project) echo "project same { edition 1; }" >"$1/project.mig" ;;
      a) printf 'database shop on sqlite 3.40 {\n  table b { id integer primary key; name text not null; }\n}\n' >"$1/schema/a.mig" ;;
      z) printf 'database shop on sqlite 3.40 {\n  table a { id integer primary key identity; b_id integer references b (id); note text; index a_note_idx (note); }\n  view v as (select a.id, b.name from a join b on b.id = a.b_id);\n}\n' >"$1/schema/z.mig" ;;
      change) echo "change 1 'all';" >"$1/changes/0001_all.mig" ;;
    esac
  done
}
sums() { (cd "$1" && cat catalog/*.json plans/*.json | sha256sum); }

sources "$work/one" "project a z change"
sources "$work/deep/er/two" "change z a project"
(cd "$work/one" && TZ=UTC LANG=C "$DMC" compile >/dev/null) || failed=$((failed + 1))
expected=$(sums "$work/one")
(cd "$work/deep/er/two/schema" && TZ=Pacific/Kiritimati LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 "$DMC" compile >/dev/null) || failed=$((failed + 1))
check "another place, time zone, language and file order" "$expected" "$(sums "$work/deep/er/two")"
for build in "$here"/build/*/dmc; do
  [ "$build" = "$DMC" ] && continue
  [ -x "$build" ] || continue
  rm -rf "$work/one/catalog" "$work/one/plans"
  (cd "$work/one" && "$build" compile >/dev/null)
  check "another build of the same version: ${build#"$here"/}" "$expected" "$(sums "$work/one")"
done
(cd "$work/one" && "$DMC" compile --check >/dev/null); check "compile --check accepts what compile wrote" 0 $?
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
