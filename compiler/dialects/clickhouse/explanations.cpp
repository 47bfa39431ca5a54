// The long forms of what this folder reports.
#include <array>

#include "compiler/dialects/clickhouse/check.hpp"

namespace dmc::dialects::clickhouse {

namespace {

constexpr std::array<grammar::Explanation, 14> explained{{
    {"E0951", "something that the declared version of ClickHouse does not have",
     "The version behind `on clickhouse` is the oldest one that the plan must work on. Codecs came with 19.1, ttl "
     "with\n"
     "19.6, constraints with 19.14, skip indexes with 20.1, projections with 21.7, and types one by one: DateTime64\n"
     "with 20.1, Map with 21.1, Date32 with 21.9. Declare a newer version, if every server has one:\n"
     "\n"
     "    database events on clickhouse 23.8 { … }"},
    {"E0952", "an unknown engine, codec, index type or setting",
     "Names of engines, codecs, types of skip indexes and settings of the MergeTree family are those of ClickHouse\n"
     "26.7 and of the versions before it. Letter case counts. Settings of other engines are left to the server."},
    {"E0953", "a table or a view that its engine cannot keep",
     "The MergeTree family sorts its rows and says by what; other engines keep no order, no partitions, no ttl, no\n"
     "indexes and no projections. A materialized view writes into a table, or keeps its rows itself:\n"
     "\n"
     "    table hits { ts DateTime; url String; engine = MergeTree; order by (ts); }\n"
     "    materialized view hits_mv to hits_daily as (select …);\n"
     "    materialized view hits_mv engine = MergeTree order by (ts) as (select …);"},
    {"E0954", "a key that cannot be",
     "`order by`, `partition by`, `primary key` and `sample by` name columns of the table. The primary key is the\n"
     "beginning of the sorting key, and what is sampled by is in it. Nulls have no place in an order, unless the "
     "table\n"
     "says `settings allow_nullable_key = 1`."},
    {"E0955", "a ttl that cannot be",
     "A ttl counts from a Date or a DateTime of the row, and says what happens then:\n"
     "\n"
     "    ttl (ts + interval 90 day);\n"
     "    ttl (ts + interval 7 day to volume 'cold', ts + interval 90 day);\n"
     "\n"
     "A column of a key has none of its own: rows would lose their place."},
    {"E0956", "something that ClickHouse has nothing like",
     "ClickHouse keeps no row unique, checks no reference to another table, counts no identity and fires no trigger.\n"
     "ReplacingMergeTree brings rows of one key together when it merges parts; a materialized view sees every row "
     "that\n"
     "is inserted."},
    {"E0957", "what dmc cannot do on a cluster",
     "A table `on cluster 'c'` stands on every host of c. dmc never sends `ON CLUSTER`, which a server that was down\n"
     "would carry out when it comes back, even behind its undo: every host of the inventory gets each statement "
     "itself,\n"
     "and has a ledger of its own. So the path of a Replicated engine must name its shard by a macro, and its name the "
     "replica:\n"
     "\n"
     "    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/hits', '{replica}');\n"
     "\n"
     "Every replica keeps a backup of its own. Rows that `drop rows … with backup` takes away come back as parts that "
     "one\n"
     "replica attaches for all; they are told from all others by a mark, and counted. An engine that replaces, adds up "
     "or\n"
     "collapses rows when it merges parts, and a TTL, make other rows of them before anybody has counted."},
    {"E0958", "a table that cannot be copied while rows are inserted",
     "A rebuild copies the rows that are there, takes those that come into both tables, and compares the two before "
     "they\n"
     "change places. So the rows of both must hold still: no engine that replaces, adds up or collapses rows when it "
     "merges\n"
     "parts, no ttl that takes rows away on one side first, no materialized column like now() that a copy would "
     "compute "
     "anew,\n"
     "no Buffer and no Kafka behind it, which write when nobody can see it. A key column may get a type that holds "
     "every\n"
     "value of the old one, another one only where `using` says what becomes of its values, by an expression that "
     "names\n"
     "columns whose types stay. Of a Replicated table both are there until a purge, so the new one's replicas "
     "meet\n"
     "at another path:\n"
     "\n"
     "    engine = ReplicatedMergeTree('/clickhouse/tables/{shard}/shop/hits_2', '{replica}');"},
    {"E0959", "an expression of your own in a change of type",
     "ClickHouse converts a column in place, as `cast` does, and every value is tried before. An expression of your "
     "own\n"
     "needs a copy of the table:\n"
     "\n"
     "    retype hits.code using (toUInt16OrZero(code));\n"
     "    rebuild table hits;"},
    {"E0960", "a backfill by a mutation",
     "On ClickHouse a backfill is one mutation: the server writes part after part anew, at its own pace, and takes no\n"
     "rows that are inserted later. New rows have what the column's default says."},
    {"E0961", "a secret in what is declared",
     "Passwords, keys and connection strings of engines, table functions, dictionaries and settings would be written "
     "into\n"
     "the catalog and the plan. Inspection hides them, whichever version the server has, and `'[HIDDEN]'` means: "
     "unknown,\n"
     "and kept as it is. What is new is declared whole, and names its secret:\n"
     "\n"
     "    object 'table' orders_there\n"
     "      create (create table orders_there (id UInt64) engine = MySQL('db:3306', 'shop', 'orders', 'app', '${env "
     "ORDERS_PASSWORD}'))\n"
     "      drop (drop table orders_there);"},
    {"E0962", "what reads or feeds a table by its name",
     "A Buffer keeps rows for a while and writes them into its table by name, column by column; a dictionary is loaded "
     "by\n"
     "the name of its source. When that table, or a column that they have, goes or is renamed, rows that wait are "
     "lost, "
     "or\n"
     "the dictionary fails when it is loaded the next time. A Buffer writes what waits when it goes, so it goes first, "
     "in "
     "a\n"
     "change of its own, and is declared again behind:\n"
     "\n"
     "    change 7 'no buffer for a while' { drop table hits_buffer without backup; }\n"
     "    change 8 'another name' { rename table hits to visits; }"},
    {"E0963", "columns that no alter changes",
     "Log, TinyLog, StripeLog, Set, Join, File and EmbeddedRocksDB keep their rows so that no column can come, go or "
     "change;\n"
     "Memory does only on the newest servers. Of engines that read elsewhere (Kafka, MySQL, URL and the like) the "
     "server\n"
     "alters none either, and they hold nothing that would be lost: drop such a table in one change, and declare it "
     "anew in\n"
     "the next. Rows of the others move to a table of another name:\n"
     "\n"
     "    run 'move the rows' do (insert into notes_2 (id, text) select id, text from notes) undo nothing;"},
    {"E0964", "columns that are declared in another order",
     "A new column comes where it is declared. Columns that are there are not moved past each other: `insert into t "
     "values`\n"
     "and `select *` go by where they stand, and all that says either would mean other columns at once. Declare them "
     "as\n"
     "they stand."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return explained; }

}  // namespace dmc::dialects::clickhouse
