// One entry per code.
#include "runtime/rehearse/explanations.hpp"

#include <array>

namespace dmc::rehearse {

namespace {

constexpr std::array<grammar::Explanation, 2> table{{
    {"E0701", "a rehearsal without its ground",
     "A rehearsal builds the base of a plan from the catalog before it, and compares the outcome with the catalog "
     "behind it.\nOne of the two is missing from catalog/, or holds another state than the plan names. Take both from "
     "the commit that\nthe plan comes from, or compile again."},
    {"E0702", "a rehearsal on a database that exists",
     "What a rehearsal works on is made for it, filled with generated rows and left changed. Name a place where "
     "nothing is\nyet, or leave `--on` away: then it makes its own place and removes it."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::rehearse
