// Reads JSON with nlohmann's event parser into our own values; writes the pieces of canonical JSON.
#include "compiler/plan/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <nlohmann/json.hpp>

#include "compiler/plan/json_message.hpp"

namespace dmc::plan {

namespace {

constexpr std::size_t deepest = 64;

/// What a text may hold: that of our files, or of messages, which other programs write.
enum class Domain { file, message };

/// Builds values on one stack, so that every list is allocated once, in its final size.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, JsonError& error, Domain domain) : text_(text), error_(error), domain_(domain) {}

  Json take() { return std::move(open_.front().second); }

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override {
    if (value < -largest_integer || value > largest_integer) return number_outside("an integer beyond ±(2^53−1)");
    return put(std::int64_t{value});
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(largest_integer)) return number_outside("an integer beyond ±(2^53−1)");
    return put(static_cast<std::int64_t>(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return number_outside("a number with a fraction, an exponent or too many digits");
  }
  bool string(string_t& value) override { return put(std::string(value)); }
  bool binary(binary_t& /*value*/) override { return outside("binary data"); }

  bool start_object(std::size_t /*size*/) override { return open(true); }
  bool start_array(std::size_t /*size*/) override { return open(false); }

  bool key(string_t& name) override {
    open_.emplace_back(name, Json{});
    return true;
  }

  bool end_object() override {
    const auto first = open_.begin() + static_cast<std::ptrdiff_t>(levels_.back().begin);
    if (const auto* twice = domain_ == Domain::file ? repeated(first, open_.end()) : nullptr) {
      const std::string name = *twice;
      open_.erase(first, open_.end());
      levels_.pop_back();
      const std::string outer = place();
      error_ = {"E0302", outer.empty() ? name : outer + "." + name, "this key stands there twice"};
      return false;
    }
    JsonObject object(std::make_move_iterator(first), std::make_move_iterator(open_.end()));
    return close(std::move(object));
  }

  bool end_array() override {
    const auto first = open_.begin() + static_cast<std::ptrdiff_t>(levels_.back().begin);
    JsonArray array;
    array.reserve(static_cast<std::size_t>(open_.end() - first));
    for (auto item = first; item != open_.end(); ++item) array.push_back(std::move(item->second));
    return close(std::move(array));
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*thrown*/) override {
    // The position counts bytes read, so the offending one is before it; behind the end it is the end that offends.
    const std::size_t at = std::min(position == 0 ? 0 : position - 1, text_.size());
    const std::size_t broken = first_invalid_utf8(text_);
    if (broken <= at && broken < text_.size())
      error_ = {"E0301", place(), "byte " + std::to_string(broken) + " is not UTF-8"};
    else if (at >= text_.size())
      error_ = {"E0301", place(), "the text ends in the middle"};
    else
      error_ = {"E0301", place(), "not JSON from byte " + std::to_string(at) + " on"};
    return false;
  }

 private:
  using Entries = std::vector<std::pair<std::string, Json>>;
  struct Level {
    bool object;
    std::size_t begin;  ///< of its entries in `open_`
  };

  bool open(bool object) {
    if (levels_.size() == deepest) return outside("values nested more than 64 deep");
    levels_.push_back({object, open_.size()});
    return true;
  }

  template <class Value>
  bool close(Value value) {
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(levels_.back().begin), open_.end());
    levels_.pop_back();
    return put(std::move(value));
  }

  template <class Value>
  bool put(Value value) {
    const bool has_key = !levels_.empty() && levels_.back().object;
    Json& place = has_key ? open_.back().second : open_.emplace_back(std::string(), Json{}).second;
    place.value.template emplace<Value>(std::move(value));
    if (++values_ <= json_value_limit) return true;
    error_ = {"E0310", "", "the file holds more than " + std::to_string(json_value_limit) + " values"};
    return false;
  }

  /// No message that is read here says anything in such a number.
  bool number_outside(std::string_view what) { return domain_ == Domain::message ? put(nullptr) : outside(what); }

  bool outside(std::string_view what) {
    error_ = {"E0303", place(), std::string(what) + " cannot stand in a file of dmc"};
    return false;
  }

  /// Path of the value that is being read.
  std::string place() const {
    std::string path;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const std::size_t end = i + 1 < levels_.size() ? levels_[i + 1].begin : open_.size();
      const bool inner = i + 1 < levels_.size();
      if (!levels_[i].object) {
        path += "[" + std::to_string(end - levels_[i].begin) + "]";
      } else if (end > levels_[i].begin || inner) {
        if (!path.empty()) path += '.';
        path += open_[end - 1].first;
      }
    }
    return path;
  }

  static const std::string* repeated(Entries::const_iterator first, Entries::const_iterator last) {
    const auto ascending = [](const auto& a, const auto& b) { return a.first < b.first; };
    if (std::adjacent_find(first, last, [&](const auto& a, const auto& b) { return !ascending(a, b); }) == last)
      return nullptr;
    std::vector<const std::string*> names;
    for (auto entry = first; entry != last; ++entry) names.push_back(&entry->first);
    std::sort(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a < *b; });
    const auto twice =
        std::adjacent_find(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a == *b; });
    return twice == names.end() ? nullptr : *twice;
  }

  std::string_view text_;
  JsonError& error_;
  Domain domain_;
  Entries open_;  ///< the entries of all open lists and objects, outermost first; those of a list have no key
  std::vector<Level> levels_;
  std::size_t values_ = 0;
};

/// Bytes that cannot stand in a JSON string as they are.
constexpr auto needs_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table[static_cast<unsigned char>('"')] = true;
  table[static_cast<unsigned char>('\\')] = true;
  return table;
}();

void write_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\u00";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

/// Order of UTF-16 code units over UTF-8 texts: as bytes, except that what UTF-16 writes as surrogates (four bytes
/// here) comes before U+E000…U+FFFF (lead bytes 0xEE and 0xEF).
bool before_in_utf16(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) return left == a.end() && right != b.end();
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xF0) return byte - 2;
    return byte >= 0xEE ? byte + 16 : static_cast<int>(byte);
  };
  return rank(*left) < rank(*right);
}

}  // namespace

std::size_t utf8_size(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned lead = byte(at);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF.
  const unsigned least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(at + 1) < least || byte(at + 1) > most) return 0;
  for (std::size_t i = 2; i < size; ++i)
    if ((byte(at + i) & 0xC0U) != 0x80) return 0;
  return size;
}

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t size = utf8_size(text, at);
    if (size == 0) return at;
    at += size;
  }
  return at;
}

namespace {

std::optional<Json> read(std::string_view text, JsonError& error, Domain domain) {
  if (text.size() > json_size_limit) {
    error = {"E0310", "", "the file is larger than 256 MiB"};
    return std::nullopt;
  }
  Builder builder(text, error, domain);
  if (!nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &builder)) return std::nullopt;
  return builder.take();
}

/// The code unit of `\uXXXX` at a place; nothing where none stands.
std::optional<unsigned> code_unit_at(std::string_view text, std::size_t at) {
  unsigned unit = 0;
  if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return std::nullopt;
  const auto* end = text.data() + at + 6;
  const auto read = std::from_chars(text.data() + at + 2, end, unit, 16);
  return read.ptr == end ? std::optional(unit) : std::nullopt;
}

/// With U+FFFD for each surrogate that has no other half.
std::string without_halves(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    if (text[at] != '\\') continue;
    const auto unit = code_unit_at(text, at).value_or(0);
    const auto next = unit >= 0xD800 && unit < 0xDC00 ? code_unit_at(text, at + 6).value_or(0) : 0;
    const bool whole = next >= 0xDC00 && next < 0xE000;
    if (unit >= 0xD800 && unit < 0xE000 && !whole) out.replace(at + 2, 4, "FFFD");
    at += whole ? 11 : unit != 0 ? 5 : 1;
  }
  return out;
}

}  // namespace

std::optional<Json> read_json(std::string_view text, JsonError& error) { return read(text, error, Domain::file); }

std::optional<Json> read_json_message(std::string_view text, JsonError& error) {
  if (text.find("\\ud") != text.npos || text.find("\\uD") != text.npos)
    return read(without_halves(text), error, Domain::message);
  return read(text, error, Domain::message);
}

void write_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t written = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape[static_cast<unsigned char>(text[at])]) continue;
    out.append(text, written, at - written);
    write_escape(out, text[at]);
    written = at + 1;
  }
  out.append(text, written);
  out += '"';
}

void write_integer(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void write_object(std::string& out, std::vector<std::pair<std::string_view, std::string>>& pieces) {
  std::sort(pieces.begin(), pieces.end(),
            [](const auto& a, const auto& b) { return before_in_utf16(a.first, b.first); });
  out += '{';
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i != 0) out += ',';
    write_string(out, pieces[i].first);
    out += ':';
    out += pieces[i].second;
  }
  out += '}';
}

}  // namespace dmc::plan
