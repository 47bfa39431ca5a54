// Why something may not be done.
#pragma once

#include <string>

namespace dmc::trust {

/// A stable code and a sentence. The sentence repeats what others wrote: escape it where it is shown.
struct Objection {
  std::string code;
  std::string text;
  std::vector<std::string> elsewhere = {};  ///< of an approval that does not name the target: those that it names
  bool operator==(const Objection&) const = default;
};

}  // namespace dmc::trust
