// Messages on the wire, however they are cut, and what stands between them.
#include "editors/lsp/framing.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace dmc::lsp {
namespace {

std::vector<std::string> read(const std::string& bytes, std::size_t piece) {
  Framing framing;
  std::vector<std::string> found;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    framing.feed(std::string_view(bytes).substr(at, piece));
    while (const auto frame = framing.next())
      found.push_back(frame->problem.empty() ? frame->body : "problem: " + frame->problem);
  }
  return found;
}

TEST_CASE("messages come out whole, in whatever pieces their bytes come") {
  const std::string bytes =
      framed("{}") + "content-length:  5 \r\nContent-Type: x\r\n\r\n[1,2]" + framed("") + framed("\"ü\"");
  const std::vector<std::string> wanted = {"{}", "[1,2]", "", "\"ü\""};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) CHECK(read(bytes, piece) == wanted);
}

TEST_CASE("what is no header is passed over, and the next message is found") {
  for (const std::string bad : {"Hello\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n",
                                "Content-Length: 99999999999999999999999\r\n\r\n", "\r\n\r\n"}) {
    const auto found = read(bad + framed("{}"), 3);
    REQUIRE(found.size() == 2);
    CHECK(found[0] == "problem: a message without a Content-Length was passed over");
    CHECK(found[1] == "{}");
  }
}

TEST_CASE("bytes without an end of a header do not pile up") {
  const auto found = read(std::string(100'000, 'x') + "\r\n\r\n" + framed("{}"), 1000);
  CHECK(found.size() < 20);
  CHECK(found.back() == "{}");
}

TEST_CASE("what was passed over is not held") {
  const auto too_long = "Content-Length: " + std::to_string(message_limit + 1) + "\r\n\r\n";
  const std::string passed_over(message_limit + 1, 'x');
  for (const std::string bad : {"Content-Type: x\r\n\r\n", "Content-Length: x\r\n\r\n", "\r\n\r\n"}) {
    Framing framing;
    std::string piece;
    while (piece.size() < 60'000) piece += bad;
    std::size_t most = 0;
    for (int i = 0; i < 100; ++i) {
      framing.feed(piece);
      while (framing.next()) {
      }
      most = std::max(most, framing.held());
    }
    CHECK(most < 2 * piece.size());
    framing.feed(too_long + passed_over);
    while (framing.next()) {
    }
    CHECK(framing.held() < 2 * piece.size());
    framing.feed(framed("{}"));
    CHECK(framing.next()->body == "{}");
  }
}

TEST_CASE("a message that is too long is passed over unread") {
  Framing framing;
  framing.feed("Content-Length: " + std::to_string(message_limit + 10) + "\r\n\r\n");
  REQUIRE(framing.next()->problem.find("was passed over") != std::string::npos);
  const std::string much(std::size_t{1} << 20U, 'x');
  std::size_t left = message_limit + 10;
  for (; left > much.size(); left -= much.size()) framing.feed(much);
  framing.feed(much.substr(0, left) + framed("{}"));
  CHECK(framing.next()->body == "{}");
  CHECK_FALSE(framing.next().has_value());
}

}  // namespace
}  // namespace dmc::lsp
