// How much room a target has, and whether it may be written: for a look ahead, never for a decision while a plan runs.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/session/session.hpp"
#include "runtime/session/url.hpp"

namespace dmc::session {

/// Bytes; none where the engine cannot say.
struct Space {
  std::optional<std::int64_t> used;
  std::optional<std::int64_t> free;
  std::optional<bool> writable;
};

/// `session` is null for a target that is not there yet. Changes nothing.
Space space_of(const Url& url, Session* session);

}  // namespace dmc::session
