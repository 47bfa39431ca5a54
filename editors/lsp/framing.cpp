// A header that is none is passed over up to the next thing that looks like one, because a client that wrote it may go
// on well.
#include "editors/lsp/framing.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace dmc::lsp {

namespace {

constexpr std::size_t header_limit = 8192;
constexpr std::string_view length_header = "content-length:";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with_length(std::string_view line) {
  return line.size() >= length_header.size() && std::equal(length_header.begin(), length_header.end(), line.begin(),
                                                           [](char a, char b) { return a == lower(b); });
}

std::optional<std::size_t> length_in(std::string_view headers) {
  std::optional<std::size_t> length;
  while (!headers.empty()) {
    const auto end = std::min(headers.find('\n'), headers.size());
    auto line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 1, headers.size()));
    if (!begins_with_length(line)) continue;
    line.remove_prefix(length_header.size());
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    std::size_t value = 0;
    const auto [last, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc{} || last != line.data() + line.size()) return std::nullopt;
    length = value;
  }
  return length;
}

/// The headers with the empty line behind them; nothing while that line has not come.
std::optional<std::size_t> headers_end(std::string_view text) {
  const auto proper = text.find("\r\n\r\n");
  const auto bare = text.substr(0, proper).find("\n\n");
  if (proper == std::string_view::npos && bare == std::string_view::npos) return std::nullopt;
  return proper < bare ? proper + 4 : bare + 2;
}

/// Where the next header may begin; the size when there is none.
std::size_t next_header(std::string_view text) {
  for (std::size_t at = 1; at < text.size(); ++at)
    if (lower(text[at]) == 'c' && begins_with_length(text.substr(at))) return at;
  return text.size();
}

}  // namespace

void Framing::feed(std::string_view bytes) {
  const auto skipped = std::min(to_skip_, bytes.size());
  to_skip_ -= skipped;
  forget_read();
  buffer_.append(bytes.substr(skipped));
}

/// Moves no more bytes than it takes away, so that all of it takes as long as reading.
void Framing::forget_read() {
  if (begin_ <= buffer_.size() / 2) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
}

std::optional<Frame> Framing::next() {
  forget_read();
  if (!expected_) {
    if (auto problem = read_headers()) return problem;
    if (!expected_) return std::nullopt;
  }
  if (buffer_.size() - begin_ < *expected_) return std::nullopt;
  Frame frame{buffer_.substr(begin_, *expected_), {}};
  begin_ += *expected_;
  expected_.reset();
  return frame;
}

std::optional<Frame> Framing::read_headers() {
  const auto text = std::string_view(buffer_).substr(begin_);
  const auto end = headers_end(text.substr(0, std::min(text.size(), header_limit)));
  if (!end && text.size() < header_limit) return std::nullopt;
  const auto length = end ? length_in(text.substr(0, *end)) : std::nullopt;
  if (!length) {
    // Within the bad header there may be a good one: only what is before that is passed over.
    const auto begin = next_header(text.substr(0, end ? *end : text.size()));
    begin_ += begin;
    return Frame{{}, "a message without a Content-Length was passed over"};
  }
  begin_ += *end;
  if (*length > message_limit) {
    const auto here = std::min(*length, buffer_.size() - begin_);
    begin_ += here;
    to_skip_ = *length - here;
    return Frame{{}, fmt::format("a message of {} bytes was passed over: {} are read at most", *length, message_limit)};
  }
  expected_ = *length;
  return std::nullopt;
}

std::string framed(std::string_view body) { return fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body); }

}  // namespace dmc::lsp
