// Accepts one spelling of each text and number, the shortest.
#include "compiler/plan/canonical_text.hpp"

#include <charconv>

#include "compiler/plan/json.hpp"

namespace dmc::plan {

namespace {

constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool CanonicalText::string(std::string& value) {
  if (!literal("\"")) return false;
  value.clear();
  while (true) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
    value.append(text_, begin, at_ - begin);
    if (at_ == text_.size()) return false;
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    if (text_[at_] == '\\') {
      if (!escape(value)) return false;
      continue;
    }
    const std::size_t size = utf8_size(text_, at_);
    if (size < 2) return false;
    value.append(text_, at_, size);
    at_ += size;
  }
}

bool CanonicalText::escape(std::string& value) {
  // The longest escape is six bytes. What the writer makes of the character must be what stands here.
  const std::string_view rest = text_.substr(at_, 6);
  constexpr std::string_view shorthands = "\"\\bfnrtu", meant = "\"\\\b\f\n\r\t";
  const auto found = rest.size() < 2 ? std::string_view::npos : shorthands.find(rest[1]);
  if (found == std::string_view::npos) return false;
  char c = 0;
  if (found < meant.size()) {
    c = meant[found];
  } else {
    unsigned code = 0x20;
    std::from_chars(rest.data() + 2, rest.data() + rest.size(), code, 16);
    if (code >= 0x20) return false;
    c = static_cast<char>(code);
  }
  std::string written;
  write_string(written, std::string_view(&c, 1));
  if (!literal(std::string_view(written).substr(1, written.size() - 2))) return false;
  value += c;
  return true;
}

bool CanonicalText::integer(std::int64_t& value) {
  std::size_t end = at_ + (at_ < text_.size() && text_[at_] == '-' ? 1 : 0);
  const bool is_zero = end < text_.size() && text_[end] == '0';
  if (is_zero && end != at_) return false;
  const std::size_t first = end;
  while (end < text_.size() && is_digit(text_[end])) ++end;
  if (end == first || (is_zero && end != first + 1)) return false;
  const auto [parsed, error] = std::from_chars(text_.data() + at_, text_.data() + end, value);
  if (error != std::errc{} || value > largest_integer || value < -largest_integer) return false;
  at_ = end;
  return true;
}

}  // namespace dmc::plan
