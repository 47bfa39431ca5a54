// Cancels a statement that takes longer than its plan allows.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/steps/context.hpp"

namespace dmc::steps {

/// Guards one statement; without a limit it does nothing. It decides only when to give up, never what is true.
class Watch {
 public:
  Watch(Context& context, std::optional<std::int64_t> limit_ms);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  Context& context_;
  bool set_;
};

}  // namespace dmc::steps
