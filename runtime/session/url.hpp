// Where a target is: `sqlite:path`. What a person sees of it never holds a password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmc::session {

struct Url {
  std::string engine;    ///< "sqlite": the dialect's name
  std::string location;  ///< what the engine's client takes: for SQLite a path, relative to the working directory
  bool operator==(const Url&) const = default;
  /// For people, journals and commands to type: credentials are left out.
  std::string shown() const;
};

/// Reads `sqlite:path`. On failure returns nothing and says why in `reason`, in a sentence that does not repeat the
/// text (it may hold a password).
std::optional<Url> parse_url(std::string_view text, std::string& reason);

}  // namespace dmc::session
