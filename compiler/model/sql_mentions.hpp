// Where a text of SQL means a relation or a column of it, by the scopes that its tokens show: for engines whose parser
// is not at hand.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace dmc::model {

/// A name in a text.
struct SqlMention {
  std::size_t begin = 0;  ///< with its quotes
  std::size_t end = 0;
  bool sure = true;     ///< false: something else may be meant
  bool output = false;  ///< a column of a result bears this name, because nothing else is said, and others read it so
  bool operator==(const SqlMention&) const = default;
};

struct SqlWanted {
  std::string_view relation;               ///< its name
  std::optional<std::string_view> column;  ///< none: the relation itself
  bool own = false;                        ///< the text is about the relation: its columns stand free in it
  /// Whether another relation has a column of that name; nothing: nobody knows.
  std::function<std::optional<bool>(std::string_view relation)> has_column;
};

/// In the order of the text.
std::vector<SqlMention> sql_mentions(std::string_view text, const SqlWanted& wanted);

/// Where the names begin that name a column of a result as they stand: of a whole query, a subquery behind `from`, a
/// part of `with`.
std::vector<std::size_t> result_names(std::string_view text);

}  // namespace dmc::model
