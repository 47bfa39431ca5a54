// Values of an enum that is declared by itself, which can get another name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"

namespace dmc::dialects {

/// What the texts of a dialect may be, too: those of an engine that has enums of their own.
class Values {
 public:
  virtual ~Values() = default;
  /// Of an object that is an enum, in their order; nothing: it is none, or cannot be read.
  virtual std::optional<std::vector<std::string>> values_of(const model::Object& object) const = 0;
  /// Carries another name of a value into the enum and into every text that the engine itself rewrites. `type`: the
  /// path of the object.
  virtual void rename_value(model::Database& database, std::string_view type, std::string_view from,
                            std::string_view to) const = 0;
};

}  // namespace dmc::dialects
