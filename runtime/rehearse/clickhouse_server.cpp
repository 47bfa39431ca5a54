// A folder, a configuration that every version since 18.16 reads, and a process.
#include "runtime/rehearse/clickhouse_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <initializer_list>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "runtime/rehearse/rehearsal.hpp"
#include "runtime/session/address_text.hpp"

namespace dmc::rehearse {

namespace {

namespace fs = std::filesystem;

constexpr int patience_ms = 60'000, slice_ms = 20;

Ended not_up(const std::string& what, const std::string& log) {
  return {executor::exit_code::refused, what + ": " + (log.empty() ? "it says nothing" : log), {}, "E0832"};
}

/// A port that nobody has at this moment; 0 when there is none.
int free_port() {
  const int one = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool found = ::bind(one, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockname(one, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(one);
  return found ? ntohs(address.sin_port) : 0;
}

std::string made_up_password() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw not_up("no password can be made up for the server of the rehearsal", "the system gives no random bytes");
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

/// "<name>…</name>" for each pair; `inner` is XML already.
std::string xml(std::initializer_list<std::pair<std::string, std::string>> elements) {
  std::string text;
  for (const auto& [name, inner] : elements) text += "<" + name + ">" + inner + "</" + name + ">\n";
  return text;
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::trunc);
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  if (!(out << text).flush()) throw not_up("the server of the rehearsal gets no configuration", file.string());
}

}  // namespace

std::vector<std::string> clickhouse_program(const Yard& yard) {
  auto places = yard.binaries;
  if (!yard.binaries_only)
    for (const char* usual : {"/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"})
      places.emplace_back(usual);
  for (const auto& place : places) {
    const auto server = (place / "clickhouse-server").string(), all = (place / "clickhouse").string();
    if (::access(server.c_str(), X_OK) == 0) return {server};
    if (::access(all.c_str(), X_OK) == 0) return {all, "server"};
  }
  return {};
}

PrivateClickhouse::PrivateClickhouse(const Yard& yard, std::vector<std::string> program)
    : program_(std::move(program)), folder_(yard.folder / "server"), keep_(yard.keep) {
  try {
    for (const char* name : {"data", "tmp", "files", "schemas"}) fs::create_directories(folder_ / name);
    fs::permissions(folder_, fs::perms::owner_all);
    if (!keep_) watcher_ = std::make_unique<Watcher>("KILL", std::vector{yard.folder});
    // Somebody may take a port between our look and its start.
    constexpr int tries = 3;
    bool up = false;
    for (int i = 0; i < tries && !up; ++i) {
      configure();
      up = start();
    }
    if (!up) throw not_up(program_.front() + " does not start", log());
  } catch (const fs::filesystem_error& error) {
    stop();
    throw not_up("the server of the rehearsal has no folder", error.code().message());
  } catch (...) {
    stop();
    throw;
  }
}

PrivateClickhouse::~PrivateClickhouse() { stop(); }

session::Url PrivateClickhouse::at(const std::string& database) const {
  return {"clickhouse", fmt::format("clickhouse://default@127.0.0.1:{}/{}?password_file={}", port_,
                                    session::percent_encoded(database, ""),
                                    session::percent_encoded((folder_ / "password").string(), "/"))};
}

std::string PrivateClickhouse::stop_command() const { return fmt::format("kill {}", process_); }

std::string PrivateClickhouse::log() const {
  auto text = last_lines(folder_ / "errors");
  return text.empty() ? last_lines(folder_ / "log") : text;
}

void PrivateClickhouse::configure() {
  const auto at = [&](const char* name) { return escaped((folder_ / name).string()); };
  const auto password = made_up_password();
  port_ = free_port();
  write(folder_ / "password", password);
  write(folder_ / "users.xml", "<yandex>" +
                                   xml({{"profiles", xml({{"default", ""}})},
                                        {"users", xml({{"default", xml({{"password", password},
                                                                        {"networks", "<ip>127.0.0.1</ip>"},
                                                                        {"profile", "default"},
                                                                        {"quota", "default"}})}})},
                                        {"quotas", xml({{"default", ""}})}}) +
                                   "</yandex>");
  write(folder_ / "config.xml",
        "<yandex>" +
            xml({{"logger", xml({{"level", "error"}, {"log", at("said")}, {"errorlog", at("errors")}})},
                 {"http_port", std::to_string(port_)},
                 {"tcp_port", std::to_string(free_port())},
                 {"listen_host", "127.0.0.1"},
                 {"path", at("data") + "/"},
                 {"tmp_path", at("tmp") + "/"},
                 {"user_files_path", at("files") + "/"},
                 {"format_schema_path", at("schemas") + "/"},
                 {"users_config", at("users.xml")},
                 {"default_profile", "default"},
                 {"default_database", "default"},
                 {"timezone", "UTC"},
                 {"database_atomic_delay_before_drop_table_sec", "0"},
                 {"mark_cache_size", "100000000"}}) +
            "</yandex>");
}

/// False when it ends instead.
bool PrivateClickhouse::start() {
  auto words = program_;
  words.push_back("--config-file=" + (folder_ / "config.xml").string());
  process_ = launch(std::move(words), {"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}, folder_, nullptr);
  if (process_ < 0) throw not_up("no process can be started for a server", "");
  if (watcher_) watcher_->guard(process_);
  const auto connector = session::connector();
  for (int waited = 0; waited < patience_ms; waited += slice_ms) {
    try {
      connector->open(at("default"), session::Missing::refuse, session::Access::read)->query("select 1");
      return true;
    } catch (const session::SessionError&) {
      // Not yet.
    }
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      if (watcher_) watcher_->guard(0);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(slice_ms));
  }
  throw not_up(program_.front() + " does not answer", log());
}

void PrivateClickhouse::stop() {
  if (keep_ && process_ > 0) return;
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    wait_for_end(process_);
  }
  process_ = -1;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  watcher_.reset();
}

}  // namespace dmc::rehearse
