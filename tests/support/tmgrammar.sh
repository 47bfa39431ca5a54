#!/usr/bin/env bash
# Fetches the test runner for TextMate grammars with npm and keeps it outside the tree; says where its folder of programs is.
set -eu
package=vscode-tmgrammar-test@0.1.3
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmc/tmgrammar-0.1.3
[ -x "$cache/node_modules/.bin/vscode-tmgrammar-test" ] && { echo "$cache/node_modules/.bin"; exit 0; }
command -v npm >/dev/null || { echo "npm is missing, which fetches $package" >&2; exit 1; }
mkdir -p "$(dirname "$cache")"
work=$(mktemp -d "$cache.XXXXXX")
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --prefix "$work" "$package" >/dev/null
mv -T "$work" "$cache" 2>/dev/null || [ -d "$cache/node_modules" ]
echo "$cache/node_modules/.bin"
