#!/usr/bin/env bash
# What disk, file system and other hands do to a run: it ends with its exit code and a text that says what to do, the database is as it was or
# can be gone on with, and once the cause is gone the same command comes to its end. What is said stands in faults.txt (and, where a file
# system of its own can be mounted, faults_mounted.txt); DMC_ACCEPT=1 writes both.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
. "$here/../fault/picture"
passed=0 failed=0 skipped=0
ok() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAILED: %s\n  expected %s\n  found    %s\n' "$1" "$2" "$3"; fi; }
said=$work/said.txt
# $1 exit code, $2 what was done, then the command: what it says goes into the text.
fault() {
  local wanted=$1 code=0
  what=$2
  shift 2
  "$@" >"$work/answer" 2>&1 || code=$?
  {
    echo "== $what"
    sed -E -e "s#$work#WORK#g" -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]+Z/TIME/g' -e 's/in [0-9,.]+ (ms|s)\b/in TIME/' -e 's/[0-9,]+ rows/ROWS/' "$work/answer"
    echo "exit $code"
    echo
  } >>"$said"
  ok "$what" "$wanted" "$code"
}
picture() { contents shop.db; ledger shop.db; }
fresh() { rm -rf shop.db*; cp "${1:-$work/base.db}" shop.db; }
unchanged() { ok "$what: nothing was changed" "$(before=$1; cksum <"$before")" "$(cksum <shop.db)"; }
# Once the cause is gone: the same command, to the same end.
goes_on() { "$DMC" "${again[@]}" >"$work/answer" 2>&1; ok "$what: it goes on" 0 $?; ok "$what: to the same end" "$end" "$(picture)"; }
back() { fresh "$1"; goes_on; }  # the cause is gone because the file is back

mkdir "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
cat >schema/shop.mig <<'M'
database shop on sqlite 3.40 {
  table users { id integer primary key; name text not null; }
  table notes { id integer primary key; body text not null; }
}
M
echo "change 1 'first';" >changes/0001_first.mig
plan=plans/0002.plan.json
run=(run $plan --on shop=sqlite:shop.db --yes --no-progress)
undo=(undo $plan --on shop=sqlite:shop.db --yes --no-progress --lossy all)
{
  "$DMC" compile && "$DMC" run plans/0001.plan.json --on shop=sqlite:shop.db --yes --no-progress &&
    sqlite3 shop.db "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) insert into users select i, 'user ' || i from n;
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) insert into notes select i, printf('%0300d', i) from n" &&
    cat >schema/shop.mig <<'M' && cat >changes/0002_labels.mig <<'N' && "$DMC" compile && cp shop.db "$work/base.db" && "$DMC" "${run[@]}"
database shop on sqlite 3.40 {
  table users { id integer primary key; name text not null; label text; index users_name_idx (name); }
  table notes { id integer primary key; body text not null; length integer; }
}
M
change 2 'labels' {
  backfill users set label = ('label of ' || name || ', ' || id) where (label is null) batch 200;
  backfill notes set length = (length(body)) batch 500;
}
N
} >"$work/log" 2>&1 || { cat "$work/log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
end=$(picture) again=("${run[@]}")
cp shop.db "$work/after.db"

# The disk.
fresh
fault 3 "no room for the file to grow, in the middle of a backfill" bash -c 'ulimit -f 1140; exec "$@"' _ "$DMC" "${run[@]}"
goes_on
fresh; bash -c 'ulimit -f 1140; exec "$@"' _ "$DMC" "${run[@]}" >"$work/answer" 2>&1
cp shop.db "$work/half.db"
"$DMC" undo $plan --on shop=sqlite:shop.db --yes --no-progress --lossy all >"$work/answer" 2>&1; ok "taken back from there" 0 $?
end_undone=$(picture)
fresh "$work/after.db"
fault 3 "no room while it is taken back" bash -c 'ulimit -f 1000; exec "$@"' _ "$DMC" "${undo[@]}"
"$DMC" "${undo[@]}" >"$work/answer" 2>&1; ok "$what: it goes on" 0 $?; ok "$what: to the same end" "$end_undone" "$(picture)"
fresh
fault 3 "the answer cannot be written" bash -c '"$@" >/dev/full' _ "$DMC" status --on shop=sqlite:shop.db
fault 3 "the report cannot be written" bash -c '"$@" >/dev/full' _ "$DMC" "${run[@]}"
ok "$what: the run came to its end" "$end" "$(picture)"

# The file system. Root may do everything, so another user tries.
other=() dmc=$DMC
if [ "$(id -u)" -eq 0 ]; then
  cp "$DMC" "$work/dmc" && chmod 755 "$work/dmc" && dmc=$work/dmc
  other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
rm -rf .dmc; mkdir -m 777 .dmc
fresh; chmod 777 .; chmod 444 shop.db
fault 3 "a file that may only be read" "${other[@]}" "$dmc" "${run[@]}"
unchanged "$work/base.db"; chmod 644 shop.db; rm -f shop.db-dmc; goes_on
fresh; chmod 666 shop.db; chmod 555 .
fault 3 "a folder that may only be read" "${other[@]}" "$dmc" "${run[@]}"
chmod 755 .; unchanged "$work/base.db"; goes_on
fresh; chmod 666 shop.db; : >shop.db-dmc; chmod 666 shop.db-dmc; chmod 555 .
fault 3 "a folder that may only be read, with the lock file in it" "${other[@]}" "$dmc" "${run[@]}"
chmod 777 .; unchanged "$work/base.db"; rm -f shop.db-dmc; goes_on
fresh; chmod 000 shop.db
fault 3 "a file that may not be read" "${other[@]}" "$dmc" "${run[@]}"
chmod 644 shop.db; unchanged "$work/base.db"; rm -f shop.db-dmc; goes_on
chmod 755 .; rm -rf .dmc
fresh; mkdir shop.db-dmc
fault 3 "a folder where the lock file should be" "$DMC" "${run[@]}"
unchanged "$work/base.db"; rmdir shop.db-dmc; goes_on
rm -rf shop.db*; mkdir shop.db
fault 3 "a folder in the place of the database" "$DMC" "${run[@]}"
back "$work/base.db"
rm -rf shop.db*; mkfifo shop.db
fault 3 "a pipe in the place of the database" "$DMC" "${run[@]}"
back "$work/base.db"
fault 3 "a device in the place of the database" "$DMC" run plans/0001.plan.json --on shop=sqlite:/dev/full --yes --no-progress
ok "$what: nothing is written beside it" no "$([ -e /dev/full-dmc ] && echo yes || echo no)"

# The bytes of the file.
fresh; printf 'no database at all' | dd of=shop.db conv=notrunc status=none; cp shop.db "$work/broken.db"
fault 3 "another header" "$DMC" "${run[@]}"
unchanged "$work/broken.db"; back "$work/base.db"
fresh; truncate -s 500000 shop.db; cp shop.db "$work/broken.db"
fault 3 "cut in the middle" "$DMC" "${run[@]}"
unchanged "$work/broken.db"; back "$work/base.db"
fresh "$work/half.db"
for page in 30 40 60 80 100 150 200 250; do head -c 4096 /dev/zero | tr '\0' 'x' | dd of=shop.db bs=4096 seek=$page conv=notrunc status=none; done
fault 3 "pages overwritten in the middle of a change" "$DMC" "${run[@]}"
back "$work/half.db"
fresh "$work/half.db"; head -c 3000 /dev/zero | dd of=shop.db bs=1 seek=100 conv=notrunc status=none; cp shop.db "$work/broken.db"
fault 3 "the first page overwritten" "$DMC" "${run[@]}"
unchanged "$work/broken.db"; back "$work/half.db"

# Another file.
rm -rf shop.db*
fault 6 "no file" "$DMC" "${run[@]}"
ok "$what: none is made" no "$([ -e shop.db ] && echo yes || echo no)"; back "$work/base.db"
fresh "$work/half.db"; rm shop.db
fault 6 "the file was deleted in the middle of a change" "$DMC" "${run[@]}"
back "$work/half.db"
fresh "$work/half.db"; : >shop.db
fault 6 "an empty file in its place" "$DMC" "${run[@]}"
ok "$what: it stays empty" 0 "$(wc -c <shop.db)"; back "$work/half.db"
fresh "$work/half.db"; cp "$work/base.db" shop.db
fault 0 "an older copy of itself in its place" "$DMC" "${run[@]}"
ok "$what: it is changed from the beginning" "$end" "$(picture)"
rm -rf shop.db*; sqlite3 shop.db "create table foreign_table (a)"; cp shop.db "$work/other.db"
fault 6 "a database that dmc does not manage in its place" "$DMC" "${run[@]}"
unchanged "$work/other.db"; back "$work/half.db"
fresh "$work/after.db"; sqlite3 shop.db "update _dmc_target set project = 'bookshop'"; cp shop.db "$work/other.db"
fault 6 "the database of another project in its place" "$DMC" "${run[@]}"
unchanged "$work/other.db"; back "$work/half.db"

# The ledger, edited by hand in the middle of a change.
edited() { # $1 exit code, $2 what, $3 statement, $4… the command, run without any
  local code=$1 title=$2 statement=$3
  shift 3
  fresh "$work/half.db"; sqlite3 shop.db "$statement"; cp shop.db "$work/edited.db"
  fault "$code" "$title" "$DMC" "${@:-${run[@]}}"
  unchanged "$work/edited.db"; back "$work/half.db"
}
edited 3 "the marker's row taken out" "delete from _dmc_target"
edited 4 "another plan in the marker" "update _dmc_target set moving_plan = 'sha256:' || hex(zeroblob(32))"
edited 3 "another plan in the marker, asked" "update _dmc_target set moving_plan = 'sha256:' || hex(zeroblob(32))" status --on shop=sqlite:shop.db
edited 3 "another generation in the marker" "update _dmc_target set generation = 77"
edited 3 "identity that is no JSON" "update _dmc_target set identity = '[['"
edited 1 "a newer format" "update _dmc_target set ledger_format = 99"
edited 1 "a newer format, asked" "update _dmc_target set ledger_format = 99" verify --on shop=sqlite:shop.db
edited 3 "a step's row taken out" "delete from _dmc_step where ordinal = 2"
edited 3 "a step's facts cut" "update _dmc_step set facts = '{' where ordinal = 3"
edited 3 "a table dropped" "drop table _dmc_step"
edited 3 "an entry of the history edited" "update _dmc_history set actor = 'eve' where move = 'begin' and generation = 1"
edited 3 "an entry of the history taken out" "delete from _dmc_history where move = 'begin' and generation = 1"
edited 3 "the history edited, asked" "update _dmc_history set actor = 'eve' where move = 'begin' and generation = 1" verify --on shop=sqlite:shop.db
edited 6 "another state recorded of a table" "update _dmc_object set state = 'sha256:' || hex(zeroblob(32)) where path = 'table notes'"
plan_edit="update _dmc_plan set bytes = cast(replace(cast(bytes as text), 'add column', 'add columm') as blob)"
edited 3 "the plan's bytes edited, asked" "$plan_edit" verify --on shop=sqlite:shop.db
edited 6 "the plan's bytes edited, to be run out of the ledger" "$plan_edit" run --on shop=sqlite:shop.db --yes --no-progress
edited 6 "the plan's bytes edited, to be taken back out of the ledger" "$plan_edit" undo --on shop=sqlite:shop.db --yes --no-progress --lossy all
plan_edit=${plan_edit//add column/drop column}
edited 3 "the bytes of the way back edited, asked" "$plan_edit where instr(cast(bytes as text), '\"forward\":false') > 0" verify --on shop=sqlite:shop.db
edited 6 "the bytes of the way back edited, to be taken back out of the ledger" "$plan_edit where instr(cast(bytes as text), '\"forward\":false') > 0" undo --on shop=sqlite:shop.db --yes --no-progress --lossy all

# Write-ahead logging is the owner's choice, and stays.
fresh; sqlite3 shop.db "pragma journal_mode = wal" >/dev/null
what="write-ahead logging"; "$DMC" "${run[@]}" >"$work/answer" 2>&1; ok "$what: run" 0 $?
ok "$what: to the same end" "$end" "$(picture)"; ok "$what: stays" wal "$(sqlite3 shop.db 'pragma journal_mode')"
for at in 60 100 140; do
  fresh; sqlite3 shop.db "pragma journal_mode = wal" >/dev/null
  { DMC_FAULT_AT=$at "$BUILD/faulty_dmc" "${run[@]}" >"$work/answer" 2>&1; } 2>/dev/null
  what="write-ahead logging, killed at event $at"; goes_on
done

check() { # $1 the golden
  if [ "${DMC_ACCEPT:-}" = 1 ]; then cp "$said" "$here/$1"; fi
  if diff "$here/$1" "$said"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
check faults.txt

# A file system that is full.
mounts=(unshare -m); [ "$(id -u)" -eq 0 ] || mounts=(unshare -rm)
: >"$said"; mkdir "$work/small"
if "${mounts[@]}" mount -t tmpfs -o size=1m tmpfs "$work/small" 2>/dev/null; then
  export work plan
  full() { # room at first, room later
    mount -t tmpfs -o "size=$1" tmpfs "$work/small" && cp "$work/base.db" "$work/small/shop.db" || return 99
    "$DMC" run $plan --on "shop=sqlite:$work/small/shop.db" --yes --no-progress
    local code=$?
    cp "$work/small/shop.db" "$work/kept.db"
    mount -o "remount,size=$2" "$work/small"
    "$DMC" run $plan --on "shop=sqlite:$work/small/shop.db" --yes --no-progress >/dev/null 2>&1 && cp "$work/small/shop.db" "$work/ended.db"
    return $code
  }
  export -f full
  fault 3 "a file system without room" "${mounts[@]}" bash -c 'full 1200k 16m'
  cp "$work/ended.db" shop.db; ok "$what: it goes on, to the same end" "$end" "$(picture)"
  check faults_mounted.txt
else
  echo "SKIPPED a full file system: none can be mounted here"
  skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
