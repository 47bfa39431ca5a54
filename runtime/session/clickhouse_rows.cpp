// Lines, fields, values.
#include "runtime/session/clickhouse_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 0;
}

std::string unescaped(std::string_view field) {
  std::string out;
  out.reserve(field.size());
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != '\\' || i + 1 == field.size()) {
      out += field[i];
      continue;
    }
    switch (const char c = field[++i]) {
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 't':
        out += '\t';
        break;
      case '0':
        out += '\0';
        break;
      case 'x':
        if (i + 2 < field.size()) {
          out += static_cast<char>(hex(field[i + 1]) * 16 + hex(field[i + 2]));
          i += 2;
        }
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

Value integer(std::string_view field) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error != std::errc() || end != field.data() + field.size()) return std::string(field);
  return number;
}

}  // namespace

ClickhouseKind clickhouse_kind(std::string_view type) {
  for (const std::string_view around : {"LowCardinality(", "Nullable("})
    if (type.starts_with(around) && type.ends_with(')')) {
      type.remove_prefix(around.size());
      type.remove_suffix(1);
    }
  constexpr std::array<std::string_view, 8> integers{"Int8",  "Int16",  "Int32",  "Int64",
                                                     "UInt8", "UInt16", "UInt32", "UInt64"};
  if (std::find(integers.begin(), integers.end(), type) != integers.end())
    return type == "UInt64" ? ClickhouseKind::wide : ClickhouseKind::integer;
  if (type == "Float32" || type == "Float64") return ClickhouseKind::real;
  return type == "Bool" ? ClickhouseKind::boolean : ClickhouseKind::text;
}

Value clickhouse_value(std::string_view field, ClickhouseKind kind) {
  if (field == "\\N") return nullptr;
  switch (kind) {
    case ClickhouseKind::integer:
    case ClickhouseKind::wide:
      return integer(field);
    case ClickhouseKind::real:
      return std::strtod(std::string(field).c_str(), nullptr);
    case ClickhouseKind::boolean:
      return static_cast<std::int64_t>(field == "true" || field == "1" ? 1 : 0);
    case ClickhouseKind::text:
      break;
  }
  auto text = unescaped(field);
  if (readable(text) == text) return text;
  return Blob{std::move(text)};
}

void ClickhouseRows::take(std::string_view piece) {
  if (!exception_.empty()) {
    constexpr std::size_t most = 65'536;
    exception_.append(piece.substr(0, most - std::min(most, exception_.size())));
    return;
  }
  while (!piece.empty()) {
    const auto end = piece.find('\n');
    if (end == std::string_view::npos) {
      rest_ += piece;
      return;
    }
    const auto one = piece.substr(0, end);
    if (rest_.empty()) {
      line(one);
    } else {
      rest_ += one;
      line(std::exchange(rest_, {}));
    }
    piece.remove_prefix(end + 1);
    if (!exception_.empty()) return take(piece);
  }
}

void ClickhouseRows::begin_again() {
  if (exception_.empty()) lines_ = 0;
}

/// A field never holds an unescaped tab, quote or line's end, so that of several columns none is taken for an
/// exception. Where there is one column, a row could be worded like one: that is reported, because the other mistake
/// would lose rows without a word.
bool ClickhouseRows::is_exception(std::string_view text) const {
  if (text == "__exception__\r") return true;
  if (!text.starts_with("Code: ")) return false;
  const auto digits = text.substr(6);
  const auto end = digits.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos) return false;
  const auto behind = digits.substr(end);
  if (!behind.starts_with(". DB::") && !behind.starts_with(", e.displayText() = ")) return false;
  return lines_ < 2 || fields_of(text).size() != columns_.size() || columns_.size() == 1;
}

void ClickhouseRows::line(std::string_view text) {
  if (is_exception(text)) {
    exception_ = std::string(text) + "\n";
    return;
  }
  if (lines_ >= 2 && text == "\r") return;  // in front of "__exception__"
  const auto fields = fields_of(text);
  if (lines_ == 0) {
    columns_.clear();
    for (const auto field : fields) columns_.push_back(readable(unescaped(field)));
    ++lines_;
    return;
  }
  if (fields.size() != columns_.size())
    throw SessionError("the server's answer cannot be read: a row has " + std::to_string(fields.size()) +
                       " fields, and there are " + std::to_string(columns_.size()) + " columns");
  if (lines_ == 1) {
    types_.clear();
    kinds_.clear();
    for (const auto field : fields) {
      types_.push_back(unescaped(field));
      kinds_.push_back(clickhouse_kind(types_.back()));
    }
    ++lines_;
    return;
  }
  Row row;
  row.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) row.push_back(clickhouse_value(fields[i], kinds_[i]));
  each_(std::move(row));
}

}  // namespace dmc::session
