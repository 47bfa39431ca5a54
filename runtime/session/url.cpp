// Reads a target's address and shows it without its secrets.
#include "runtime/session/url.hpp"

#include <array>
#include <utility>

#include "runtime/session/clickhouse_address.hpp"
#include "runtime/session/postgres_address.hpp"

namespace dmc::session {

namespace {

/// Schemes the language of addresses knows and this build has no client for.
constexpr std::array later{std::pair{std::string_view{"mysql"}, std::string_view{"MySQL"}},
                           std::pair{std::string_view{"mongodb"}, std::string_view{"MongoDB"}}};

}  // namespace

std::string url_to_fill_in(std::string_view engine) {
  return std::string(engine) + (engine == "sqlite" ? ":PATH" : "://USER@HOST/DATABASE");
}

std::string Url::shown() const {
  std::string ignored;
  if (engine == "postgres")
    if (const auto address = read_postgres_address(location, ignored)) return engine + ":" + address->shown();
  if (engine == "clickhouse") {
    const auto address = read_clickhouse_address(location, ignored);
    return address ? address->shown() : location;
  }
  const auto host = location.starts_with("//") ? location.rfind('@') : std::string::npos;
  return engine + ":" + (host == std::string::npos ? location : "//" + location.substr(host + 1));
}

constexpr std::string_view known = "sqlite:path, postgres://host/database and clickhouse://host/database";

std::optional<Url> parse_url(std::string_view text, std::string& reason) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    reason =
        "an address begins with its engine: sqlite:path/to/file.db, postgres://host/database, "
        "clickhouse://host/database";
    return std::nullopt;
  }
  const auto scheme = text.substr(0, colon);
  const auto location = text.substr(colon + 1);
  for (const auto& [name, label] : later)
    if (name == scheme) {
      reason = "this version cannot connect to " + std::string(label) + "; it knows " + std::string(known);
      return std::nullopt;
    }
  if (scheme == "postgres" || scheme == "postgresql") {
    if (!read_postgres_address(location, reason)) return std::nullopt;
    return Url{"postgres", std::string(location)};
  }
  if (scheme == "clickhouse" || scheme == "clickhouses") {
    if (!read_clickhouse_address(text, reason)) return std::nullopt;
    return Url{"clickhouse", std::string(text)};
  }
  if (scheme == "chdb") {
    if (location.empty() || location.starts_with("//") || location.find('\0') != std::string_view::npos) {
      reason = "an embedded ClickHouse lies in a folder: chdb:path/to/folder";
      return std::nullopt;
    }
    return Url{"clickhouse", std::string(text)};
  }
  if (scheme != "sqlite") {
    reason = "no engine has that name; this version knows " + std::string(known);
    return std::nullopt;
  }
  if (location.empty()) {
    reason = "the path is missing: sqlite:path/to/file.db";
    return std::nullopt;
  }
  if (location == ":memory:") {
    reason = "a database in memory is gone when dmc ends; give a file: sqlite:path/to/file.db";
    return std::nullopt;
  }
  if (location.starts_with("//") && location.find('@') != std::string_view::npos) {
    reason = "a SQLite address is a path, without user, password or host: sqlite:path/to/file.db";
    return std::nullopt;
  }
  if (location.find('\0') != std::string_view::npos) {
    reason = "a path cannot hold a zero byte";
    return std::nullopt;
  }
  return Url{std::string(scheme), std::string(location)};
}

}  // namespace dmc::session
