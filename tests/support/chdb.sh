#!/usr/bin/env bash
# Fetches libchdb.so (ClickHouse 26.7 in a library, 180 MB packed, 570 MB on disk) with npm and keeps it outside the tree, where the tests
# look: ${XDG_CACHE_HOME:-~/.cache}/dmc/libchdb.so. Says where it is; does nothing when it is there.
set -eu
package=@chdb/lib-linux-x64-gnu@26.7.3-stable.1
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmc
[ -n "${DMC_CHDB_LIBRARY:-}" ] && { echo "$DMC_CHDB_LIBRARY"; exit 0; }
[ -r "$cache/libchdb.so" ] && { echo "$cache/libchdb.so"; exit 0; }
command -v npm >/dev/null || { echo "chdb.sh: npm is missing, which fetches $package" >&2; exit 1; }
mkdir -p "$cache"
work=$(mktemp -d "$cache/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz package/libchdb.so)
mv "$work/package/libchdb.so" "$cache/libchdb.so"
echo "$cache/libchdb.so"
