// What a person sees while a run goes on: a live line on a terminal, plain lines elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "runtime/journal/clock.hpp"
#include "runtime/journal/event.hpp"

namespace dmc::report {

using Write = std::function<void(std::string_view)>;

/// One line per step and per thing worth knowing, and a line in place with rows, rate and time left. For terminals. The
/// line is drawn at most ten times a second of `clock`.
std::unique_ptr<journal::Sink> live_progress(Write write, journal::Clock& clock, int columns);

/// The same without the line in place; with `progress`, a line of it every ten seconds of `clock`.
std::unique_ptr<journal::Sink> plain_progress(Write write, journal::Clock& clock, bool progress);

}  // namespace dmc::report
