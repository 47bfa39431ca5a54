# Sourced behind e2e.sh: a PostgreSQL server of the script's own, gone with it. Without binaries the script is skipped, visibly.
# DMC_POSTGRES_BIN names the folder of its programs; else they are looked for.
#   postgres_or_skip NAME      starts one, or ends the script as skipped; then psql and pg_dump are the server's own; pg_options may hold more of its options
#   pg_url DATABASE            its address over the Unix socket
#   pg_sql DATABASE SQL…       rows as plain lines
#   declared                   passes a schema on; with DMC_POSTGRES_BIN it declares the major of the server that is there
#   pg_shape DATABASE [OPTION…]  what pg_dump says of its schema, without dmc's own and without what only the moment decides
#   pg_is WHAT WANTED SQL      a row of the database shop
#   pg_stop, pg_kill, pg_start to end it, as a power cut does, and to have it again
pg_bin=${DMC_POSTGRES_BIN:-}
[ -n "$pg_bin" ] || for folder in ${PATH//:/ } $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
  [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && { pg_bin=$(dirname "$(readlink -f "$folder/initdb")"); break; }
done
declared() { if [ -n "${DMC_POSTGRES_BIN:-}" ]; then sed -E "s/ on postgres [0-9]+/ on postgres $pg_major/"; else cat; fi; }
as_server() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi; }

pg_start() {
  local tries
  for tries in 1 2 3 4 5; do
    pg_port=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
    if as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" -w -t 60 -l "$pg_folder/log" \
        -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg_folder -c fsync=off -c shared_buffers=32MB -c password_encryption=scram-sha-256 ${pg_options:-}" \
        start >/dev/null 2>&1; then
      pg_pid=$(head -n 1 "$pg_folder/data/postmaster.pid")
      return 0
    fi
  done
  echo "the server did not start:" >&2
  cat "$pg_folder/log" >&2
  return 1
}
pg_stop() { [ -z "${pg_pid:-}" ] || as_server "$pg_bin/pg_ctl" -D "$pg_folder/data" -m immediate -w stop >/dev/null 2>&1; pg_pid=; }
pg_kill() {
  local helpers
  helpers=$(ps -o pid= --ppid "$pg_pid")
  kill -9 "$pg_pid" $helpers
  while ps -o pid= -p "$pg_pid" ${helpers:+$(printf -- '-p %s ' $helpers)} >/dev/null 2>&1; do sleep 0.05; done
  rm -f "$pg_folder/data/postmaster.pid"
  pg_pid=
}
pg_url() { echo "postgres://postgres@/$1?host=$pg_folder&port=$pg_port"; }
pg_tcp() { echo "postgres://$2@127.0.0.1:$pg_port/$1"; }
pg_sql() {
  local database=$1
  shift
  local sql
  for sql in "$@"; do "$pg_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$pg_folder" -p "$pg_port" -U postgres -d "$database" -c "$sql"; done
}

pg_shape() {
  "$pg_bin/pg_dump" -s -N dmc --no-owner -h "$pg_folder" -p "$pg_port" -U postgres "${@:2}" "$1" |
    grep -v -E '^(\\(un)?restrict|--|$|SET |SELECT pg_catalog.set_config)'
}
pg_is() { ok "$1" "$2" "$(pg_sql shop "$3" 2>&1)"; }

postgres_or_skip() {
  local reason=
  [ -n "$pg_bin" ] || reason="no PostgreSQL server here: neither in PATH nor in /usr/lib/postgresql (Debian: postgresql-15)"
  if [ -z "$reason" ] && [ "$(id -u)" -eq 0 ]; then
    id postgres >/dev/null 2>&1 || reason="a PostgreSQL server refuses root, and there is no user 'postgres'"
    command -v setpriv >/dev/null || reason="a PostgreSQL server refuses root, and setpriv is not there"
  fi
  if [ -n "$reason" ]; then
    echo "SKIPPED $1: $reason"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
  fi
  pg_major=$("$pg_bin/postgres" --version | sed -E 's/.* ([0-9]+).*/\1/')
  pg_folder=$(mktemp -d /tmp/dmc-pg-XXXXXX) || exit 1
  chmod 755 "$pg_folder"
  [ "$(id -u)" -ne 0 ] || chown postgres "$pg_folder"
  trap 'pg_stop; rm -rf "$work" "$pg_folder"' EXIT
  as_server "$pg_bin/initdb" -D "$pg_folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$work/initdb" 2>&1 || { cat "$work/initdb"; exit 1; }
  printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' | as_server tee "$pg_folder/data/pg_hba.conf" >/dev/null
  pg_start || exit 1
}
