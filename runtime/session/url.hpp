// Where a target is: `sqlite:path`, `postgres://host/database`, `clickhouse://host/database`, `chdb:path`. What a
// person sees of it never holds a password.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dmc::session {

struct Url {
  std::string engine;  ///< "sqlite": the dialect's name
  /// What the engine's client takes: for SQLite a path, relative to the working directory; for PostgreSQL what stands
  /// behind the scheme and its colon; for ClickHouse the whole address, because it has three schemes.
  std::string location;
  bool operator==(const Url&) const = default;
  /// For people, journals and commands to type: a password is left out.
  std::string shown() const;
};

/// Reads `sqlite:path`, `postgres://…`, `clickhouse://…`, `clickhouses://…` and `chdb:path`. On failure returns nothing
/// and says why in `reason`, in a sentence that does not repeat the text (it may hold a password).
std::optional<Url> parse_url(std::string_view text, std::string& reason);

/// An address of that engine with words to fill in: "sqlite:PATH", "postgres://USER@HOST/DATABASE".
std::string url_to_fill_in(std::string_view engine);

}  // namespace dmc::session
