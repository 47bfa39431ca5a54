#!/usr/bin/env bash
# An older ClickHouse in a library, fetched once from PyPI into build/majors (or DMC_MAJORS). Its engine alone: no users, no replicas, one
# statement at a time, so that steps are lived on it and no runner.
#   tests/support/chdb_versions.sh            the versions that there are
#   tests/support/chdb_versions.sh VERSION    prints where its library is; when it cannot be had, says why on stderr and answers 1
set -u
cd "$(dirname "$0")/../.." || exit 2
cache=${DMC_MAJORS:-$PWD/build/majors}
declare -A release=([24.8]=3.0.1 [25.8]=3.7.2)
refuse() { echo "$*" >&2; exit 1; }
[ $# -gt 0 ] || { printf '%s\n' "${!release[@]}" | sort -V; exit 0; }
version=${release[$1]:-}
[ -n "$version" ] || refuse "there is no ClickHouse '$1' (there are $(echo $(printf '%s\n' "${!release[@]}" | sort -V)))"
[ "$(uname -sm)" = "Linux x86_64" ] || refuse "the packages are for Linux on x86-64, and this is $(uname -sm)"
command -v python3 >/dev/null || refuse "there is no python3, which these libraries live in"
mkdir -p "$cache" || exit 1
exec 9>"$cache/lock" && flock 9
place=$cache/chdb-$1
if [ ! -d "$place" ]; then
  [ -x "$cache/python/bin/pip" ] || python3 -m venv "$cache/python" >"$place.log" 2>&1 || refuse "no pip for python3 (Debian: python3-venv)"
  rm -rf "$place.new" && mkdir "$place.new" &&
    "$cache/python/bin/pip" download -q --no-deps --only-binary :all: -d "$place.new" "chdb==$version" >"$place.log" 2>&1 &&
    python3 -m zipfile -e "$place.new"/*.whl "$place.new" && rm "$place.new"/*.whl && mv "$place.new" "$place" ||
    refuse "pip could not fetch chdb $version: $(tail -n 1 "$place.log" | sed -E 's#[a-z]+://[^ ]*#URL#g')"
fi
ls "$place"/chdb/_chdb*.so
