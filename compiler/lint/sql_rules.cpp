// SQL that somebody wrote by hand, looked at by its tokens.
#include <algorithm>
#include <string_view>

#include <re2/re2.h>

#include "compiler/lint/rules.hpp"
#include "compiler/model/secrets.hpp"

namespace dmc::lint {

namespace {

std::vector<std::string_view> texts_of(const change::Change& change) {
  std::vector<std::string_view> texts;
  if (const auto* kind = std::get_if<change::RunStatements>(&change.kind)) {
    for (const auto& sql : kind->statement.statements) texts.push_back(sql.text);
    for (const auto& sql : kind->statement.undo) texts.push_back(sql.text);
    if (kind->statement.verify) texts.push_back(kind->statement.verify->query);
  }
  if (const auto* kind = std::get_if<change::VerifyQuery>(&change.kind)) texts.push_back(kind->statement.check.query);
  if (const auto* kind = std::get_if<change::WaitAtGate>(&change.kind))
    if (kind->statement.check) texts.push_back(kind->statement.check->query);
  if (const auto* kind = std::get_if<change::BackfillRows>(&change.kind)) {
    for (const auto& assignment : kind->statement.set) texts.push_back(assignment.value.text);
    if (kind->statement.where) texts.push_back(kind->statement.where->text);
  }
  if (const auto* kind = std::get_if<change::AlterTable>(&change.kind))
    for (const auto& move : kind->moves) {
      if (move.using_expression) texts.push_back(move.using_expression->text);
      if (move.undo) texts.push_back(move.undo->text);
    }
  if (const auto* kind = std::get_if<change::DropRows>(&change.kind)) texts.push_back(kind->statement.where.text);
  const auto object = [&](const model::Object& value) {
    texts.push_back(value.create.text);
    texts.push_back(value.drop.text);
    if (value.replace) texts.push_back(value.replace->text);
  };
  if (const auto* kind = std::get_if<change::CreateObject>(&change.kind)) object(kind->object);
  if (const auto* kind = std::get_if<change::ReplaceObject>(&change.kind)) object(kind->after);
  return texts;
}

bool word_is(const model::SqlToken& token, std::string_view word) {
  return token.kind == model::SqlToken::Kind::word && std::ranges::equal(token.text, word, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

/// A text that carries a password: `password=…` inside it, or a URL with credentials.
bool carries_secret(std::string_view text) {
  // Built once: compiling a pattern costs more than all texts of a change.
  static const re2::RE2 assignment("(?i)(password|passwd|pwd|secret|api[_-]?key|access[_-]?key)\\s*=\\s*[^\\s'\"]+");
  static const re2::RE2 credentials("[A-Za-z][A-Za-z0-9+.-]*://[^\\s/:@]+:[^\\s/@]+@");
  const re2::StringPiece piece(text.data(), text.size());
  return re2::RE2::PartialMatch(piece, assignment) || re2::RE2::PartialMatch(piece, credentials);
}

bool has_secret(std::string_view sql) {
  const auto tokens = model::sql_tokens(sql);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != model::SqlToken::Kind::string && tokens[i].kind != model::SqlToken::Kind::body) continue;
    if (model::is_secret(tokens[i].text)) continue;
    if (carries_secret(tokens[i].text)) return true;
    // create role r password '…', create user u identified by '…'
    if (i > 0 && word_is(tokens[i - 1], "password")) return true;
    if (i > 1 && word_is(tokens[i - 1], "by") && word_is(tokens[i - 2], "identified")) return true;
  }
  return false;
}

bool controls_transactions(std::string_view sql) {
  static constexpr std::string_view words[] = {"begin", "commit", "rollback", "end", "savepoint", "release", "abort"};
  const auto tokens = model::sql_tokens(sql);
  return !tokens.empty() &&
         std::ranges::any_of(words, [&](std::string_view word) { return word_is(tokens.front(), word); });
}

}  // namespace

std::vector<plan::Hazard> sql_hazards(const change::Change& change) {
  std::vector<plan::Hazard> found;
  const auto texts = texts_of(change);
  const auto blank = change.object.find(' ');
  auto object = blank == std::string::npos ? change.object : change.object.substr(blank + 1);
  if (const auto* kind = std::get_if<change::RunStatements>(&change.kind)) object = kind->statement.name;
  if (const auto* kind = std::get_if<change::VerifyQuery>(&change.kind)) object = kind->statement.name;
  if (std::ranges::any_of(texts, has_secret))
    found.push_back(
        {"secret.literal", object, "a secret stands as text in a plan that everybody may read", std::nullopt});
  if (const auto* kind = std::get_if<change::RunStatements>(&change.kind))
    for (const auto& sql : kind->statement.statements)
      if (controls_transactions(sql.text)) {
        found.push_back({"tx.nesting", kind->statement.name, "the step's own transaction would end in the middle of it",
                         std::nullopt});
        break;
      }
  return found;
}

std::string names_the_ledger(const change::Change& change) {
  for (const auto text : texts_of(change)) {
    const auto tokens = model::sql_tokens(text);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const auto& token = tokens[i];
      if (token.kind != model::SqlToken::Kind::word && token.kind != model::SqlToken::Kind::quoted_name) continue;
      std::string folded(token.text);
      std::ranges::transform(folded, folded.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      if (folded.starts_with("_dmc_")) return std::string(token.text);
      if (folded == "dmc" && i + 1 < tokens.size() && tokens[i + 1].text == ".") return std::string(token.text) + ".";
    }
  }
  return "";
}

}  // namespace dmc::lint
