// The bytes on the wire: `Content-Length: N`, an empty line, N bytes of JSON. However they are cut into pieces.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dmc::lsp {

/// Longer messages are passed over unread.
inline constexpr std::size_t message_limit = std::size_t{96} << 20U;

/// What came: a message, or why there is none.
struct Frame {
  std::string body;
  std::string problem;  ///< empty: `body` is a message
};

/// Takes bytes as they come and gives whole messages. Whatever comes, it finds the next message that is one.
class Framing {
 public:
  void feed(std::string_view bytes);
  /// The next message or problem, or nothing before more bytes have come.
  std::optional<Frame> next();
  /// Bytes that are held: not much more than what has not been read yet.
  std::size_t held() const { return buffer_.size(); }

 private:
  void forget_read();
  std::optional<Frame> read_headers();

  std::string buffer_;
  std::size_t begin_ = 0;                ///< what is before it was read
  std::optional<std::size_t> expected_;  ///< the size of the body that follows
  std::size_t to_skip_ = 0;              ///< bytes of a message that is too long
};

/// The message with its header.
std::string framed(std::string_view body);

}  // namespace dmc::lsp
