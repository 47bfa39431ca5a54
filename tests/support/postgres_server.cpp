// Finds, starts, and ends the server by its process id; drops root first, because the server refuses it.
#include "tests/support/postgres_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

namespace dmc::tests {

namespace {

namespace fs = std::filesystem;

const passwd* server_user() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

bool holds_binaries(const fs::path& folder) {
  return ::access((folder / "initdb").c_str(), X_OK) == 0 && ::access((folder / "postgres").c_str(), X_OK) == 0;
}

std::string found_binaries() {
  if (const char* named = std::getenv("DMC_POSTGRES_BIN")) return holds_binaries(named) ? named : "";
  const char* path = std::getenv("PATH");
  std::string rest = path ? path : "";
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const auto folder = rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
    if (folder.empty() || !holds_binaries(folder)) continue;
    // Where they really lie, the clients lie too: what PATH has under their names may be a script that looks for them.
    return fs::canonical(fs::path(folder) / "postgres").parent_path().string();
  }
  std::vector<fs::path> versions;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored))
    if (holds_binaries(entry.path() / "bin")) versions.push_back(entry.path() / "bin");
  std::sort(versions.begin(), versions.end());
  return versions.empty() ? "" : versions.back().string();
}

/// → its process id. What it says goes to `log`.
int launch(const std::vector<std::string>& words, const std::string& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto* user = server_user();
  const int child = ::fork();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::setsid();
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Processes whose parent that is.
std::vector<int> children_of(int parent) {
  std::vector<int> children;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto facts = read((entry.path() / "stat").string());
    const auto close = facts.rfind(')');
    if (close == std::string::npos || facts.size() < close + 5) continue;
    if (std::atoi(facts.c_str() + close + 4) == parent) children.push_back(std::atoi(name.c_str()));
  }
  return children;
}

void hand_over(const std::string& path) {
  if (const auto* user = server_user())
    if (::chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("chown of " + path);
}

}  // namespace

const std::string& postgres_binaries() {
  static const std::string found = found_binaries();
  return found;
}

PostgresServer::PostgresServer() : data_(folder_.at("data")), sockets_(folder_.at("sockets")) {
  fs::permissions(folder_.at(""), fs::perms(0755));
  for (const auto& path : {data_, sockets_}) {
    fs::create_directory(path);
    fs::permissions(path, fs::perms(path == data_ ? 0700 : 0755));
    hand_over(path);
  }
  std::ofstream(folder_.at("log")).close();
  hand_over(folder_.at("log"));
  initialise();
  start();
}

PostgresServer::~PostgresServer() { stop(SIGQUIT); }

void PostgresServer::initialise() {
  const int child = launch({postgres_binaries() + "/initdb", "-D", data_, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                            "--no-locale", "--no-sync"},
                           folder_.at("log"));
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error("initdb failed: " + read(folder_.at("log")));
  std::ofstream(data_ + "/pg_hba.conf") << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
}

void PostgresServer::start() {
  for (int tries = 0; tries < 5; ++tries) {
    if (port_ == 0 || tries > 0) port_ = free_port();
    process_ = launch({postgres_binaries() + "/postgres",
                       "-D",
                       data_,
                       "-p",
                       std::to_string(port_),
                       "-c",
                       "listen_addresses=127.0.0.1",
                       "-c",
                       "unix_socket_directories=" + sockets_,
                       "-c",
                       "fsync=off",
                       "-c",
                       "shared_buffers=32MB",
                       "-c",
                       "max_connections=60",
                       "-c",
                       "log_min_messages=fatal",
                       "-c",
                       "max_prepared_transactions=4",
                       "-c",
                       "wal_level=logical",
                       "-c",
                       "password_encryption=scram-sha-256"},
                      folder_.at("log"));
    for (int waited = 0; waited < 60'000; waited += 20) {
      const auto state = read(data_ + "/postmaster.pid");
      if (state.find("ready") != std::string::npos || state.find("standby") != std::string::npos) return;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  throw std::runtime_error("postgres did not start: " + read(folder_.at("log")));
}

void PostgresServer::stop(int signal) {
  if (process_ <= 0) return;
  ::kill(process_, signal);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void PostgresServer::become_standby() {
  stop(SIGINT);
  std::ofstream(data_ + "/standby.signal").close();
  start();
}

void PostgresServer::kill() {
  const auto helpers = children_of(process_);
  ::kill(process_, SIGKILL);
  for (const int helper : helpers) ::kill(helper, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  for (const int helper : helpers)
    while (::kill(helper, 0) == 0 &&
           read("/proc/" + std::to_string(helper) + "/stat").find(") Z ") == std::string::npos)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  fs::remove(data_ + "/postmaster.pid");
}

session::Url PostgresServer::at(const std::string& database, const std::string& role) const {
  return {"postgres", "//" + role + "@/" + database + "?host=" + sockets_ + "&port=" + std::to_string(port_)};
}

std::string PostgresServer::tcp_url(const std::string& database, const std::string& role,
                                    const std::string& password) const {
  return "postgres://" + role + (password.empty() ? "" : ":" + password) + "@127.0.0.1:" + std::to_string(port_) + "/" +
         database;
}

session::Url PostgresServer::make(const std::string& database) const {
  drop(database);
  script("postgres", {"create database " + database});
  return at(database);
}

void PostgresServer::drop(const std::string& database) const {
  script("postgres", {drop_sessions(database), "drop database if exists " + database});
}

int PostgresServer::major() const {
  return std::stoi(rows("postgres", "select current_setting('server_version_num')").at(0)) / 10'000;
}

void PostgresServer::script(const std::string& database, const std::vector<std::string>& statements) const {
  const auto session = session::connector()->open(at(database), session::Missing::refuse, session::Access::write);
  for (const auto& statement : statements) session->execute(statement);
}

std::vector<std::string> PostgresServer::rows(const std::string& database, const std::string& sql) const {
  return asking(database)(sql);
}

std::function<std::vector<std::string>(const std::string&)> PostgresServer::asking(const std::string& database) const {
  const std::shared_ptr session =
      session::connector()->open(at(database), session::Missing::refuse, session::Access::write);
  return [session](const std::string& sql) { return lines_of(*session, sql); };
}

std::vector<std::string> lines_of(session::Session& session, const std::string& sql) {
  std::vector<std::string> lines;
  for (const auto& row : session.query(sql).rows) {
    auto& line = lines.emplace_back();
    for (const auto& value : row) {
      if (&value != &row.front()) line += "|";
      if (const auto* number = std::get_if<std::int64_t>(&value)) line += std::to_string(*number);
      if (const auto* text = std::get_if<std::string>(&value)) line += *text;
    }
  }
  return lines;
}

std::string drop_sessions(const std::string& database) {
  return "select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + database + "'";
}

PostgresServer* postgres_or_skip(const char* name) {
  if (postgres_binaries().empty()) {
    skip(name, "no PostgreSQL server here: neither in PATH nor in /usr/lib/postgresql (Debian: postgresql-15)");
    return nullptr;
  }
  if (geteuid() == 0 && !server_user()) {
    skip(name, "a PostgreSQL server refuses root, and there is no user 'postgres'");
    return nullptr;
  }
  static PostgresServer server;
  return &server;
}

}  // namespace dmc::tests
