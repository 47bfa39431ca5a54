// One entry per code; a unit test provokes each of them.
#include "compiler/catalog/explanations.hpp"

#include <array>

namespace dmc::catalog {

namespace {

constexpr std::array<grammar::Explanation, 26> table{{
    {"E0301", "the file is not JSON",
     "Plans and catalogs are JSON in UTF-8. This one ends in the middle, holds something else, or was written by "
     "another\n"
     "program. Files that dmc writes are never edited: take the committed one back from version control, or compile\n"
     "again if it is the newest."},
    {"E0302", "a key stands twice",
     "Readers of JSON disagree about which of the two counts, so one person could review the first and a runner carry\n"
     "out the second. Such a file is refused whole."},
    {"E0303", "a value outside of what dmc writes",
     "Fractions, integers beyond ±(2^53−1) and values nested more than 64 deep mean different things to different\n"
     "readers, so dmc never writes them and never reads them."},
    {"E0304", "an unknown field",
     "A field that this version does not know could be the one that matters. It is refused instead of being passed "
     "over:\n"
     "use the dmc that wrote the file."},
    {"E0305", "a field is missing",
     "Every field is always there, `null` where there is nothing to say. A file without one was cut or edited."},
    {"E0306", "a field holds something else than it should",
     "The message names the field and what was expected. Files that dmc writes hold what they should until they are\n"
     "edited: take the committed one back."},
    {"E0307", "another kind of file, or a newer format",
     "The file names a format that this version does not read. Either it is not what was asked for (a catalog in the\n"
     "place of a plan), or a newer dmc wrote it: use that one on every machine that compiles or runs the project."},
    {"E0308", "the bytes are not canonical",
     "What was approved is what was hashed and is what runs, byte for byte. There is one way to write a file, and this "
     "is\n"
     "another: white space was added, keys were moved, or a tool laid the file out anew.\n"
     "\n"
     "Take the committed file back, and tell formatters and merge tools to leave catalog/ and plans/ alone."},
    {"E0309", "a step is not the one that its id was given to",
     "A step's id is a hash over all of it, over the state its database starts from and over the steps it requires. So "
     "an\n"
     "approval of a step is an approval of exactly that, at that place. This step was edited after it was compiled."},
    {"E0310", "the file is too large", "Files of more than 256 MiB are not read."},
    {"E0311", "parts of the plan contradict one another",
     "For instance a step requires one that comes later, names a database that the plan does not list, or lies in a "
     "stage\n"
     "that does not exist. dmc does not write such plans, so this one was made by something else and is not run."},
    {"E0320", "a database in the catalog is not what its hash says",
     "Each database of a catalog carries the hash of its state, and it is taken again whenever the file is read. Here "
     "the\n"
     "two differ: the catalog was edited.\n"
     "\n"
     "What a database should be is said in the schema files; how it gets there, in a change. The catalog follows."},
    {"E0321", "hashes over another version of the model",
     "What counts as the state of a database is versioned. This catalog's hashes were taken over another version, so "
     "they\n"
     "cannot be compared with those of this dmc, though the databases may be the same. Use the dmc that wrote it."},
    {"E0322", "parts of the catalog contradict one another",
     "Databases stand by name, catalogs are numbered from 1, and each but the first names the one before it. dmc "
     "writes no\n"
     "other: take the committed file back."},
    {"E0330", "the project has no change",
     "Every version has exactly one change, even when the desired state says it all:\n"
     "\n"
     "    change 1 'first version';"},
    {"E0331", "a version was left out",
     "Versions follow one another without a gap, and only the highest is compiled, on the catalog before it. If two "
     "changes\n"
     "were written and neither is compiled yet, make them one, or put the second aside until the first is compiled."},
    {"E0332", "a catalog whose change is gone",
     "The highest change of the sources is lower than the newest catalog, so compiling would go back in time. Take "
     "the\n"
     "change back from version control; or, if its version never ran anywhere, delete its catalog and its plans."},
    {"E0333", "a catalog is missing",
     "A version is compiled on the catalog of the version before it, so catalogs are committed together with plans. "
     "Take\n"
     "the missing one back from version control. Only the oldest ones may be given up, without a hole."},
    {"E0334", "a catalog of another place",
     "The catalog's own number or project is not the one it lies under: it was renamed or copied. Take the committed\n"
     "files back. A project keeps its name for good, because ledgers and catalogs hold it."},
    {"E0335", "two branches have met",
     "Every catalog names the hash of the one it was compiled on. Here that one was replaced, mostly because two "
     "branches\n"
     "compiled a version of the same number and were merged.\n"
     "\n"
     "The version that has run somewhere stays. The other change takes the next number, its catalog and plans are "
     "deleted,\n"
     "and it is compiled again, on top."},
    {"E0336", "a frozen change was edited",
     "Writing change N+1 freezes change N, and `dmc seal N` does so earlier: it may have run, and databases remember "
     "it by\n"
     "its hash. Take it back as it was, and say in the next change what is still wanted. Comments and white space do "
     "not\n"
     "count."},
    {"E0337", "a sealed catalog was replaced",
     "catalog/index.json holds the hash of every sealed version, and this catalog has another. Sealing goes one way: "
     "take\n"
     "the sealed file back from version control."},
    {"E0338", "a sealed version would become something else",
     "The version is sealed, and what it compiles to now is not what was sealed: the desired state has moved on, or a "
     "newer\n"
     "dmc would take other steps. A sealed version stays as it is. Write the next change, and compile that."},
    {"E0340", "the stage that a version was settled at is not there",
     "`dmc settle` ended a version at a gate and noted that in catalog/NNNN.settled.json. The next version is compiled "
     "on\n"
     "the catalog of that stage, catalog/NNNN.K.json, which `dmc compile` wrote together with the plan. It is missing "
     "here,\n"
     "or another than it was when the version was settled: take both files from the same commit."},
    {"E0341", "a settled version would become something else",
     "The version was settled at a gate: databases stand where its plan left them, and what it still wanted to do is "
     "void.\n"
     "Its change stays as it is. What is still wanted is said in the next change, which begins at that stage."},
    {"E0342", "a change ends what a settled version left at work",
     "The version before was settled at a gate while triggers of its `follow` kept a column filled for writers that "
     "know\n"
     "nothing of it. They stayed at work, because those writers may be there still. This change begins by ending them: "
     "it "
     "says\n"
     "what is wanted from here on. Where such writers remain, repeat the statement in this change:\n"
     "\n"
     "    backfill users set full_name = (name) where (full_name is null) follow without backup;\n"
     "\n"
     "It makes the triggers anew and fills what was written in between."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::catalog
