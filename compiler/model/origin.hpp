// Where something of the model was declared. It never counts when values are compared, hashed or written.
#pragma once

#include <optional>

#include "grammar/source.hpp"

namespace dmc::model {

struct Origin {
  std::optional<grammar::Span> span;  ///< none: it came from a catalog or a live database
  bool operator==(const Origin&) const { return true; }
};

}  // namespace dmc::model
