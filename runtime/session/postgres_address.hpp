// What a `postgres://` address says: a short list of parameters, and nothing that changes what a session does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dmc::session {

struct PostgresAddress {
  /// By libpq's keyword: host, port, dbname, user, password, sslmode, sslrootcert, application_name, connect_timeout.
  /// Only what the address says; `dbname` always.
  std::map<std::string, std::string> parameters;

  std::string value(const std::string& keyword) const;
  /// "shop on db.example:5432", for messages; never the password.
  std::string in_words() const;
  /// "//app@db.example/shop?sslmode=require": the location of a Url that holds no password.
  std::string shown() const;
};

/// `location` is what stands behind the scheme and its colon. On failure returns nothing and says why in `reason`,
/// without repeating any of the text.
std::optional<PostgresAddress> read_postgres_address(std::string_view location, std::string& reason);

}  // namespace dmc::session
