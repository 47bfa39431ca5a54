// One entry per code; a unit test provokes each of them.
#include "compiler/ast/explanations.hpp"

#include <array>

namespace dmc::ast {

namespace {

constexpr std::array<grammar::Explanation, 7> table{{
    {"E0150", "a number does not fit",
     "Counts, versions of a change and the numbers of a sequence are 64-bit integers, the parts of a server version\n"
     "32-bit ones. A larger number is never cut or rounded.\n"
     "\n"
     "The default of a column may be as large as its type allows: it is kept as written."},
    {"E0151", "a number outside of what can be meant here",
     "A number of rows, tries or workers is whole and not negative; so is a duration or a size. A share lies between\n"
     "0% and 100%.\n"
     "\n"
     "    batch 5_000      rows\n"
     "    rejects at most 0.1%"},
    {"E0152", "a quantity that cannot be kept exactly",
     "Durations are kept in milliseconds, sizes in bytes, shares in millionths of one percent, all without rounding.\n"
     "What is finer or larger than 63 bits of those has no exact value.\n"
     "\n"
     "    pause 1.5s       1500 milliseconds: fine\n"
     "    pause 0.5ms      half a millisecond: not"},
    {"E0153", "a clause that may stand once stands twice",
     "The second one would silently replace the first, or be ignored. Keep the one that is meant."},
    {"E0154", "two words that exclude each other",
     "Each of them is fine alone, but together they say two different things. Keep the one that is meant."},
    {"E0155", "a value of another kind was expected here",
     "A default, a comparison and an assignment take a text, a number, true, false or null. Units belong to pace,\n"
     "deadlines and shares: `batch 64MiB`, `lag under 5m`, `rejects at most 0.1%`.\n"
     "\n"
     "A value that the database computes is SQL in parentheses:\n"
     "\n"
     "    default (interval '5 minutes')"},
    {"E0156", "an index of a view that holds no rows",
     "A view is its query and nothing else: every read computes it anew, and an index would have nothing to cover.\n"
     "Index the tables behind it, or make it a `materialized view`, which holds rows of its own."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::ast
