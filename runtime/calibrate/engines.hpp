// The engines of which something was measured. Internal to this folder.
#pragma once

#include "runtime/calibrate/calibrate.hpp"

namespace dmc::calibrate {

Result calibrate_postgres(const session::Url& server, session::Connector& connector, session::Stop& stop);

}  // namespace dmc::calibrate
