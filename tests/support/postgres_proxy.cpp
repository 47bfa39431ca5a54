// One thread for each connection; they end with the proxy.
#include "tests/support/postgres_proxy.hpp"

#include <array>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace dmc::tests {

namespace {

constexpr int look_ms = 20;

bool send_all(int to, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(to, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

PostgresProxy::PostgresProxy(std::string socket_path, Answers answers)
    : socket_path_(std::move(socket_path)), answers_(std::move(answers)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listening_, 16) != 0)
    throw std::runtime_error("the proxy has no port");
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { serve(); });
}

PostgresProxy::~PostgresProxy() {
  over_ = true;
  accepting_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listening_);
}

session::Url PostgresProxy::at(const std::string& database) const {
  return {"postgres", "//postgres@127.0.0.1:" + std::to_string(port_) + "/" + database + "?sslmode=disable"};
}

void PostgresProxy::serve() {
  while (!over_) {
    pollfd one{listening_, POLLIN, 0};
    if (::poll(&one, 1, look_ms) <= 0) continue;
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client >= 0) threads_.emplace_back([this, client] { carry(client); });
  }
}

void PostgresProxy::carry(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path_.c_str(), sizeof address.sun_path - 1);
  bool up = ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  std::array<char, 65536> buffer{};
  while (up && !over_) {
    std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
    if (::poll(both.data(), both.size(), look_ms) <= 0) continue;
    for (const auto& [from, to] : {std::pair{client, server}, std::pair{server, client}}) {
      const auto& state = both[from == client ? 0 : 1];
      if (!up || !(state.revents & (POLLIN | POLLHUP | POLLERR))) continue;
      const auto count = ::recv(from, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        up = false;
        break;
      }
      std::string piece(buffer.data(), static_cast<std::size_t>(count));
      up = (from == client || answers_(piece)) && send_all(to, piece);
    }
  }
  ::close(client);
  ::close(server);
}

}  // namespace dmc::tests
