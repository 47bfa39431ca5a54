// Where texts of an author name something: what an editor asks of a dialect, and nothing else does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/database.hpp"
#include "compiler/model/sql_mentions.hpp"

namespace dmc::dialects {

/// A text as an author wrote it: a query, statements, or an expression.
struct AuthorText {
  std::string_view text;     ///< without parentheses around the whole
  std::string_view table{};  ///< path of the one whose columns stand free in it, or whose rows are `new` and `old`
};
/// In the order of a text; nothing: it cannot be read.
using Mentions = std::optional<std::vector<model::SqlMention>>;

/// What the texts of a dialect may be, too.
class Mentioning {
 public:
  virtual ~Mentioning() = default;
  /// For each text where it means the table or view of that path, or the column of it, by the engine's rules of scope.
  virtual std::vector<Mentions> mentions(const model::Database& database, const std::vector<AuthorText>& texts,
                                         std::string_view relation, const std::optional<std::string>& column) const = 0;
};

}  // namespace dmc::dialects
