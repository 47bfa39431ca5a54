#!/usr/bin/env bash
# The extension for VS Code: packed offline after `npm ci`, the same bytes twice, and driven with a stand-in for the editor.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
skip() { echo "SKIPPED editors_vscode: $1"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
command -v node >/dev/null && command -v npm >/dev/null || skip "node and npm are missing"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmc/vscode-$(sha256sum <editors/vscode/package-lock.json | cut -c1-16)

# A copy, so that no node_modules come into the tree.
mkdir -p "$work/editors" && cp -r editors/vscode editors/textmate "$work/editors" && cp LICENSE "$work" && rm -rf "$work/editors/vscode/node_modules"
cd "$work/editors/vscode" || exit 1
if [ ! -d "$cache" ]; then
  npm ci --silent --no-audit --no-fund >"$work/why" 2>&1 || skip "npm ci: $(tail -n 1 "$work/why")"
  mkdir -p "$(dirname "$cache")" && cp -r node_modules "$cache.$$" && { mv -T "$cache.$$" "$cache" 2>/dev/null || rm -rf "$cache.$$"; }
else
  cp -r "$cache" node_modules
fi
ok "no registry is named in the lock file" 0 "$(grep -c '"resolved"' package-lock.json)"

npm_config_offline=true npm run --silent package >"$work/answer" 2>&1
ok "npm run package writes the file" "dmc-mig.vsix" "$(cat "$work/answer")"
mkdir "$work/again" && node build.mjs "$work/again" >/dev/null
ok "built twice it is the same" "" "$(cmp dmc-mig.vsix "$work/again/dmc-mig.vsix" 2>&1)"

# vsix files are zip files; cmake reads them wherever it builds us.
mkdir "$work/unpacked" && (cd "$work/unpacked" && cmake -E tar xf "$work/again/dmc-mig.vsix")
ok "what is in it" "LICENSE.txt
README.md
ThirdParty.txt
extension.js
language-configuration.json
mig.tmLanguage.json
package.json
snippets/mig.json" "$(cd "$work/unpacked/extension" && find . -type f | sed 's,^\./,,' | LC_ALL=C sort)"
ok "and beside it" "[Content_Types].xml extension.vsixmanifest" "$(cd "$work/unpacked" && LC_ALL=C ls -1 | grep -v '^extension$' | tr '\n' ' ' | sed 's/ $//')"
missing=$(node -e 'const m = require(process.argv[1] + "/package.json"), c = m.contributes, fs = require("fs");
  for (const file of [m.main, c.languages[0].configuration, c.grammars[0].path, c.snippets[0].path]) {
    if (!fs.existsSync(process.argv[1] + "/" + file)) console.log(file); else if (file.endsWith(".json")) JSON.parse(fs.readFileSync(process.argv[1] + "/" + file)); }' "$work/unpacked/extension")
ok "files that package.json names and the package lacks" "" "$missing"

(cd "$work" && "$DMC" new shop >/dev/null)
ok "it does what it should" "the extension did what it should" "$(node test/extension.test.js "$work/unpacked/extension" "$work/shop" "$DMC" 2>&1 | cut -c1-300 | tail -n 20)"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
