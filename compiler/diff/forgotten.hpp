// Texts of the desired state that still say the name which a rename takes away.
#pragma once

#include "compiler/diff/place.hpp"

namespace dmc::diff {

/// Reports (E0294) each text that was as it is desired in `before` and is not any more now that the rename has carried
/// the new name into it; where the engine carries none into views, each view that stays and reads the old one. `target`
/// is the table or column under its new name.
void report_forgotten(const Subject& subject, const Subject& target, const State& before, const Place& place);

}  // namespace dmc::diff
