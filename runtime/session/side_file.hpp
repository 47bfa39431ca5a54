// The change lock of what lies in the file system of its runner: a file beside it, `<path>-dmc`, held with flock and
// never removed.
#pragma once

#include <memory>
#include <string>

#include "runtime/session/target.hpp"

namespace dmc::session {

/// `path` may be a database that does not exist yet, and a folder.
std::unique_ptr<Lock> lock_side_file(const std::string& path, const Holder& holder);
Holder holder_of_side_file(const std::string& path);

}  // namespace dmc::session
