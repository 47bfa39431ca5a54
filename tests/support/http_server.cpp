// One thread for each connection; they end with the server.
#include "tests/support/http_server.hpp"

#include <array>
#include <cctype>
#include <cstdlib>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace dmc::tests {

namespace {

constexpr int look_ms = 20;

/// Bytes of one client, until it goes or the server ends.
class Input {
 public:
  Input(int client, const std::atomic<bool>& over) : client_(client), over_(over) {}
  std::optional<std::string> line() {
    for (std::size_t end = 0; (end = kept_.find("\r\n")) == std::string::npos;)
      if (!more()) return std::nullopt;
    const auto end = kept_.find("\r\n");
    auto text = kept_.substr(0, end);
    kept_.erase(0, end + 2);
    return text;
  }
  bool bytes(std::size_t size, std::string& to) {
    while (kept_.size() < size)
      if (!more()) return false;
    to.append(kept_, 0, size);
    kept_.erase(0, size);
    return true;
  }

 private:
  bool more() {
    while (!over_) {
      pollfd one{client_, POLLIN, 0};
      if (::poll(&one, 1, look_ms) <= 0) continue;
      std::array<char, 65536> buffer{};
      const auto count = ::recv(client_, buffer.data(), buffer.size(), 0);
      if (count <= 0) return false;
      kept_.append(buffer.data(), static_cast<std::size_t>(count));
      return true;
    }
    return false;
  }
  int client_;
  const std::atomic<bool>& over_;
  std::string kept_;
};

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool read_asked(Input& input, HttpAsked& asked) {
  const auto first = input.line();
  if (!first) return false;
  const auto blank = first->find(' '), second = first->find(' ', blank + 1);
  asked.method = first->substr(0, blank);
  const auto target = first->substr(blank + 1, second - blank - 1);
  const auto question = target.find('?');
  asked.path = target.substr(0, question);
  std::string_view rest =
      question == std::string::npos ? std::string_view() : std::string_view(target).substr(question + 1);
  while (!rest.empty()) {
    const auto one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const auto equals = std::min(one.find('='), one.size());
    asked.parameters[decoded(one.substr(0, equals))] = decoded(one.substr(std::min(one.size(), equals + 1)));
  }
  while (true) {
    const auto line = input.line();
    if (!line) return false;
    if (line->empty()) break;
    const auto colon = std::min(line->find(':'), line->size());
    auto name = line->substr(0, colon);
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto value = line->find_first_not_of(' ', colon + 1);
    asked.headers[name] = value == std::string::npos ? "" : line->substr(value);
  }
  if (asked.headers["transfer-encoding"] != "chunked")
    return input.bytes(static_cast<std::size_t>(std::atoll(asked.headers["content-length"].c_str())), asked.body);
  while (true) {
    const auto size_line = input.line();
    if (!size_line) return false;
    const auto size = static_cast<std::size_t>(std::strtoull(size_line->c_str(), nullptr, 16));
    if (!input.bytes(size, asked.body) || !input.line()) return false;
    if (size == 0) return true;
  }
}

std::string head(int status, const std::map<std::string, std::string>& headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
  for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
  return text;
}

}  // namespace

bool HttpAnswer::raw(std::string_view bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const auto count = ::send(client_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) {
      closes_ = true;
      return false;
    }
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

void HttpAnswer::send(int status, const std::map<std::string, std::string>& headers, std::string_view body) {
  raw(head(status, headers) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
}

void HttpAnswer::begin(int status, const std::map<std::string, std::string>& headers) {
  raw(head(status, headers) + "Transfer-Encoding: chunked\r\n\r\n");
}

bool HttpAnswer::piece(std::string_view bytes) {
  std::array<char, 32> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
  return bytes.empty() || raw(size.data() + std::string(bytes) + "\r\n");
}

void HttpAnswer::end() { raw("0\r\n\r\n"); }

HttpServer::HttpServer(Handle handle, int port) : handle_(std::move(handle)) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listening_, 64) != 0)
    throw std::runtime_error("the HTTP server has no port");
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  over_ = true;
  accepting_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listening_);
}

void HttpServer::serve() {
  while (!over_) {
    pollfd one{listening_, POLLIN, 0};
    if (::poll(&one, 1, look_ms) <= 0) continue;
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) threads_.emplace_back([this, client] { talk(client); });
  }
}

void HttpServer::talk(int client) {
  Input input(client, over_);
  while (!over_) {
    HttpAsked asked;
    if (!read_asked(input, asked)) break;
    HttpAnswer answer(client);
    handle_(asked, answer);
    if (answer.closes()) break;
  }
  ::close(client);
}

}  // namespace dmc::tests
