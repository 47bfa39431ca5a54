// What one statement was seen to do. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dmc::calibrate {

enum class Kind { table, index, other };

/// By its name before the statement; of what the statement makes, its new name.
struct SeenRelation {
  std::string name;
  Kind kind = Kind::table;
  std::size_t strength = 0;  ///< of its strongest lock, as `session::postgres_modes` counts; 0: none was seen
  bool made = false;         ///< by the statement: its locks are in nobody's way
  bool gone = false;         ///< behind the statement
  bool read = false;         ///< scanned, or looked into by an index
  bool new_file = false;     ///< it lies in a file that no relation had before
  bool emptied = false;      ///< and that file is empty
};

struct Observed {
  std::vector<SeenRelation> relations;
  bool sampled = false;  ///< from outside, now and then: a short lock can be missed
  bool counted = true;   ///< the server told what was read
};

}  // namespace dmc::calibrate
