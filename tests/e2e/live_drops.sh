#!/usr/bin/env bash
# SQLite: a column goes with a backup, and the process that does it is killed at each of many moments; meanwhile another writes rows, and takes
# some away. What was there is kept, and comes back.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
mkdir -p "$work/shop/schema" "$work/shop/changes" && cd "$work/shop" || exit 1
echo "project shop { edition 1; }" >project.mig
declare_with() { echo "database shop on sqlite 3.40 { table t { id integer primary key; b integer; $1 } }" >schema/shop.mig; }
declare_with "a text; c text not null default 'c' collate nocase; d text default (datetime('now'));"
echo "change 1 'first';" >changes/0001.mig
quiet 0 "compiles" compile
quiet 0 "version 1" run plans/0001.plan.json --on shop=sqlite:shop.db --yes --no-progress
sqlite3 shop.db "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200) insert into t select i, i, nullif(i % 10, 0), 'c' || i % 3, i from n"
cp shop.db first.kept
declare_with ""
echo "change 2 'x' { drop column t.a with backup; drop column t.c with backup; }" >changes/0002.mig
sed -i "s/b integer; /b integer; d text default (datetime('now'));/" schema/shop.mig
quiet 0 "compiles again" compile
on=(plans/0002.plan.json --on shop=sqlite:shop.db --yes --no-progress)
killed=0 between=0
for at in $(seq 40 6 400); do
  rm -f shop.db* && cp first.kept shop.db
  { DMC_FAULT_AT=$at "$BUILD/faulty_dmc" run "${on[@]}" >"$work/answer" 2>&1; } 2>/dev/null && break
  killed=$((killed + 1))
  columns=$(sqlite3 shop.db "select group_concat(name) from pragma_table_info('t')" 2>/dev/null)
  sqlite3 shop.db "insert into t (b) values (-1), (-2); delete from t where id in (7, 70); update t set b = b + 1 where id < 5" 2>"$work/wrong"
  ok "killed at $at: the writer" "" "$(cat "$work/wrong")"
  case $columns in *_dmc_gone_*) between=$((between + 1)) ;; esac
  quiet 0 "killed at $at: goes on" run "${on[@]}"
  quiet 0 "killed at $at: taken back" undo "${on[@]}" --lossy all
  ok "killed at $at: what was there" "0" "$(sqlite3 shop.db "attach 'first.kept' as f; select count(*) from f.t o where o.id not in (7, 70) and not exists (select 1 from t where t.id = o.id and t.a is o.a and t.c is o.c)")"
  ok "killed at $at: what came" "2|c|c" "$(sqlite3 shop.db "select count(*), min(c), max(c) from t where b < 0 and a is null")"
done
# To a collation 'C' may be the default 'c'; it is a value all the same, and a row with another key than in the copy stops the drop.
for at in $(seq 40 2 400); do
  rm -f shop.db* && cp first.kept shop.db
  sqlite3 shop.db "update t set c = 'C' where id = 1"
  { DMC_FAULT_AT=$at "$BUILD/faulty_dmc" run "${on[@]}" >"$work/answer" 2>&1; } 2>/dev/null && break
  [ "$(sqlite3 shop.db "select (select count(*) from sqlite_master where type = 'table' and name like '_dmc_backup_%'), (select count(*) from pragma_table_info('t') where name like '_dmc_gone_%')")" = '2|1' ] && break
done
sqlite3 shop.db "update t set id = 1001 where id = 1"
quiet 3 "another key: the drop is stopped" run "${on[@]}"
quiet 0 "another key: taken back" undo "${on[@]}" --lossy all
ok "another key: the value is there" "C" "$(sqlite3 shop.db "select c from t where id = 1001")"
echo "   killed at $killed moments, $between of them while the columns were out of use"
[ "$between" -gt 5 ] || ok "moments while the columns were out of use" "more than 5" "$between"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
