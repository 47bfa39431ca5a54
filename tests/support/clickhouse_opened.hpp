// A ClickHouse server of the program's own, opened through the connector, and what is looked for in errors.
#pragma once

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/session/clickhouse_streams.hpp"
#include "runtime/session/target.hpp"
#include "tests/support/clickhouse_server.hpp"
#include "tests/unit/session/asked.hpp"

namespace dmc::session::on_clickhouse {

using dmc::tests::clickhouse_or_skip;
using dmc::tests::ClickhouseServer;
using Kind = ClickhouseServer::Kind;

/// Both engines have it: 18.16 by this statement, the library's server from the start.
inline std::string make_database(ClickhouseServer& server, const std::string& name) {
  const auto session = connector()->open(server.at("default"), Missing::refuse, Access::write);
  session->execute("drop database if exists " + name, {});
  session->execute("create database " + name, {});
  return name;
}

struct Opened {
  explicit Opened(ClickhouseServer& server, const std::string& name)
      : server(server), url(server.at(make_database(server, name))) {}
  std::unique_ptr<Session> open(Access access = Access::write) { return connector->open(url, Missing::refuse, access); }
  ClickhouseServer& server;
  std::unique_ptr<Connector> connector = dmc::session::connector();
  Url url;
};

/// The same on both servers; what cannot be had says so.
inline void on_both(const std::string& name, const std::function<void(Opened&)>& act) {
  for (const auto kind : {Kind::debian, Kind::chdb}) {
    const auto label = name + (kind == Kind::debian ? " on 18.16" : " on 26.x");
    auto* server = clickhouse_or_skip(kind, label.c_str());
    if (!server) continue;
    INFO(label);
    Opened opened(*server, "dmc_test");
    act(opened);
  }
}

/// The texts of refusals, a line each, with PORT for what differs.
inline void is_in_golden(const SessionError& error, int port) {
  std::string text = error.what();
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  replace(":" + std::to_string(port), ":PORT");
  replace("port " + std::to_string(port), "port PORT");
  if (const auto at = text.find(" after "); at != std::string::npos && text.find(" ms: ") != std::string::npos)
    text.replace(at, text.find(" ms: ") - at, " after N");
  std::ifstream in(std::string(DMC_SOURCE_DIR) + "/tests/unit/session/clickhouse_refusals.txt");
  bool found = false;
  for (std::string line; std::getline(in, line);) found = found || line == text;
  CHECK_MESSAGE(found, "not in clickhouse_refusals.txt: " << text);
}

}  // namespace dmc::session::on_clickhouse
