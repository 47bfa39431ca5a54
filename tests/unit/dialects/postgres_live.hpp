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
    execute("drop database if exists " + name_ + " with (force)");
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
      execute("drop database if exists " + name_ + " with (force)");
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

  /// `pg_dump -s`, without the lines that differ by themselves.
  std::string dump() { return filtered(output(client("pg_dump") + " -s -N dmc_backup 2>&1")); }

  /// A script for psql, to its end; the role `testuser` that some need is made.
  void load(const std::filesystem::path& script) {
    output(client("psql") + " -q -c 'create role testuser superuser login' 2>&1");
    const auto said = output(client("psql") + " -q -v ON_ERROR_STOP=1 -f '" + script.string() + "' 2>&1 >/dev/null");
    if (said.find("ERROR:") != std::string::npos || said.find("not found") != std::string::npos)
      throw std::runtime_error(script.string() + ": " + said);
  }
  void write_dump(const std::filesystem::path& file) {
    const auto said = output(client("pg_dump") + " -s -f '" + file.string() + "' 2>&1");
    if (!said.empty()) throw std::runtime_error("pg_dump: " + said);
  }

  /// Every row of every table, by table and in order.
  std::string contents() {
    std::string out;
    for (const auto& table :
         query("select oid::regclass::text from pg_class where relkind in ('r', 'p', 'm') and not relispartition and "
               "relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and relnamespace "
               "<> coalesce(to_regnamespace('dmc_backup'), 0) order by 1")) {
      out += *table[0] + "\n";
      for (const auto& row : query("select to_jsonb(t)::text from " + *table[0] + " t order by 1"))
        out += "  " + *row[0] + "\n";
    }
    return out;
  }

 private:
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

  /// A program of the server's own version where it lies beside the server, on this database.
  std::string client(const std::string& name) const {
    const auto beside = std::filesystem::path(postgres_binaries()) / name;
    return (std::filesystem::exists(beside) ? beside.string() : name) + " -d '" + *server() + " dbname=" + name_ + "'";
  }

  static std::string output(const std::string& command) {
    std::string text;
    FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("cannot run " + command);
    std::array<char, 4096> buffer{};
    while (const auto read = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), read);
    pclose(pipe);
    return text;
  }

  /// The order of columns is no part of a table's state.
  static std::string unordered(const std::string& statement) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < statement.size();) {
      const auto end = statement.find('\n', at);
      auto line = statement.substr(at, end - at);
      if (line.ends_with(",")) line.pop_back();
      lines.push_back(std::move(line));
      at = end + 1;
    }
    std::sort(lines.begin() + 1, lines.end());
    std::string out;
    for (const auto& line : lines) out += line + "\n";
    return out;
  }

  /// The statements in the order of their texts: pg_dump's own follows what depends on what, by number.
  static std::string filtered(const std::string& text) {
    std::vector<std::string> statements(1);
    std::size_t at = 0;
    while (at < text.size()) {
      auto end = text.find('\n', at);
      if (end == std::string::npos) end = text.size();
      const auto line = text.substr(at, end - at);
      if (!line.empty() && !line.starts_with("--") && !line.starts_with("\\")) statements.back() += line + "\n";
      if (line.ends_with(";")) statements.emplace_back();
      at = end + 1;
    }
    for (auto& statement : statements)
      if (statement.starts_with("CREATE ") && statement.find("TABLE ") != std::string::npos)
        statement = unordered(statement);
    std::sort(statements.begin(), statements.end());
    std::string out;
    for (const auto& statement : statements) out += statement;
    return out;
  }

  struct Close {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };
  std::string name_;
  std::unique_ptr<PGconn, Close> handle_;
};

}  // namespace dmc::tests
