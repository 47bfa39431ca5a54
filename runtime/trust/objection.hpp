// Why something may not be done.
#pragma once

#include <string>

namespace dmc::trust {

/// A stable code and a sentence. The sentence repeats what others wrote: escape it where it is shown.
struct Objection {
  std::string code;
  std::string text;
  bool operator==(const Objection&) const = default;
};

}  // namespace dmc::trust
