// One entry per code.
#include "runtime/rehearse/explanations.hpp"

#include <array>

namespace dmc::rehearse {

namespace {

constexpr std::array<grammar::Explanation, 5> table{{
    {"E0701", "a rehearsal without its ground",
     "A rehearsal builds the base of a plan from the catalog before it, and compares the outcome with the catalog "
     "behind it.\nOne of the two is missing from catalog/, or holds another state than the plan names. Take both from "
     "the commit that\nthe plan comes from, or compile again."},
    {"E0702", "a rehearsal on a database that exists",
     "What a rehearsal works on is made for it, filled with generated rows and left changed. Name a place where "
     "nothing is\nyet, or leave `--on` away: then it makes its own place and removes it."},
    {"E0830", "a rehearsal without a server to start",
     "A rehearsal on PostgreSQL makes a cluster of its own with initdb and postgres, reached over a Unix socket by "
     "nobody "
     "else,\nand removes it. It looks for the two in DMC_POSTGRES_BIN when that is set, else in PATH and where systems "
     "keep "
     "them\n(/usr/lib/postgresql/MAJOR/bin). Install a server (Debian: apt-get install postgresql), say where it is, "
     "or "
     "name a\nserver on which throw-away databases may be made: `--on NAME=postgres://...`, with a role that may "
     "create "
     "databases.\nThe server does not run as root: started as root, dmc runs it as the user postgres, whom the package "
     "makes.\n\nOn ClickHouse it is clickhouse-server, looked for in DMC_CLICKHOUSE_BIN when that is set, else in "
     "PATH, "
     "/usr/sbin and /usr/bin\n(Debian: apt-get install clickhouse-server), as who starts dmc; else the embedded "
     "engine, "
     "when libchdb.so is there; or a server\nnamed with `--on NAME=clickhouse://...`, whose user may create and drop "
     "databases. One that is older than the database's\ndeclared version is refused: its plan may say what that server "
     "does not know."},
    {"E0832", "the server of a rehearsal does not start",
     "initdb, postgres or clickhouse-server ended before the server was up; the message holds the last lines of what "
     "it said. Often its "
     "folder\ncannot be reached by the user postgres (TMPDIR in a home folder), or the disk is full: set TMPDIR to a "
     "folder "
     "that\neverybody may enter."},
    {"E0833", "an extension that the server of a rehearsal lacks",
     "The database needs an extension whose files are not installed beside the server of the rehearsal, so its tables "
     "cannot be\nbuilt there. Install the extension's package, or name a server that has it with `--on`."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::rehearse
