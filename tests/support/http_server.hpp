// A small HTTP/1.1 server on a loopback port, for tests: what it answers is the test's own, byte for byte where wanted.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace dmc::tests {

struct HttpAsked {
  std::string method, path;
  std::map<std::string, std::string> parameters;  ///< decoded
  std::map<std::string, std::string> headers;     ///< names in lower case
  std::string body;                               ///< without chunks
};

/// Of one request.
class HttpAnswer {
 public:
  explicit HttpAnswer(int client) : client_(client) {}
  /// A whole answer.
  void send(int status, const std::map<std::string, std::string>& headers, std::string_view body);
  /// In pieces: `begin`, any number of `piece`, `end`.
  void begin(int status, const std::map<std::string, std::string>& headers);
  bool piece(std::string_view bytes);
  void end();
  /// As they are.
  bool raw(std::string_view bytes);
  /// The connection is closed behind this answer.
  void close() { closes_ = true; }
  bool closes() const { return closes_; }

 private:
  int client_;
  bool closes_ = false;
};

class HttpServer {
 public:
  using Handle = std::function<void(const HttpAsked&, HttpAnswer&)>;
  explicit HttpServer(Handle handle, int port = 0);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  int port() const { return port_; }

 private:
  void serve();
  void talk(int client);

  Handle handle_;
  int listening_ = -1, port_ = 0;
  std::atomic<bool> over_ = false;
  std::list<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace dmc::tests
