// The steps of reading a definition. A failed step leaves the reader where it was, so that the place can be told.
#include "compiler/dialects/sqlite/reader.hpp"

#include <algorithm>

namespace dmc::dialects::sqlite {

bool Reader::accept(std::string_view keyword) {
  if (!sees(keyword)) return false;
  ++at_;
  return true;
}

bool Reader::accept_sign(std::string_view sign) {
  if (!sees_sign(sign)) return false;
  ++at_;
  return true;
}

bool Reader::accept_all(std::initializer_list<std::string_view> keywords) {
  std::size_t ahead = 0;
  for (const auto keyword : keywords)
    if (!sees(keyword, ahead++)) return false;
  at_ += keywords.size();
  return true;
}

void Reader::expect(std::string_view keyword) {
  if (!accept(keyword)) fail();
}

void Reader::expect_sign(std::string_view sign) {
  if (!accept_sign(sign)) fail();
}

std::string Reader::name() {
  const auto* token = peek();
  if (!token || !token->can_be_name()) {
    fail();
    return {};
  }
  ++at_;
  return token->name();
}

std::string Reader::last_name() {
  auto found = name();
  return accept_sign(".") ? name() : found;
}

std::vector<std::string> Reader::names() {
  std::vector<std::string> found;
  expect_sign("(");
  do found.push_back(name());
  while (accept_sign(","));
  expect_sign(")");
  return found;
}

std::string Reader::slice(std::size_t first, std::size_t last) const {
  if (first >= last) return {};
  return std::string(text_.substr(tokens_[first].begin, tokens_[last - 1].end - tokens_[first].begin));
}

std::string Reader::parenthesised() {
  if (!sees_sign("(")) {
    fail();
    return {};
  }
  const std::size_t first = at_ + 1;
  int depth = 0;
  for (std::size_t i = at_; i < tokens_.size(); ++i) {
    if (tokens_[i].is_sign("(")) ++depth;
    if (!tokens_[i].is_sign(")") || --depth > 0) continue;
    at_ = i + 1;
    return slice(first, i);
  }
  fail();
  return {};
}

std::string Reader::until(std::initializer_list<std::string_view> words,
                          std::initializer_list<std::string_view> signs) {
  const std::size_t first = at_;
  int depth = 0;
  for (; !at_end(); ++at_) {
    const auto& token = tokens_[at_];
    if (depth == 0 && (std::ranges::any_of(words, [&](auto word) { return token.is(word); }) ||
                       std::ranges::any_of(signs, [&](auto sign) { return token.is_sign(sign); })))
      break;
    if (token.is_sign("(")) ++depth;
    if (token.is_sign(")")) --depth;
  }
  return slice(first, at_);
}

std::optional<std::string> Reader::conflict() {
  if (!accept_all({"on", "conflict"})) return std::nullopt;
  return folded(name());
}

/// Reads the element's tokens first and its ends after, because an expression can be anything.
model::Element Reader::element(bool* autoincrement) {
  const std::size_t first = at_;
  until({}, {",", ")"});
  std::size_t last = at_;
  model::Element found;
  const auto drop_word = [&](std::string_view word) {
    if (last == first || !tokens_[last - 1].is(word)) return false;
    --last;
    return true;
  };
  if (autoincrement && drop_word("autoincrement")) *autoincrement = true;
  found.descending = drop_word("desc");
  if (!found.descending) drop_word("asc");
  if (last >= first + 2 && tokens_[last - 2].is("collate") && tokens_[last - 1].can_be_name()) {
    found.collation = tokens_[last - 1].name();
    last -= 2;
  }
  if (last == first) {
    fail();
  } else if (last == first + 1 && tokens_[first].can_be_name()) {
    found.column = tokens_[first].name();
  } else {
    found.expression = model::Sql{slice(first, last)};
  }
  return found;
}

std::vector<model::Element> Reader::elements(bool* autoincrement) {
  std::vector<model::Element> found;
  expect_sign("(");
  do found.push_back(element(autoincrement));
  while (accept_sign(","));
  expect_sign(")");
  return found;
}

std::string Reader::rest() {
  if (failed_) return {};
  std::size_t last = tokens_.size();
  while (last > at_ && tokens_[last - 1].is_sign(";")) --last;
  auto text = slice(at_, last);
  at_ = tokens_.size();
  return text;
}

std::string Reader::body() {
  if (failed_) return {};
  std::size_t last = tokens_.size();
  while (last > at_ && tokens_[last - 1].is_sign(";")) --last;
  if (last == at_ || !tokens_[last - 1].is("end")) {
    fail();
    return {};
  }
  auto text = slice(at_, last - 1);
  at_ = tokens_.size();
  return text;
}

}  // namespace dmc::dialects::sqlite
