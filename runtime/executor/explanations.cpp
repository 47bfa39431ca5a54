// One entry per code.
#include "runtime/executor/explanations.hpp"

#include <array>

namespace dmc::executor {

namespace {

constexpr std::array<grammar::Explanation, 2> table{{
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
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::executor
