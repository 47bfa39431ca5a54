# Sourced by every example: finds or builds dmc, makes a fresh folder to work in, and has the words for telling and for checking.
# With DMC=/path/to/dmc in the environment that program is used and the folder is removed at the end: that is how the tests run it.
set -euo pipefail
example=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$example/../.." && pwd)
export LC_ALL=C.UTF-8

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m' plain=$'\e[0m'; fi

keep=1
if [ -n "${DMC:-}" ]; then
  keep=0
else
  "$repository/.ci/setup" --build
  DMC=$repository/build/release/dmc
  if ! log=$(cd "$repository" && { [ -d build/release ] || echo "Building dmc once; this takes a few minutes." >&2; } &&
             cmake --preset release 2>&1 && cmake --build --preset release --target dmc 2>&1); then
    printf '%s\n' "$log" >&2
    echo "dmc could not be built; the lines above say why" >&2
    exit 1
  fi
fi
command -v sqlite3 >/dev/null || { echo "the sqlite3 shell is missing: apt-get install sqlite3" >&2; exit 1; }

playground=$(mktemp -d "${TMPDIR:-/tmp}/dmc-$(basename "$example").XXXXXX")
finish() {
  local code=$?
  if [ "$code" -ne 0 ]; then printf '\nThis example did not end as it should (exit %s). What it did is in %s\n' "$code" "$playground" >&2
  elif [ "$keep" -eq 0 ]; then rm -rf "$playground"; fi
}
trap finish EXIT
cd "$playground"

dmc() { "$DMC" "$@"; }

# A paragraph for the reader.
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# A command as one would type it, with quotes where a word needs them.
typed() {
  local word line=''
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./:=@%+,-]*) line+=" '${word//\'/\'\\\'\'}'" ;;
      *) line+=" $word" ;;
    esac
  done
  printf '\n%s$%s%s\n' "$bold" "$line" "$plain"
}

# Shows a command and runs it.
try() { typed "$@"; "$@"; }

# The same for a command that must be refused with the exit code in front.
refused() {
  local wanted=$1 code=0
  shift
  typed "$@"
  "$@" 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] || { printf 'expected exit code %s, found %s\n' "$wanted" "$code" >&2; exit 1; }
  printf '(exit code %s)\n' "$code"
}

# Asks the sqlite3 shell, which knows nothing of dmc, and compares: confirm FILE 'what' 'wanted' 'select …'
confirm() {
  local found
  found=$(sqlite3 "$1" "$4")
  if [ "$found" = "$3" ]; then printf '  ok  %s: %s\n' "$2" "${found//$'\n'/ }"
  else printf '  NOT ok  %s\n    expected %s\n    found    %s\n' "$2" "$3" "$found" >&2; exit 1; fi
}
