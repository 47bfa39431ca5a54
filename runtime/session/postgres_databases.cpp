#include "runtime/session/postgres_databases.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "runtime/session/postgres_rows.hpp"

namespace dmc::session {

namespace {

std::string in_address(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// "?host=…&port=…" of "host=…&dbname=…&port=…".
std::string without_database(std::string_view settings) {
  std::string kept;
  while (!settings.empty()) {
    const auto end = std::min(settings.find('&'), settings.size());
    const auto one = settings.substr(0, end);
    settings.remove_prefix(std::min(end + 1, settings.size()));
    if (one.empty() || one.starts_with("dbname=")) continue;
    kept.append(kept.empty() ? "?" : "&").append(one);
  }
  return kept;
}

}  // namespace

Url postgres_database_on(const Url& server, std::string_view database) {
  auto url = server;
  const auto question = url.location.find('?');
  const auto authority = url.location.find('/', 2);
  const auto tail = question == std::string::npos ? std::string() : without_database(url.location.substr(question + 1));
  url.location = url.location.substr(0, std::min({authority, question, url.location.size()}));
  url.location += "/";
  url.location += in_address(database);
  url.location += tail;
  return url;
}

void settle_postgres(Session& admin, const std::vector<std::string>& databases) {
  constexpr int patience = 2'000;
  for (int waited = 0; waited < 2 * patience; ++waited) {
    std::int64_t there = 0;
    for (const auto& name : databases) {
      const std::vector<Value> called{name};
      there += number_in(
          admin.query("select count(*) from pg_catalog.pg_stat_activity where datname = $1", called).rows.at(0), 0);
      if (waited == patience)
        admin.query("select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity where datname = $1",
                    called);
    }
    if (there == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace dmc::session
