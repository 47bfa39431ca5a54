// Key values as text and back, exactly.
#include "runtime/ledger/facts.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <variant>

namespace dmc::ledger {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string hex(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 0xf];
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digits.find(text[i]), low = digits.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

/// JSON holds UTF-8 without control characters best; anything else goes as hexadecimal digits.
bool plain(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) return false;
  return true;
}

template <class T, class... Options>
std::optional<T> number(std::string_view text, Options... options) {
  T result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result, options...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return result;
}

struct Encoder {
  std::string operator()(std::nullptr_t) const { return "n"; }
  std::string operator()(std::int64_t value) const { return "i:" + std::to_string(value); }
  std::string operator()(double value) const {
    std::array<char, 64> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::hex);
    return "d:" + std::string(buffer.data(), error == std::errc() ? end : buffer.data());
  }
  std::string operator()(const std::string& value) const { return plain(value) ? "t:" + value : "x:" + hex(value); }
  std::string operator()(const session::Blob& value) const { return "b:" + hex(value.bytes); }
};

}  // namespace

std::string encoded(const session::Value& value) { return std::visit(Encoder{}, value); }

std::optional<session::Value> decoded(const std::string& text) {
  if (text == "n") return session::Value(nullptr);
  if (text.size() < 2 || text[1] != ':') return std::nullopt;
  const std::string_view rest = std::string_view(text).substr(2);
  switch (text[0]) {
    case 'i':
      if (const auto value = number<std::int64_t>(rest)) return session::Value(*value);
      return std::nullopt;
    case 'd':
      if (const auto value = number<double>(rest, std::chars_format::hex)) return session::Value(*value);
      return std::nullopt;
    case 't':
      return session::Value(std::string(rest));
    case 'x':
      if (auto value = unhex(rest)) return session::Value(std::move(*value));
      return std::nullopt;
    case 'b':
      if (auto value = unhex(rest)) return session::Value(session::Blob{std::move(*value)});
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace dmc::ledger
