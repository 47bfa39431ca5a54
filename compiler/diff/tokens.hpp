// The tokens of a text and where among them relations and columns can stand, for every engine's SQL.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/sql_text.hpp"

namespace dmc::diff {

bool is_word(const model::SqlToken& token, std::string_view word);
bool is_sign(const model::SqlToken& token, std::string_view sign);

class Tokens {
 public:
  /// `text` must outlive it. Names are as they are called: without their quotes, doubled ones single.
  explicit Tokens(std::string_view text);
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  std::size_t size() const { return tokens_.size(); }
  const model::SqlToken& operator[](std::size_t at) const { return tokens_[at]; }

  /// A word or a quoted name that no engine takes for a keyword there.
  bool is_name(std::size_t at) const;
  bool behind(std::size_t at, std::string_view sign) const { return at > 0 && is_sign(tokens_[at - 1], sign); }
  bool before(std::size_t at, std::string_view sign) const { return at + 1 < size() && is_sign(tokens_[at + 1], sign); }
  bool behind_word(std::size_t at, std::string_view word) const { return at > 0 && is_word(tokens_[at - 1], word); }

  /// `as name`: an alias, a result's name.
  bool is_alias(std::size_t at) const { return behind_word(at, "as"); }
  /// `with name as (`: a name of the query's own.
  bool is_query_name(std::size_t at) const;
  /// `name (`, unless that is a relation with its list of columns.
  bool is_call(std::size_t at) const;
  /// Whether a relation can stand there: in a list behind `from`, behind `join`, `into`, `update` … A place too many is
  /// possible.
  bool can_be_relation(std::size_t at) const;
  /// Whether nothing but a relation can: an unqualified name behind `from` or `join`.
  bool must_be_relation(std::size_t at) const { return behind_word(at, "from") || behind_word(at, "join"); }

  /// Where the innermost select in brackets around the token begins; in none, where its statement does.
  std::size_t scope_of(std::size_t at) const { return scopes_[at]; }
  /// Whether the scope is a select in brackets, with another scope around it.
  bool is_inner(std::size_t scope) const { return scope > 0 && is_sign(tokens_[scope - 1], "("); }
  std::size_t around(std::size_t scope) const { return scopes_[scope - 1]; }
  bool has_query_names() const;

 private:
  void find_scopes();
  std::size_t start_of(std::size_t at) const;
  bool follows_from(std::size_t at) const;
  bool holds_relations(std::size_t bracket) const;
  bool listed_in_from(std::size_t comma) const;

  std::vector<model::SqlToken> tokens_;
  std::deque<std::string> undoubled_;
  std::vector<std::size_t> scopes_;  ///< of every token
};

}  // namespace dmc::diff
