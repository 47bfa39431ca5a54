# Sourced by scripts that need a PostgreSQL of their own: a private server on a Unix socket, in its own folder, stopped by its process id.
# `start_postgres` answers 1, and tells why as a visible skip, where no server is installed. `address DATABASE [USER]` is its URL.
postgres_bin() {
  local at
  at=$(command -v postgres 2>/dev/null) && at=$(dirname "$(readlink -f "$at")")
  [ -n "$at" ] && [ -x "$at/initdb" ] && { echo "$at"; return; }
  for at in /usr/lib/postgresql/*/bin; do [ -x "$at/initdb" ] && { echo "$at"; return; }; done
}
as_owner() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
start_postgres() {
  pg_bin=$(postgres_bin)
  if [ -z "$pg_bin" ]; then
    echo "SKIPPED everything on PostgreSQL: no initdb is installed (Debian's package postgresql-15)"
    echo "0 passed, 0 failed, 1 skipped"
    return 1
  fi
  PATH=$pg_bin:$PATH
  pg_folder=$(mktemp -d)
  [ "$(id -u)" -eq 0 ] && chown postgres "$pg_folder"
  as_owner "$pg_bin/initdb" -D "$pg_folder/data" -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >"$pg_folder.log" 2>&1 || { cat "$pg_folder.log"; return 1; }
  # No port at all: the socket's name carries one, and it lies in a folder of its own.
  as_owner "$pg_bin/postgres" -D "$pg_folder/data" -k "$pg_folder" -c listen_addresses= -c fsync="${PG_FSYNC:-off}" \
    -c max_connections=60 -c max_locks_per_transaction=512 >>"$pg_folder.log" 2>&1 &
  pg_pid=$!
  for _ in $(seq 100); do "$pg_bin/pg_isready" -q -h "$pg_folder" && return 0; sleep 0.1; done
  cat "$pg_folder.log"
  return 1
}
stop_postgres() { kill -INT "$pg_pid" 2>/dev/null; wait "$pg_pid" 2>/dev/null; rm -rf "$pg_folder" "$pg_folder.log"; }
address() { echo "postgres://${2:-postgres}@/$1?host=$pg_folder"; }
