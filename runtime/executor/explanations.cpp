// One entry per code.
#include "runtime/executor/explanations.hpp"

#include <array>

namespace dmc::executor {

namespace {

constexpr std::array<grammar::Explanation, 17> table{{
    {"E0629", "what a server does in its own time was not done in time",
     "A replica fetches what the others have, an alter waits for whoever reads the table, a mutation writes part "
     "after\n"
     "part. A run waits for that as long as its plan says (`dmc show` has it with each step), and says meanwhile what "
     "is\n"
     "missing. When the time is up the run stops, and nothing is taken for done: the step stays open, what a server "
     "has\n"
     "taken over is not sent again, and an undo waits for it too. The message names the replica, what is missing "
     "there\n"
     "and the table of the server that says why: as a rule a disk is full, a host does not reach another one's port "
     "for\n"
     "replicas (interserver_http_port), or ZooKeeper does not answer. Mend that; the same command waits on."},
    {"E0801", "a copy of a target",
     "A ledger is part of its database, so that a copy believes it is the original: the same shard of the same "
     "cluster, \n"
     "perhaps half way through a change. The ledger therefore keeps what tells one from the other (on SQLite the path\n"
     "and the file's number), and dmc refuses to write to a copy. A database that was renamed, or put back from a\n"
     "backup in its own place, is no copy.\n"
     "\n"
     "    dmc rebind --on NAME=URL    gives the copy an identity of its own, outside any cluster; marker and history "
     "stay"},
    {"E0802", "what is no copy is not bound anew",
     "`dmc rebind` takes a database out of its cluster, and with that out of the rules that its cluster has. It is "
     "for\n"
     "copies. A database that lies where its ledger says, in the same file, is bound anew only when somebody says "
     "why;\n"
     "the reason goes into its history."},
    {"E0810", "several ClickHouse servers behind one address",
     "What makes a change safe on ClickHouse is a session that lives in one server: whoever takes the target over "
     "ends\n"
     "it there. Behind this address other servers answer on other connections, a balancer or a name with several\n"
     "addresses, so that nothing of that holds. Nothing was changed. Name one server:\n"
     "\n"
     "    clickhouse://migrator@node1.example/shop"},
    {"E0811", "a ClickHouse database of the engine Replicated",
     "Such a database sends each `create`, `alter` and `drop` to all of its replicas by itself. dmc sends a step to "
     "each\n"
     "host, asks each host whether it is done, and keeps a ledger in each: beside an engine that does the same in its\n"
     "own time, a step could be done twice or come after it was taken back. Nothing was changed. Have a database of "
     "the\n"
     "engine Atomic on each host, tables of Replicated engines in it, and name every replica in the inventory:\n"
     "\n"
     "    shard s1 { replica a at env SHOP_A; replica b at env SHOP_B; }"},
    {"E0820", "a pooler stands in front of a server",
     "The lock of a run belongs to its session with the server, and ends with it: that is what keeps a runner that "
     "was\n"
     "taken over from writing. A pooler gives one session now to this client and now to that one. Give the address of\n"
     "the server itself, which as a rule differs in its port:\n"
     "\n"
     "    dmc run PLAN --on shop=postgres://app@db.example:5432/shop"},
    {"E0821", "a standby cannot be written to",
     "The server repeats what another one, the primary, tells it. Changes, and the ledger beside them, are made "
     "there:\n"
     "give the primary's address. After a failover that is the server which was promoted."},
    {"E0822", "a server lets nobody in with this role",
     "The server's rules (pg_hba.conf) refuse the role, or its password is wrong or missing. A password is taken from\n"
     "the address (of a variable of the environment or a file, so that it stands nowhere), or from the file that\n"
     "PGPASSFILE names, else ~/.pgpass. Other variables of PostgreSQL's own programs (PGHOST, PGPASSWORD, PGOPTIONS, "
     "…)\n"
     "are not read, because they would lead to another database than the address says."},
    {"E0823", "a server cannot be reached",
     "Nobody answers at host and port, or not in the way that sslmode demands. The address may say how long to wait:\n"
     "\n"
     "    postgres://app@db.example:5432/shop?connect_timeout=3"},
    {"E0824", "a database that is not there",
     "The server is up and has no database of that name. dmc creates the file of an SQLite database, but no database "
     "on\n"
     "a server, because owner, encoding and place are for its administrator to choose:\n"
     "\n"
     "    createdb -h db.example shop"},
    {"E0825", "a step does more than its plan claims",
     "A plan says of every step which relations it locks, how strongly, and whether it reads their rows or writes "
     "them\n"
     "anew; that is what its reviewers went by. While it runs, dmc compares: the locks that its session holds before "
     "the\n"
     "COMMIT (or that a second connection sees while a statement outside any transaction is executed), the files of "
     "the\n"
     "tables and indexes, the rows that the transaction read of tables of which work on the catalog alone is claimed "
     "(as\n"
     "the server counts them; not where its track_counts is off), and whether what was valid and proven still is. "
     "Less\n"
     "than claimed is fine; more stops the run. Of steps that share a commit, what all of them do is compared with "
     "what\n"
     "all of them claim; where that does not fit, each is done and compared by itself.\n"
     "\n"
     "A step in a transaction is rolled back, and nothing of it happened. A step outside any is done and recorded as\n"
     "done; nothing behind it is begun until the same command is given again. The reason is as a rule something that "
     "the\n"
     "plan could not know: an event trigger, an extension, a server of another version. Where it is none of these, "
     "the\n"
     "plan is wrong: please report it. What must be done all the same can be written out in the change, as a "
     "statement\n"
     "of its author's own, of which a plan claims nothing:\n"
     "\n"
     "    run 'name' do (alter table …) …"},
    {"E0826", "what answers is not ClickHouse",
     "dmc speaks ClickHouse's HTTP interface (8123, with TLS 8443), and something else answered: a proxy's page, a "
     "web\n"
     "server, or ClickHouse's own protocol (9000, 9440). Nothing was sent but a question for the version:\n"
     "\n"
     "    curl http://db.example:8123/ping"},
    {"E0827", "a user who may only read",
     "The profile of the user sets readonly, so that the server refuses every change. To look at the database is\n"
     "possible all the same; to change it, give the address of a user who may:\n"
     "\n"
     "    clickhouse://migrator@db.example/shop?password_file=/run/secrets/shop"},
    {"E0828", "a ClickHouse that is too old",
     "dmc works with ClickHouse 18.16 and newer. Versions differ in almost everything, and what an older one does with "
     "a\n"
     "statement was never tried."},
    {"E0829", "the embedded ClickHouse is not here",
     "`chdb:PATH` runs ClickHouse inside dmc, out of the library libchdb.so, which is loaded when it is needed and not "
     "a\n"
     "part of dmc (570 MB). The package @chdb/lib-linux-x64-gnu of npm brings it:\n"
     "\n"
     "    npm pack @chdb/lib-linux-x64-gnu@26.7.3-stable.1\n"
     "    tar xzf chdb-lib-*.tgz package/libchdb.so\n"
     "    DMC_CHDB_LIBRARY=$PWD/package/libchdb.so dmc …"},
    {"E0835", "a role that may not keep the ledger",
     "What dmc remembers of a database lies in it, in the schema `dmc`, and what a drop keeps in the schema "
     "`dmc_backup`.\n"
     "The role of the address lacks a right there; nothing was changed. The message has the statements that give what "
     "is\n"
     "missing, for whoever owns the database or the schema:\n"
     "\n"
     "    grant create on database shop to migrator;                                     before the first run\n"
     "    grant usage on schema dmc to migrator;                                         the ledger is another role's\n"
     "    grant select, insert, update, delete on all tables in schema dmc to migrator;\n"
     "    grant select, usage on all sequences in schema dmc to migrator;"},
    {"E0836", "a database that somebody made read-only",
     "default_transaction_read_only is on for the server, the database or the role: somebody wants nothing written, "
     "for\n"
     "instance while a copy takes over. dmc could switch it off for its own session, and does not. The message says "
     "where\n"
     "it is set and what lifts it there. To let dmc alone write meanwhile:\n"
     "\n"
     "    alter role migrator in database shop set default_transaction_read_only = off;"},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::executor
