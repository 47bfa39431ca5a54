// A database of a running PostgreSQL, to try statements on for real: a server of the tests' own, or the one that
// DMC_POSTGRES names ("host=/tmp/run port=5432 user=postgres"). Without either nothing is tried.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/dialect.hpp"
#include "runtime/session/url.hpp"
#include "tests/support/postgres_dump.hpp"
#include "tests/support/postgres_server.hpp"

namespace dmc::tests {

class PgLive {
 public:
  static std::optional<std::string> server() {
    if (const char* text = std::getenv("DMC_POSTGRES")) return text;
    const auto* own = postgres_or_skip("statements tried on PostgreSQL");
    if (!own) return std::nullopt;
    const std::string socket = own->socket_path();
    const auto cut = socket.rfind('/');
    const auto port = socket.substr(socket.rfind('.') + 1);
    return "host=" + socket.substr(0, cut) + " port=" + port + " user=postgres";
  }

  /// A fresh database, dropped at the end.
  explicit PgLive(std::string name) : name_(std::move(name)) {
    connect("postgres");
    drop();
    execute("create database " + name_ + " template template0");
    connect(name_);
    execute(
        "set search_path = ''; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set "
        "extra_float_digits = 1; set client_min_messages = warning");
  }
  PgLive(const PgLive&) = delete;
  PgLive& operator=(const PgLive&) = delete;
  ~PgLive() {
    try {
      connect("postgres");
      drop();
    } catch (const std::exception&) {
    }
  }

  void execute(const std::string& sql) {
    const Answer answer(PQexec(handle_.get(), sql.c_str()), PQclear);
    check(answer.get(), sql);
  }

  dialects::QueryRows query(const std::string& sql, const std::vector<std::optional<std::string>>& parameters = {}) {
    std::vector<const char*> values;
    for (const auto& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
    const Answer answer(PQexecParams(handle_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                     values.data(), nullptr, nullptr, 0),
                        PQclear);
    check(answer.get(), sql);
    dialects::QueryRows rows;
    for (int i = 0; i < PQntuples(answer.get()); ++i) {
      auto& row = rows.emplace_back();
      for (int j = 0; j < PQnfields(answer.get()); ++j)
        row.push_back(PQgetisnull(answer.get(), i, j) ? std::nullopt
                                                      : std::optional<std::string>(PQgetvalue(answer.get(), i, j)));
    }
    return rows;
  }

  std::string value(const std::string& sql) {
    const auto rows = query(sql);
    return rows.empty() ? "(none)" : rows[0][0].value_or("(null)");
  }

  /// For a session of its own with this database.
  session::Url url() const {
    const auto word = [said = *server() + " "](const std::string& keyword) {
      const auto at = said.find(keyword + "=") + keyword.size() + 1;
      return said.substr(at, said.find(' ', at) - at);
    };
    return {"postgres", "//" + word("user") + "@/" + name_ + "?host=" + word("host") + "&port=" + word("port")};
  }

  int major() { return std::stoi(value("select current_setting('server_version_num')")) / 10'000; }

  std::string dump() { return schema_of(*server() + " dbname=" + name_); }

  /// A script for psql, to its end; the role `testuser` that some need is made.
  void load(const std::filesystem::path& script) {
    output_of(client("psql") + " -q -c 'create role testuser superuser login' 2>&1");
    const auto said = output_of(client("psql") + " -q -v ON_ERROR_STOP=1 -f '" + script.string() + "' 2>&1 >/dev/null");
    if (said.find("ERROR:") != std::string::npos || said.find("not found") != std::string::npos)
      throw std::runtime_error(script.string() + ": " + said);
  }
  void write_dump(const std::filesystem::path& file) {
    // 18's says of a server of 16 what only servers from 17 on know.
    const auto said = output_of(client("pg_dump") + " -s -f '" + file.string() +
                                "' 2>&1 && sed -i '/^SET transaction_timeout/d' '" + file.string() + "'");
    if (!said.empty()) throw std::runtime_error("pg_dump: " + said);
  }

  std::string contents() {
    return contents_of([this](const std::string& sql) {
      std::vector<std::string> first;
      for (const auto& row : query(sql)) first.push_back(row[0].value_or(""));
      return first;
    });
  }

 private:
  void drop() {
    execute(drop_sessions(name_));
    execute("drop database if exists " + name_);
  }

  using Answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

  void connect(const std::string& database) {
    handle_.reset(PQconnectdb((*server() + " dbname=" + database).c_str()));
    if (PQstatus(handle_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(handle_.get()));
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
  }

  void check(const PGresult* answer, const std::string& sql) {
    const auto status = PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
      throw std::runtime_error(PQerrorMessage(handle_.get()) + ("\n  in: " + sql));
  }

  std::string client(const std::string& name) const {
    return client_program(name) + " -d '" + *server() + " dbname=" + name_ + "'";
  }

  struct Close {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  std::string name_;
  std::unique_ptr<PGconn, Close> handle_;
};

}  // namespace dmc::tests
