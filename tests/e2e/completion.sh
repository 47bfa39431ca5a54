#!/usr/bin/env bash
# What the shells offer: words, values behind a blank or '=', files with blanks in their names, files behind sqlite:.
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir 'w x' plans; touch plans/0001.plan.json shop.db 'w x/a.json'
for shell in bash zsh fish; do "$DMC" completion $shell > completion.$shell; done

# Outside of a real completion there is nothing to set options of.
compopt() { :; }
source completion.bash

passed=0 failed=0 skipped=0
same() {
  if [[ $2 == "$3" ]]; then passed=$((passed + 1)); return; fi
  printf '%s\n  expected  %q\n  offered   %q\n' "$1" "$2" "$3"
  failed=$((failed + 1))
}

# LINE PIECES…: the line as it was typed, and how bash takes it apart.
offered() {
  COMP_LINE=$1 COMP_POINT=${#1}; shift
  COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
  COMPREPLY=(); _dmc
  (IFS='|'; printf '%s' "${COMPREPLY[*]}")
}
same 'a command'            'help'        "$(offered 'dmc he' dmc he)"
same 'an option'            '--through'   "$(offered 'dmc run --th' dmc run --th)"
same 'a value'              'json'        "$(offered 'dmc show --format j' dmc show --format j)"
same 'a value behind ='     'json'        "$(offered 'dmc show --format=j' dmc show --format = j)"
same 'a name with a blank'  'w x'         "$(offered 'dmc show w' dmc show w)"
same 'an engine'            'sqlite:'     "$(offered 'dmc inspect sq' dmc inspect sq)"
same 'a file of an engine'  'shop.db'     "$(offered 'dmc inspect sqlite:sh' dmc inspect sqlite : sh)"
same 'an engine of a name'  'sqlite:'     "$(offered 'dmc status --on shop=' dmc status --on shop =)"
same 'a file of a name'     'shop.db'     "$(offered 'dmc status --on shop=sqlite:sh' dmc status --on shop = sqlite : sh)"
same 'the same behind ='    'shop.db'     "$(offered 'dmc status --on=shop=sqlite:sh' dmc status --on = shop = sqlite : sh)"

if command -v fish > /dev/null; then
  offered() { fish --no-config -c "source completion.fish; complete -C '$1'" | cut -f 1 | paste -sd '|'; }
  same 'fish: a command'           'help'                   "$(offered 'dmc he')"
  same 'fish: an engine'           'sqlite:'                "$(offered 'dmc inspect ')"
  same 'fish: a file of an engine' 'sqlite:shop.db'         "$(offered 'dmc inspect sqlite:sh')"
  same 'fish: an engine of a name' 'shop=sqlite:'           "$(offered 'dmc status --on shop=')"
  same 'fish: a file of a name'    'shop=sqlite:shop.db'    "$(offered 'dmc status --on shop=sqlite:sh')"
  same 'fish: a name with a blank' 'w x/'                   "$(offered 'dmc show w')"
else
  skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
