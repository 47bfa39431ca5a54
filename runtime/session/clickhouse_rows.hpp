// Rows out of TabSeparatedWithNamesAndTypes, as they arrive. Internal to this folder.
//
// Of the formats that 18.16 and 26.x have, it is the one with the types in it, in which every row can be read when its
// line is there, a 64-bit integer is never a float, NULL (\N) differs from every text, bytes stay as they are (JSON
// replaces those that are no UTF-8), and a float has as many digits as it needs to be the same again.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// How values of a column are kept. What is not named here (decimals, dates, 128 bits, arrays, …) is the server's text.
enum class ClickhouseKind { text, integer, wide, real, boolean };

/// By the server's name of the type; Nullable and LowCardinality count as what they hold.
ClickhouseKind clickhouse_kind(std::string_view type);

/// A text that is no valid UTF-8 is a Blob; an unsigned number beyond 2⁶³ is a text, because no digit may be lost.
Value clickhouse_value(std::string_view field, ClickhouseKind kind);

class ClickhouseRows {
 public:
  /// `each` is called with every row as soon as it is whole.
  explicit ClickhouseRows(std::function<void(Row)> each) : each_(std::move(each)) {}

  /// A piece of the answer, cut anywhere. Keeps no more than the longest line.
  void take(std::string_view piece);
  /// Another answer with its own names and types follows; what was taken must be whole.
  void begin_again();
  /// The exception that the server wrote behind the rows; empty when there is none.
  const std::string& exception() const { return exception_; }
  /// The answer has ended: whether it did so at a row's end.
  bool whole() const { return rest_.empty() && lines_ != 1; }
  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::string>& types() const { return types_; }

 private:
  void line(std::string_view text);
  bool is_exception(std::string_view text) const;

  std::function<void(Row)> each_;
  std::vector<std::string> columns_, types_;
  std::vector<ClickhouseKind> kinds_;
  std::string rest_;
  std::string exception_;
  std::size_t lines_ = 0;
};

}  // namespace dmc::session
