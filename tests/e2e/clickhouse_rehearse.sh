#!/usr/bin/env bash
# Plans for ClickHouse, rehearsed on a server that dmc starts and ends itself: from nothing, and one that adds a column, changes a type and
# rebuilds a table in another order; with tables of several hosts; on a server that is named; where no server is. On Debian's 18.16.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../support/e2e.sh"
. "$here/../support/clickhouse.sh"
clickhouse_or_skip "a rehearsal on ClickHouse"
export TMPDIR=$work/tmp  # with --keep
mkdir "$TMPDIR" "$work/shop" && cd "$work/shop" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
cat >schema/shop.mig <<'END'
database shop on clickhouse 18.16 {
  table events {
    day Date; id UInt64; kind String; amount Int32 default 0; price Decimal(9, 2); seen DateTime; who Nullable(String);
    state Enum8('new' = 1, 'old' = 2); tags Array(String); pair Tuple(UInt8, String); code FixedString(4); number UUID; share Float64;
    total Int64 materialized (toInt64(amount) * 2);
    engine = MergeTree; partition by (toYYYYMM(day)); order by (kind, id);
  }
  table last { id UInt32; said String; version UInt32; engine = ReplacingMergeTree(version); order by (id); }
  table sums { id UInt8; sign Int8; engine = CollapsingMergeTree(sign); order by (id); }
  table plain { id Int16; note String; engine = Log; }
}
END
echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "version 1 compiles" compile
quiet 0 "a plan from nothing" rehearse plans/0001.plan.json
has "it leads to the target" "equal to those of a database built from nothing"
cp "$work/answer" "$work/first"

sed -i -E -e 's/amount Int32/amount Int64/' -e 's/order by \(kind, id\)/order by (kind, day, id)/' \
  -e 's/^( *)state Enum8/\1note String default '"'none'"';\n&/' schema/shop.mig
printf "change 2 'more' {\n  rebuild table events;\n  retype events.amount;\n}\n" >changes/0002_more.mig
quiet 0 "the change compiles" compile
plan=plans/0002.plan.json
quiet 0 "a column, a type and another order" rehearse $plan
has "rows were generated" "generated rows in 4 tables"
has "there and back" "the schema is the base again"
has "and again" "run, undone and run again"
has "crashes on the way there" "run: 16 of .* crash points tried"
has "and on the way back" "undo: 16 of .* crash points tried"
[ -n "${SHOW:-}" ] && cat "$work/answer"
"$DMC" show plans/0002.proof.json | grep -q clickhouse; ok "the proof names the engine" 0 $?

# Of several hosts, with replicas: the one host of the rehearsal has plain tables, and the proof says what was left out.
mkdir "$work/many" && cd "$work/many" || exit 1
mkdir schema changes
echo "project shop { edition 1; }" >project.mig
many() {  # path, order, more columns
  cat >schema/shop.mig <<END
database shop on clickhouse 18.16 {
  table hits on cluster 'events' {
    day Date; id UInt64; kind String; $3
    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/$1', '{replica}'); partition by (toYYYYMM(day)); order by ($2);
  }
  table last on cluster 'events' {
    id UInt32; said String; version UInt32;
    engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/shop/last', '{replica}', version); order by (id);
  }
  table hits_all on cluster 'events' { day Date; id UInt64; kind String; engine = Distributed('events', 'shop', 'hits', cityHash64(id)); }
  table daily on cluster 'events' { day Date; n UInt64; engine = SummingMergeTree; order by (day); }
  materialized view daily_mv on cluster 'events' to daily as (select day, count() as n from hits group by day);
}
END
}
many hits "kind, id" ""
echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "tables of several hosts compile" compile
quiet 0 "a plan from nothing for several hosts" rehearse plans/0001.plan.json
many hits_2 "id, kind" "note String default 'none';"
printf "change 2 'more' {\n  rebuild table hits;\n  backfill last set said = (concat(said, '!')) where (id < 1000) without backup;\n}\n" >changes/0002_more.mig
quiet 0 "another key of a Replicated table compiles" compile
quiet 0 "it is rehearsed on one host" rehearse plans/0002.plan.json --crash-points 6
has "with rows" "generated rows in"
has "there and back" "the schema is the base again"
has "crashes on the way there" "run: 6 of .* crash points tried"
has "crashes on the way back" "undo: 6 of .* crash points tried"
has "replicas were passed over" "replicas .*that hits, last are Replicated"
has "shards were passed over" "shards .*hits_all"
has "the cluster was passed over" "cluster .*whether servers know the cluster"
[ -n "${SHOW:-}" ] && cat "$work/answer"
cd "$work/shop" || exit 1

# On a server that is there: only its own databases, and none of them stays.
quiet 0 "on a server that is named" rehearse $plan --on "shop=$ch_url/default" --crash-points 2
ok "which is as it was" "default system" "$(printf 'select name from system.databases order by name' | ch_send default | paste -sd ' ')"

# Kept, it is there to look at.
"$DMC" rehearse $plan --keep --crash-points 0 >"$work/answer" 2>&1; ok "kept" 0 $?
stop=$(sed -nE 's/^their server goes on running until +//p' "$work/answer") place=$(sed -nE 's/^kept shop at //p' "$work/answer")
"$DMC" status --on "shop=$place" | grep -q 'at rest at version 2'; ok "it is behind the plan" 0 $?
case $stop in "kill "[0-9]*) $stop ;; *) ok "the command that ends its server" "kill PID" "$stop" ;; esac

# Killed in the middle, it leaves no server behind.
"$DMC" rehearse $plan --rows 200 >/dev/null 2>&1 &
runner=$!
for waited in $(seq 200); do server=$(pgrep -P $runner -f 'config-file=.*dmc-rehearsal') && break; sleep 0.05; done
ok "it has a server" 0 $?
kill -9 $runner; wait $runner 2>/dev/null
for waited in $(seq 100); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
kill -0 "$server" 2>/dev/null; ok "which ends when dmc is killed" 1 $?

DMC_CLICKHOUSE_BIN=$work/nowhere DMC_CHDB_LIBRARY=$work/nowhere/libchdb.so "$DMC" rehearse $plan >"$work/answer" 2>&1; ok "without a server" 1 $?
has "it says what to install" "apt-get install clickhouse-server"
sed -i 's/clickhouse 18.16/clickhouse 23.8/' schema/shop.mig
mkdir "$work/newer" && cp -r project.mig schema "$work/newer" && cd "$work/newer" || exit 1
mkdir changes && echo "change 1 'first';" >changes/0001_first.mig
quiet 0 "declared for a newer server" compile
quiet 1 "the server that is there is too old" rehearse plans/0001.plan.json
has "and it says so" "declared for ClickHouse 23.8"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
