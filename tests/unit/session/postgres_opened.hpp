// A database of the program's own server, opened through the connector, and what is looked for in errors.
#pragma once

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/session/postgres_errors.hpp"
#include "runtime/session/target.hpp"
#include "tests/support/postgres_proxy.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/unit/session/asked.hpp"

namespace dmc::session::on_postgres {

using dmc::tests::postgres_or_skip;
using dmc::tests::PostgresServer;

struct Opened {
  explicit Opened(PostgresServer& server, const std::string& name = "session")
      : server(server), url(server.make(name)) {}
  std::unique_ptr<Session> open(Access access = Access::write, Lock* lock = nullptr) {
    return connector->open(url, Missing::refuse, access, lock);
  }
  PostgresServer& server;
  std::unique_ptr<Connector> connector = dmc::session::connector();
  Url url;
  Holder holder{1, "host", "tester", "dmc test", ""};
};

#define WITH_SERVER(name)                                \
  PostgresServer* server_found = postgres_or_skip(name); \
  if (!server_found) return;                             \
  Opened opened(*server_found)

/// The texts of refusals, a line each, with SERVER and PORT for what differs.
inline void is_in_golden(const PostgresServer& server, const SessionError& error) {
  std::string text = error.what();
  const auto replace = [&](const std::string& from, const std::string& to) {
    if (const auto at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  };
  replace(server.socket_path().substr(0, server.socket_path().rfind('/')), "SERVER");
  for (int i = 0; i < 2; ++i) {
    replace("port " + std::to_string(server.port()), "port PORT");
    replace(":" + std::to_string(server.port()), ":PORT");
  }
  if (const auto at = text.find("127.0.0.1:"); text.find("a pooler") != std::string::npos && at != std::string::npos)
    text.replace(at + 10, text.find(',', at) - at - 10, "PORT");
  std::ifstream in(std::string(DMC_SOURCE_DIR) + "/tests/unit/session/postgres_refusals.txt");
  bool found = false;
  for (std::string line; std::getline(in, line);) found = found || line == text;
  CHECK_MESSAGE(found, "not in postgres_refusals.txt: " << text);
}

inline std::int64_t count(Session& session, const std::string& table) {
  return std::get<std::int64_t>(one(session, "select count(*) from " + table));
}

}  // namespace dmc::session::on_postgres
