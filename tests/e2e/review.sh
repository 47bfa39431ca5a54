#!/usr/bin/env bash
# What a reviewer sees: the page of a plan in a real browser, light and dark, with no network; findings as SARIF that the format's own tool takes;
# workflows that the forges' own schemas take. Pictures are kept in the build folder, under screenshots/.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
skipped=0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dmc
pictures=$(dirname "$DMC")/screenshots

mkdir -p "$work/shop/schema" "$work/shop/changes" "$cache" "$pictures" && cd "$work/shop" || exit 1
echo 'project shop { edition 1; }' >project.mig
cat >schema/shop.mig <<'M'
database shop on sqlite 3.40 {
  table countries { code text primary key; }
  table users { id integer primary key; name text not null; nickname text; country text references countries (code); }
  table orders { id integer primary key; user_id integer not null references users (id); total integer not null; }
  table sessions { id integer primary key; user_id integer references users (id); }
  table settings { key text primary key; value text; }
}
M
echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "version 1 compiles" compile
cat >schema/shop.mig <<'M'
database shop on sqlite 3.40 {
  table countries { code text primary key; name text; }
  table users { id integer primary key; full_name text not null; country text references countries (code); }
  table orders { id integer primary key; user_id integer not null references users (id); total integer not null; paid integer not null default 0; }
  table invoices { id integer primary key; order_id integer not null references orders (id); }
  table settings { key text primary key; value text; }
}
M
cat >changes/0002_names.mig <<'M'
change 2 'names & <invoices>' {
  rename column users.name to full_name;
  drop column users.nickname with backup;
  drop table sessions without backup;
}
M
quiet 0 "version 2 compiles" compile
plan=plans/0002.plan.json

# The page.
"$DMC" show $plan --format html >page.html
ok "the page is written" 0 $?
ok "it needs nothing from elsewhere" "" "$(grep -oiE '(src|href)="[^#"][^"]*"|url\([^)]*\)|@import|<script' page.html)"
"$DMC" show $plan --format markdown >page.md
ok "eight steps are a screen and a bit, folded" yes "$([ "$(sed '/^<details>/,/^<\/details>/{/^<details>/!d}' page.md | grep -c .)" -le 45 ] && echo yes)"
ok "what is lost stands in red, and first" "> [!CAUTION]" "$(grep -m 1 -E '^(> \[|## )' page.md)"
quiet 0 "a diagram of what changes" show $plan --format mermaid
for words in 'TEXT full_name "was name"' 'TEXT nickname "goes"' 't[0-9]*\["invoices (new)"\]' 't[0-9]*\["sessions (goes)"\]'; do
  grep -q "$words" "$work/answer"
  ok "it says: $words" 0 $?
done
grep -q settings "$work/answer"
ok "and nothing of a table that stays" 1 $?
quiet 0 "a diagram of the steps" show $plan --format mermaid-steps
quiet 0 "the page of the way back" show plans/0002.undo.plan.json --format html
quiet 0 "the page of a catalog" show catalog/0002.json --format html
quiet 2 "a catalog has no steps to draw" show catalog/0002.json --format mermaid-steps
mkdir far && cp $plan far/ && mv catalog away
quiet 0 "a plan without its catalogs" show far/0002.plan.json --format mermaid
grep -q 'tables are not drawn' "$work/answer"
ok "it says why no table is drawn" 0 $?
mv away catalog

browser=$(command -v chromium-headless-shell || command -v chromium || command -v google-chrome)
brightness() { python3 - "$1" <<'END'
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
at, pixels, width, height, depth = 8, b"", 0, 0, 0
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    if kind == b"IHDR": width, height, depth, color = struct.unpack(">IIBB", data[at + 8:at + 18])
    if kind == b"IDAT": pixels += data[at + 8:at + 8 + size]
    at += size + 12
per = 4 if color == 6 else 3
raw, stride, before, total, shades = zlib.decompress(pixels), width * per, bytes(width * per), 0, set()
for y in range(height):
    line, mode = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)]), raw[y * (stride + 1)]
    for x in range(stride):
        left, up, corner = (line[x - per] if x >= per else 0), before[x], (before[x - per] if x >= per else 0)
        if mode == 1: line[x] = (line[x] + left) & 255
        elif mode == 2: line[x] = (line[x] + up) & 255
        elif mode == 3: line[x] = (line[x] + (left + up) // 2) & 255
        elif mode == 4:
            p = left + up - corner
            nearest = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
            line[x] = (line[x] + nearest) & 255
    before = bytes(line)
    total += sum(line[0::per]) / width
    shades.update(zip(line[0::per][::7], line[1::per][::7], line[2::per][::7]))
print(round(total / height), len(shades))
END
}
if [ -z "$browser" ]; then
  echo "SKIPPED the page in a browser: there is none here (Debian: chromium-headless-shell)"
  skipped=$((skipped + 1))
else
  for look in dark=0 light=1; do
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1400 --user-data-dir="$work/browser" \
      --blink-settings=preferredColorScheme=${look#*=} --screenshot="$pictures/plan_${look%=*}.png" "file://$work/shop/page.html" >"$work/browser.log" 2>&1
    ok "a browser draws it, ${look%=*}" 0 $?
    read -r bright shades <<<"$(brightness "$pictures/plan_${look%=*}.png")"
    ok "${look%=*}, as it should be" yes "$([ "$([ "$bright" -lt 100 ] && echo dark || echo light)" = "${look%=*}" ] && echo yes)"
    ok "${look%=*}, with something to see" yes "$([ "$shades" -gt 20 ] && echo yes)"
  done
  "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/browser" --dump-dom "file://$work/shop/page.html" >dom.html 2>"$work/browser.log"
  ok "with both diagrams" 2 "$(grep -c '<svg ' dom.html)"
  ok "every step can be unfolded" "$(grep -o '"summary":' $plan | wc -l)" "$(grep -c '<details id="step' dom.html)"
  ok "nothing of a title is markup" 1 "$(grep -c '<h1>Change 2: names &amp; &lt;invoices&gt;</h1>' dom.html)"
fi

# SARIF, judged by the tool of those who made it.
tool=$cache/sarif/package/Sarif.Multitool
if [ ! -x "$tool" ]; then
  command -v npm >/dev/null && mkdir -p "$cache/sarif" && (cd "$cache/sarif" && npm pack @microsoft/sarif-multitool-linux@5.7.0 && tar xzf ./*.tgz && rm ./*.tgz && chmod +x package/Sarif.Multitool) >"$work/npm.log" 2>&1
fi
if [ ! -x "$tool" ]; then
  echo "SKIPPED SARIF against its schema: npm cannot fetch @microsoft/sarif-multitool-linux here"
  skipped=$((skipped + 1))
else
  "$DMC" lint --format sarif >good.sarif
  mv $plan "$work/plan" && "$DMC" compile --check --format sarif >missing.sarif
  mv "$work/plan" $plan
  printf 'database shop on sqlite 3.40 {\n  table users { id integer primary key; naem txt; \xc3\xa9\xf0\x9f\x98\x80 oops }\n}\n' >"$work/broken.mig"
  cp schema/shop.mig "$work/kept.mig"
  sed -i 's/full_name text not null;//; s/paid integer/paid nosuch(/' schema/shop.mig
  "$DMC" compile --check --format sarif >bad.sarif
  cp "$work/broken.mig" schema/shop.mig
  "$DMC" check --format sarif >worse.sarif
  cp "$work/kept.mig" schema/shop.mig
  for file in good bad missing worse; do
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool" validate $file.sarif >"$work/answer" 2>&1
    ok "SARIF ($file) is what its schema wants" 0 "$(grep -c ': error' "$work/answer")"
    ok "SARIF ($file) was read" 1 "$(grep -c 'Analysis completed successfully' "$work/answer")"
  done
  sed 's/"ruleId"/"ruleIx"/; s/"version":"2.1.0"/"version":"9"/' bad.sarif >wrong.sarif
  DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 "$tool" validate wrong.sarif >"$work/answer" 2>&1
  ok "and the tool finds what is wrong" yes "$(grep -q ': error' "$work/answer" && echo yes)"
fi

# The workflows of examples/ci.
judge=$cache/check-jsonschema/bin/check-jsonschema
if [ ! -x "$judge" ]; then
  (python3 -m venv "$cache/check-jsonschema" && "$cache/check-jsonschema/bin/pip" install --quiet check-jsonschema==0.38.0) >"$work/pip.log" 2>&1 ||
    (python3 -m venv "$cache/check-jsonschema" && "$cache/check-jsonschema/bin/pip" install --quiet check-jsonschema) >"$work/pip.log" 2>&1
fi
if [ ! -x "$judge" ]; then
  echo "SKIPPED the workflows against the forges' schemas: pip cannot install check-jsonschema here"
  skipped=$((skipped + 1))
else
  "$judge" --builtin-schema vendor.github-workflows "$here/../../examples/ci/github.yml" >"$work/answer" 2>&1
  ok "a workflow of GitHub" 0 $?
  "$judge" --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "$here/../../examples/ci/gitlab-ci.yml" >"$work/answer" 2>&1
  ok "a pipeline of GitLab" 0 $?
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
