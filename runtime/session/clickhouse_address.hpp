// What a `clickhouse://` or `clickhouses://` address says: where the server is, who asks, and settings by known names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace dmc::session {

struct ClickhouseAddress {
  bool tls = false;
  std::string host;
  int port = 0;  ///< of the HTTP interface; 8123, with TLS 8443
  std::string user, password;
  std::string database;  ///< "default" where the address names none
  /// Of the client, by the names that stand behind the question mark: ca_file, certificate_file, key_file,
  /// password_file, connect_timeout, timeout, compression.
  std::map<std::string, std::string> options;
  /// Of the server, sent with every statement: max_threads, max_memory_usage, …
  std::map<std::string, std::string> settings;

  std::string option(const std::string& name) const;
  /// Seconds; 0 where there is none.
  int seconds(const std::string& name, int otherwise) const;
  /// "database 'shop' on db.example:8123", for messages; never the password.
  std::string in_words() const;
  /// "clickhouse://app@db.example/shop?timeout=30": without the password.
  std::string shown() const;
};

/// An address from its scheme on: "clickhouse://…" or "clickhouses://…", with TLS. On failure returns nothing and says
/// why in `reason`, without repeating any of the text but names of parameters.
std::optional<ClickhouseAddress> read_clickhouse_address(std::string_view text, std::string& reason);

}  // namespace dmc::session
