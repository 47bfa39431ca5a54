// Everything a command may touch, built by `main` and lent; tests lend their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "compiler/dialects/dialect.hpp"
#include "runtime/cli/paint.hpp"
#include "runtime/journal/clock.hpp"
#include "runtime/session/stop.hpp"
#include "runtime/session/target.hpp"

namespace dmc::cli {

/// What is known of the other end of our streams.
struct Terminal {
  bool asks = false;   ///< somebody can answer: input and errors are a terminal
  bool live = false;   ///< a line may be drawn over: errors are a terminal that can
  bool shows = false;  ///< a person sees both streams: what progress has told need not be told again
  Paint paint;         ///< of the output
  std::size_t width = 80;
};

struct World {
  std::istream& in;
  std::ostream& out;  ///< what was asked for
  std::ostream& err;  ///< progress, questions, and why a command could not go on
  Terminal terminal;
  std::filesystem::path directory;  ///< where dmc was started: relative paths and URLs begin here
  std::int64_t process = 0;
  std::string host;
  std::string user;
  const dialects::Dialects& dialects;
  session::Connector& connector;
  session::Stop& stop;
  journal::Clock& clock;
  /// A variable of the environment, for what an inventory takes from there; nothing when it is not set.
  std::function<std::optional<std::string>(const std::string&)> variable = {};
};

}  // namespace dmc::cli
