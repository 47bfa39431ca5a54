// One entry per code.
#include "runtime/calibrate/explanations.hpp"

#include <array>

namespace dmc::calibrate {

namespace {

constexpr std::array<grammar::Explanation, 1> table{{
    {"E0834", "a calibration that may make no database",
     "A calibration executes every statement of the lock table, most of them on tables that it fills, drops and "
     "writes\n"
     "anew. It does that in a database that it makes and removes, never in one of yours, so its role needs the right "
     "to\n"
     "make one:\n"
     "\n"
     "    alter role calibrator createdb createrole\n"
     "\n"
     "`createrole` is for two of the operations (a grant, another owner), which are else reported as not measured.\n"
     "A server of the same version on which you may do so answers as well, where it is the same build."},
}};

}  // namespace

std::span<const grammar::Explanation> explanations() { return table; }

}  // namespace dmc::calibrate
