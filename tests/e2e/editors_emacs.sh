#!/usr/bin/env bash
# Emacs with the lines of editors/README.md, word for word, and Eglot: the server is attached, and what it knows arrives.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/e2e.sh
if ! emacs --batch -f package-initialize -l eglot >/dev/null 2>&1; then
  echo "SKIPPED editors_emacs: Emacs with Eglot is not installed (emacs-nox and elpa-eglot of Debian, too large for .ci/setup)"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
awk '/^```elisp$/ { inside = 1; next } /^```/ { inside = 0 } inside' editors/README.md >"$work/init.el"
mkdir -p "$work/home" "$work/bin" "$work/shop/schema" "$work/shop/changes"
ln -s "$DMC" "$work/bin/dmc"
echo 'project shop { edition 1; }' >"$work/shop/project.mig"
echo "change 1 'first';" >"$work/shop/changes/0001_first.mig"
cat >"$work/shop/schema/shop.mig" <<'END'
database shop on sqlite 3.35 {
  table users {
    id    integer  primary key;
    mail  txt      not null;
  }

  view named as (select mail from users);
}
END
session=$PWD/tests/support/emacs_session.el
(cd "$work/shop" && PATH=$work/bin:$PATH HOME=$work/home timeout 50 emacs --batch -f package-initialize -l "$work/init.el" \
  -l "$session" >"$work/said" 2>"$work/log" </dev/null)
code=$?
ok "the session ends well" 0 $code
[ $code = 0 ] || tail -20 "$work/log"
# said WHAT WANTED: the lines of that kind.
said() { ok "$1" "$2" "$(sed -n "s/^$1: //p" "$work/said")"; }
said mode mig-mode
said project shop
said diagnostic "line 4, dmc [E0220]: SQLite has no type 'txt'"
said hover '```mig mail  txt      not null ``` '
said definition '    mail  txt      not null;'
said completion 'not null default primary unique references check generated identity collate comment constraint'
said renamed '    order  txt      not null;'
said "in SQL" '  view named as (select "order" from users);'
said refused 'nothing here has a name that can be changed'
said formatted '  view named as (select "order" from users);'
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
