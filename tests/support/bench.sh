# Sourced by the scripts of tests/bench that need PostgreSQL: a folder, a server, and the words for figures. A bench gives no verdict.
. "$here/tests/support/e2e.sh"
. "$here/tests/support/postgres.sh"

ms() { local begin; begin=$(date +%s%N); "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }; took=$((($(date +%s%N) - begin) / 1000000)); }
# best ROUNDS COMMAND…: the shortest time of so many, in ms, in $took
best() {
  local rounds=$1 least=
  shift
  while [ "$rounds" -gt 0 ]; do
    ms "$@"
    [ -z "$least" ] || [ "$took" -ge "$least" ] || least=
    least=${least:-$took} rounds=$((rounds - 1))
  done
  took=$least
}
line() { printf '%-62s %24s   %s\n' "$1" "$2" "$3"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
busy() { echo "the machine: $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg)"; }
median() { printf '%s\n' "$@" | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
per_row() { awk -v ms="$1" -v rows="$2" 'BEGIN { printf "%.2f us a row", ms * 1000 / rows }'; }

# A project of the script's own, and the folder that commands run in from here on; new_project TABLES CHANGE has a first version too.
empty_project() {
  rm -rf "$work/project"
  mkdir -p "$work/project/schema" "$work/project/changes"
  cd "$work/project" || exit 1
  echo 'project shop { edition 1; }' >project.mig
  versions=0
}
new_project() {
  empty_project
  next_version "$@"
}
next_version() {
  versions=$((versions + 1))
  echo "database shop on ${bench_engine:-postgres 15} { $1 }" >schema/shop.mig
  echo "$2" >"changes/000$versions.mig"
}
PGOPTIONS="-c client_min_messages=warning"
export PGOPTIONS
