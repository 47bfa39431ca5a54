// Stands between a client and a server, as a pooler or a bad network does: what the server says can be changed, or
// lost.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/session/url.hpp"

namespace dmc::tests {

class PostgresProxy {
 public:
  /// Called with every piece that the server sends, in turn for all connections; false: it is lost, and the connection
  /// with it.
  using Answers = std::function<bool(std::string& piece)>;

  /// Leads to the server behind that Unix socket.
  PostgresProxy(std::string socket_path, Answers answers);
  ~PostgresProxy();
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;
  session::Url at(const std::string& database) const;

 private:
  void serve();
  void carry(int client);

  std::string socket_path_;
  Answers answers_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<bool> over_ = false;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace dmc::tests
