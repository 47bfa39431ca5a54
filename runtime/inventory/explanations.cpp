// One entry per code.
#include "runtime/inventory/explanations.hpp"

#include <array>

namespace dmc::inventory {

namespace {

constexpr std::array<grammar::Explanation, 21> table{{
    {"E0601", "it is not clear which cluster is meant",
     "The file has none, several, or none of that name. With several:  --cluster clusters/all.mig#prod"},
    {"E0602", "a variable that is not set",
     "The inventory takes an address from the environment, and the variable is empty or missing where dmc was "
     "started."},
    {"E0603", "a file of the inventory is missing",
     "Paths in an inventory begin at the folder of the file that names them."},
    {"E0604", "an address that leads nowhere",
     "An address begins with its engine, as in  sqlite:path/to/file.db ,  postgres://user@host/database  or\n"
     "clickhouse://user@host/database . The value is not shown, because it may hold a password."},
    {"E0605", "a password in an inventory",
     "The inventory is committed and read by many. Put the whole address into a variable of the environment or a "
     "file:\n\n    shard eu1 at env SHOP_EU1_URL;"},
    {"E0606", "a target stands twice",
     "Two shards of one database have the same name or the same address. A plan would run twice on one database."},
    {"E0607", "a list of shards that cannot be read",
     "It is a JSON list; every entry has all four fields:\n\n"
     "    [{\"name\": \"eu1\", \"at\": \"sqlite:eu1.db\", \"tags\": [\"eu\"], \"gate\": \"ready\"}]"},
    {"E0608", "a file of approvers that cannot be used",
     "It names people and machines with their public keys, each key under one name only. `dmc help approve` shows its "
     "form."},
    {"E0609", "part of the language of inventories that this version does not carry out",
     "Nothing was ignored: the inventory is not used until it is gone. A list of shards can stand in a file."},
    {"E0610", "a cluster without targets", "It names no shard of any database, so there is nothing to run on."},
    {"E0611", "a target that no wave takes, or a wave that takes none",
     "With waves, each target belongs to the first wave whose tag it has; a wave without a tag takes all that are "
     "left.\nA target that no wave takes would silently stay behind."},
    {"E0612", "more targets at once than dmc runs",
     "A warning: the wave runs as many at once as can be; the result is the same."},
    {"E0613", "a run goes on with other targets than it was begun with",
     "Which targets a plan runs on is fixed when it begins and kept in each target's ledger, because a target that "
     "fell\n"
     "out of the list would silently stay behind. Bring the list back; or, when a target was retired or added on\n"
     "purpose, go on with  --rescope 'why'  , which goes into the history of every target."},
    {"E0614", "a target that no longer has a step which others were built on",
     "A step on one database waited for a step on another, and kept that step's number. The other database does not "
     "have\n"
     "it any more: it was restored from a backup, or a standby took over that had not received it. Going on would "
     "build\n"
     "on what is not there."},
    {"E0620", "two paths to one database",
     "Two shards of the inventory are one file under two names, a hard link or another way to the same place. The plan "
     "would\nrun twice on it, and one of the two shards would stay without it. Take one of them out, or give it the "
     "database that was meant."},
    {"E0621", "another runner came to a fleet that was already looked at",
     "Every target is looked at before the first one is changed. Behind that look another runner moved this one: two "
     "runs would\nshare the fleet out among them, and neither could say what happened. No further target is begun; "
     "those at work come to\ntheir end. See who it is with `dmc status`, wait, and run again: what is done already is "
     "passed over."},
    {"E0622", "a plan that only moves rows, and nobody knows whether it has run",
     "Such a plan leads back to the state it starts from, so that only the history in a database's ledger tells "
     "whether "
     "it has\nrun. Where the database was adopted behind it, or knows other plans, the history does not. `--catch-up` "
     "stops there:\nlook at the rows, run that plan by its name where they are not moved yet, or else this one without "
     "--catch-up."},
    {"E0625", "a secret that the plan may not have",
     "A plan names the variables of the environment whose values it wants, `${env NAME}`. It could name any of them, "
     "so "
     "whoever\nruns it says which it may have: `secrets (NAME);` in the cluster, or  --secret NAME  where there is no "
     "cluster. The value\nis put into the statement as an escaped literal, and is never shown or kept."},
    {"E0626", "a secret that is not set",
     "The plan may have the value of that variable, and the environment of this command has no such variable. Set it "
     "and "
     "run\nagain. An empty value is a value."},
    {"E0627", "a server that does not answer what the plan takes for granted",
     "Before anything is changed every server is asked what its database stands on. A table `on cluster 'c'` stands on "
     "every\nhost of c: the server must know c, and each of c's hosts must be a target of the run, because a host that "
     "is not asked is\nunknown. So must every replica of a Replicated table. Name the hosts in the inventory, or take "
     "a "
     "dead one out of the server's\nconfiguration and out of ZooKeeper."},
    {"E0628", "a server that does not have what a declaration names",
     "`dmc lint --on NAME=URL` asks the server for all of its engines, types, codecs, index types and settings of\n"
     "tables, or for its extensions. What is declared is known to dmc and fits the oldest version that must work, but\n"
     "this server was built without it, or is older. Name something that it has, or change the server. Only lint\n"
     "asks this: a run finds out where a statement fails."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::inventory
