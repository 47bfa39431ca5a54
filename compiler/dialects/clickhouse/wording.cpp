// The forms that a server rewrites by itself, brought into the form that it shows.
#include <algorithm>
#include <array>
#include <optional>

#include "compiler/dialects/clickhouse/pieces.hpp"
#include "compiler/dialects/clickhouse/text.hpp"
#include "compiler/dialects/clickhouse/types.hpp"

namespace dmc::dialects::clickhouse {

namespace {

using Kind = Piece::Kind;

struct Unit {
  std::string_view word;
  std::string_view function;
};
constexpr auto units = std::to_array<Unit>({{"nanosecond", "toIntervalNanosecond"},
                                            {"microsecond", "toIntervalMicrosecond"},
                                            {"millisecond", "toIntervalMillisecond"},
                                            {"second", "toIntervalSecond"},
                                            {"minute", "toIntervalMinute"},
                                            {"hour", "toIntervalHour"},
                                            {"day", "toIntervalDay"},
                                            {"week", "toIntervalWeek"},
                                            {"month", "toIntervalMonth"},
                                            {"quarter", "toIntervalQuarter"},
                                            {"year", "toIntervalYear"}});

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view interval_function(std::string_view word) {
  std::string name = lower(word);
  if (name.ends_with('s')) name.pop_back();
  for (const auto& unit : units)
    if (unit.word == name) return unit.function;
  return {};
}

Piece sign(std::string_view text, bool gap = false) { return {Kind::sign, std::string(text), gap}; }

class Rewriter {
 public:
  Rewriter(Pieces pieces, std::string_view database) : pieces_(std::move(pieces)), database_(database) {}

  Pieces rewritten() {
    drop_database();
    for (std::size_t at = pieces_.size(); at-- > 0;) {
      if (pieces_[at].kind == Kind::word) word(at);
      if (pieces_[at].is("::")) cast_sign(at);
    }
    drop_parentheses(pieces_);
    return std::move(pieces_);
  }

 private:
  void erase(std::size_t from, std::size_t count) {
    const auto begin = pieces_.begin() + static_cast<std::ptrdiff_t>(from);
    pieces_.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  void replace(std::size_t from, std::size_t count, Pieces by) {
    by.front().gap = pieces_[from].gap;
    erase(from, count);
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(from), by.begin(), by.end());
  }
  Pieces slice(std::size_t from, std::size_t end) const {
    return {pieces_.begin() + static_cast<std::ptrdiff_t>(from), pieces_.begin() + static_cast<std::ptrdiff_t>(end)};
  }
  bool has(std::size_t at, std::string_view text) const { return at < pieces_.size() && pieces_[at].is(text); }

  /// `shop.orders` is `orders` in the database shop.
  void drop_database() {
    if (database_.empty()) return;
    for (std::size_t at = 0; at + 2 < pieces_.size(); ++at) {
      const bool is_ours =
          pieces_[at].is_name() && (pieces_[at].text == database_ || pieces_[at].text == name_text(database_));
      if (!is_ours || !has(at + 1, ".") || !pieces_[at + 2].is_name() || (at > 0 && pieces_[at - 1].is("."))) continue;
      pieces_[at + 2].gap = pieces_[at].gap;
      erase(at, 2);
    }
  }

  void word(std::size_t at) {
    const std::string folded = lower(pieces_[at].text);
    if (folded == "interval") return interval(at);
    if (folded == "cast" && has(at + 1, "(")) return cast_call(at);
    const bool is_literal = at + 1 < pieces_.size() && pieces_[at + 1].kind == Kind::string;
    if (is_literal && (folded == "date" || folded == "timestamp"))
      replace(at, 2,
              {{Kind::word, folded == "date" ? "toDate" : "toDateTime"},
               sign("("),
               {Kind::string, pieces_[at + 1].text},
               sign(")")});
  }

  /// Behind the value that begins at `at`, one that needs no operator.
  std::size_t past_value(std::size_t at) const {
    if (at >= pieces_.size()) return at;
    std::size_t end = at + 1;
    if (pieces_[at].is("(")) end = closing(pieces_, at) + 1;
    if (has(at, "-")) return past_value(at + 1);
    if (pieces_[at].kind == Kind::word && has(end, "(")) end = closing(pieces_, end) + 1;
    return std::min(end, pieces_.size());
  }

  /// `INTERVAL 90 DAY` is `toIntervalDay(90)`.
  void interval(std::size_t at) {
    if (at + 2 >= pieces_.size() || pieces_[at + 1].is(",")) return;
    const std::size_t end = past_value(at + 1);
    if (end >= pieces_.size() || pieces_[end].kind != Kind::word) return;
    const auto function = interval_function(pieces_[end].text);
    if (function.empty()) return;
    Pieces call{{Kind::word, std::string(function)}, sign("(")};
    for (auto& piece : slice(at + 1, end)) call.push_back(std::move(piece));
    call[2].gap = false;
    call.push_back(sign(")"));
    replace(at, end + 1 - at, std::move(call));
  }

  static Piece type_text(const Pieces& type) {
    const std::string text = text_of(type);
    return {Kind::string, literal_of(canonical_type(text).value_or(text)), true};
  }

  /// `CAST(x AS T)` is `CAST(x, 'T')`.
  void cast_call(std::size_t at) {
    pieces_[at].text = "CAST";
    const std::size_t close = closing(pieces_, at + 1);
    for (std::size_t i = at + 2; i < close; ++i) {
      if (pieces_[i].is("(") || pieces_[i].is("[")) i = closing(pieces_, i);
      if (!pieces_[i].is_word("AS")) continue;
      replace(i, close - i, {sign(","), type_text(slice(i + 1, close))});
      pieces_[i].gap = false;
      return;
    }
  }

  /// `x::T` is `CAST(x, 'T')`; of a number or a text it is the text that is read.
  void cast_sign(std::size_t at) {
    if (at == 0 || at + 1 >= pieces_.size()) return;
    std::size_t begin = at - 1;
    if (pieces_[begin].is(")") || pieces_[begin].is("]")) {
      int depth = 0;
      do {
        if (pieces_[begin].is(")") || pieces_[begin].is("]")) ++depth;
        if (pieces_[begin].is("(") || pieces_[begin].is("[")) --depth;
      } while (depth > 0 && begin-- > 0);
      if (depth > 0) return;
      if (begin > 0 && pieces_[begin - 1].kind == Kind::word && !is_keyword(pieces_[begin - 1].text)) --begin;
    }
    const std::size_t end = past_value(at + 1);
    Pieces value = slice(begin, at);
    value.front().gap = false;
    if (value.size() == 1 && value.front().kind == Kind::number)
      value.front() = {Kind::string, literal_of(value.front().text)};
    Pieces call{{Kind::word, "CAST"}, sign("(")};
    for (auto& piece : value) call.push_back(std::move(piece));
    call.push_back(sign(","));
    call.push_back(type_text(slice(at + 1, end)));
    call.push_back(sign(")"));
    replace(begin, end - begin, std::move(call));
  }

  Pieces pieces_;
  std::string database_;
};

/// Whether one pair of parentheses is around everything.
bool is_enclosed(const Pieces& pieces) {
  return pieces.size() >= 2 && pieces.front().is("(") && closing(pieces, 0) + 1 == pieces.size();
}

}  // namespace

std::string normal_text(std::string_view text, std::string_view own_database) {
  return text_of(Rewriter(pieces_of(text), own_database).rewritten());
}

std::string normal_key(std::string_view text) {
  Pieces pieces = Rewriter(pieces_of(text), {}).rewritten();
  if (pieces.size() > 3 && pieces[0].is_word("tuple") && pieces[1].is("(") && closing(pieces, 1) + 1 == pieces.size())
    pieces.erase(pieces.begin());
  while (is_enclosed(pieces)) {
    pieces.pop_back();
    pieces.erase(pieces.begin());
    if (!pieces.empty()) pieces.front().gap = false;
  }
  return pieces.empty() ? "tuple()" : text_of(pieces);
}

std::string without_cast(std::string_view text, std::string_view type) {
  const auto call = call_of(text);
  if (call.name != "CAST" || call.arguments.empty()) return std::string(text);
  const auto parts = parts_of(call.arguments);
  // The closing parenthesis may belong to another call: then there are not two parts, or the second is no text.
  if (parts.size() != 2 || !parts[1].starts_with('\'')) return std::string(text);
  return canonical_type(meaning_of(parts[1])) == type ? parts[0] : std::string(text);
}

}  // namespace dmc::dialects::clickhouse
