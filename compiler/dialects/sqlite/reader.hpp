// A place in the tokens of a statement, with the steps that all of SQLite's definitions are made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dialects/sqlite/parse.hpp"
#include "compiler/dialects/sqlite/tokens.hpp"

namespace dmc::dialects::sqlite {

/// Once something did not fit, every further step does nothing and `failed` stays true.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), tokens_(tokens_of(text)) {}

  bool failed() const { return failed_; }
  bool at_end() const { return failed_ || at_ >= tokens_.size(); }
  Unread unread() const { return {at_ < tokens_.size() ? std::string(tokens_[at_].text) : std::string()}; }

  const Token* peek(std::size_t ahead = 0) const {
    return !failed_ && at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  bool sees(std::string_view keyword, std::size_t ahead = 0) const {
    const auto* token = peek(ahead);
    return token && token->is(keyword);
  }
  bool sees_sign(std::string_view sign, std::size_t ahead = 0) const {
    const auto* token = peek(ahead);
    return token && token->is_sign(sign);
  }

  bool accept(std::string_view keyword);
  bool accept_sign(std::string_view sign);
  /// All of the words, or none.
  bool accept_all(std::initializer_list<std::string_view> keywords);
  void expect(std::string_view keyword);
  void expect_sign(std::string_view sign);
  void fail() { failed_ = true; }
  /// Over the token here.
  void step() { ++at_; }

  std::string name();
  /// `schema.name` or `name`: the last part.
  std::string last_name();
  /// `(a, b)`.
  std::vector<std::string> names();
  /// `( … )`: the text between.
  std::string parenthesised();
  /// The text of the tokens up to one of the words or signs outside parentheses, or to the end.
  std::string until(std::initializer_list<std::string_view> words, std::initializer_list<std::string_view> signs);
  /// `on conflict replace`.
  std::optional<std::string> conflict();
  /// Elements of a key or an index, with their parentheses.
  std::vector<model::Element> elements(bool* autoincrement = nullptr);
  /// The text from here to the last token that is not `;`.
  std::string rest();
  /// Everything up to the last `end`, which is read too.
  std::string body();

 private:
  std::string slice(std::size_t first, std::size_t last) const;
  model::Element element(bool* autoincrement);

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace dmc::dialects::sqlite
