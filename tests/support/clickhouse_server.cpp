// Folders, a configuration, and the processes by their ids.
#include "tests/support/clickhouse_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/skip.hpp"

namespace dmc::tests {

namespace {

namespace fs = std::filesystem;

constexpr const char* debian_binary = "/usr/sbin/clickhouse-server";

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

int launch(const std::vector<std::string>& words, const std::string& out, const std::string& log) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int child = ::fork();
  if (child != 0) return child;
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), 1);
  ::dup2(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), 2);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setsid();
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

bool answers(int port) {
  const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool there = ::connect(one, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(one);
  return there;
}

/// "<name>…</name>" for each pair.
std::string xml(std::initializer_list<std::pair<std::string, std::string>> elements) {
  std::string text;
  for (const auto& [name, value] : elements) text += "<" + name + ">" + value + "</" + name + ">\n";
  return text;
}

std::string user(const std::string& password, const std::string& profile) {
  return xml({{"password", password}, {"networks", "<ip>127.0.0.1</ip>"}, {"profile", profile}, {"quota", "default"}});
}

std::string binary_beside_us(const char* name) {
  std::error_code ignored;
  return (fs::read_symlink("/proc/self/exe", ignored).parent_path() / name).string();
}

}  // namespace

ClickhouseServer::ClickhouseServer(Kind kind) : kind_(kind) {
  if (kind == Kind::debian)
    start_debian();
  else
    start_chdb();
}

ClickhouseServer::~ClickhouseServer() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

/// Two authorities, of which the second signed nothing that the server knows, a server and a client.
void ClickhouseServer::make_certificates() {
  std::ofstream(folder_.at("names")) << "subjectAltName=IP:127.0.0.1\n";
  const std::string in = "cd '" + folder_.at("") + "' && ";
  const std::string key = " -newkey rsa:2048 -nodes -days 2 -subj /CN=";
  const std::string sign = " -CA ca.pem -CAkey ca.key -CAcreateserial -days 2";
  const std::string script =
      in + "{ openssl req -x509" + key + "dmc-ca -keyout ca.key -out ca.pem && openssl req -x509" + key +
      "other-ca -keyout other.key -out other.pem && openssl req" + key +
      "server -keyout server.key -out server.csr && openssl req" + key +
      "client -keyout client.key -out client.csr && openssl x509 -req -in server.csr -out "
      "server.pem -extfile names" +
      sign + " && openssl x509 -req -in client.csr -out client.pem" + sign + "; } >certificates.log 2>&1";
  if (std::system(script.c_str()) == 0) tls_port_ = free_port();
}

void ClickhouseServer::start_debian() {
  make_certificates();
  for (const char* name : {"data", "tmp", "user_files", "format_schemas"}) fs::create_directory(folder_.at(name));
  std::ofstream(folder_.at("users.xml")) << "<yandex>"
                                         << xml({{"profiles",
                                                  xml({{"default", xml({{"max_memory_usage", "2000000000"}})},
                                                       {"reading", xml({{"readonly", "1"}})}})},
                                                 {"users", xml({{"default", user("", "default")},
                                                                {"app", user("p:w", "default")},
                                                                {"reader", user("read", "reading")}})},
                                                 {"quotas", xml({{"default", ""}})}})
                                         << "</yandex>";
  for (int tries = 0; tries < 5; ++tries) {
    port_ = free_port();
    std::ofstream(folder_.at("config.xml"))
        << "<yandex>"
        << xml({{"logger", xml({{"level", "error"}, {"log", folder_.at("log")}, {"errorlog", folder_.at("errors")}})},
                {"http_port", std::to_string(port_)},
                {"tcp_port", std::to_string(free_port())},
                {"listen_host", "127.0.0.1"},
                {"path", folder_.at("data/")},
                {"tmp_path", folder_.at("tmp/")},
                {"user_files_path", folder_.at("user_files/")},
                {"format_schema_path", folder_.at("format_schemas/")},
                {"users_config", folder_.at("users.xml")},
                {"default_profile", "default"},
                {"default_database", "default"},
                {"mark_cache_size", "100000000"}})
        << (tls_port_ == 0 ? std::string()
                           : xml({{"https_port", std::to_string(tls_port_)},
                                  {"openSSL", xml({{"server", xml({{"certificateFile", folder_.at("server.pem")},
                                                                   {"privateKeyFile", folder_.at("server.key")},
                                                                   {"caConfig", folder_.at("ca.pem")},
                                                                   {"verificationMode", "strict"},
                                                                   {"loadDefaultCAFile", "false"}})}})}}))
        << "</yandex>";
    process_ =
        launch({debian_binary, "--config-file=" + folder_.at("config.xml")}, folder_.at("out"), folder_.at("out2"));
    for (int waited = 0; waited < 30'000; waited += 20) {
      if (answers(port_)) return;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  throw std::runtime_error("clickhouse-server did not start: " + read(folder_.at("errors")) + read(folder_.at("out2")));
}

void ClickhouseServer::start_chdb() {
  process_ = launch({chdb_program(), chdb_library(), folder_.at("engine")}, folder_.at("out"), folder_.at("log"));
  for (int waited = 0; waited < 60'000; waited += 20) {
    const auto said = read(folder_.at("out"));
    if (said.ends_with('\n')) {
      port_ = std::atoi(said.c_str());
      return;
    }
    if (::waitpid(process_, nullptr, WNOHANG) == process_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("chdb_server did not start: " + read(folder_.at("log")));
}

session::Url ClickhouseServer::at(const std::string& database, const std::string& who,
                                  const std::string& options) const {
  return {"clickhouse", "clickhouse://" + (who.empty() ? "" : who + "@") + "127.0.0.1:" + std::to_string(port_) + "/" +
                            database + options};
}

session::Url ClickhouseServer::tls_at(const std::string& options) const {
  return {"clickhouse", "clickhouses://127.0.0.1:" + std::to_string(tls_port_) + "/default" + options};
}

std::string chdb_library() {
  if (const char* told = std::getenv("DMC_CHDB_LIBRARY")) return told;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const std::string base = cache ? cache : home ? std::string(home) + "/.cache" : "";
  const auto path = base + "/dmc/libchdb.so";
  return !base.empty() && ::access(path.c_str(), R_OK) == 0 ? path : "";
}

std::string chdb_version() {
  const char* told = std::getenv("DMC_CHDB_VERSION");
  return told ? told : "26.7";
}

std::string chdb_program() {
  const char* told = std::getenv("DMC_CHDB_SERVER");
  return told ? told : binary_beside_us("chdb_server");
}

ClickhouseServer* clickhouse_or_skip(ClickhouseServer::Kind kind, const char* name) {
  if (kind == ClickhouseServer::Kind::debian) {
    if (::access(debian_binary, X_OK) != 0) {
      skip(name, "no ClickHouse server here (Debian: clickhouse-server)");
      return nullptr;
    }
    static ClickhouseServer server(kind);
    return &server;
  }
  if (chdb_library().empty()) {
    skip(name, "no libchdb.so here: tests/support/chdb.sh fetches it (180 MB)");
    return nullptr;
  }
  if (::access(chdb_program().c_str(), X_OK) != 0) {
    skip(name, "no chdb_server in this build: a sanitizer does not bear libchdb");
    return nullptr;
  }
  static ClickhouseServer server(kind);
  return &server;
}

}  // namespace dmc::tests
