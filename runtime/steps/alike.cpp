// Reads only what it knows word for word: a question it takes for less than it says would be answered wrong.
#include "runtime/steps/alike.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace dmc::steps {

namespace {

constexpr std::array<std::string_view, 2> relations{"system.columns", "system.tables"};
constexpr std::size_t worth_it = 3;
constexpr std::string_view rows_of = "select 1 from ", count_of = "select count() from ", where = " where ";
constexpr std::string_view lacks = " having count() > 0 and countIf(", none = ") = 0";

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") ==
                              std::string_view::npos;
}

/// `a = b`, `a = f()`, `a = 1`.
bool is_plain(std::string_view term) {
  const auto at = term.find(" = ");
  if (at == std::string_view::npos) return false;
  auto right = term.substr(at + 3);
  if (right.ends_with("()")) right.remove_suffix(2);
  return is_word(term.substr(0, at)) && is_word(right);
}

/// A column, or a call of functions on columns and texts.
bool is_expression(std::string_view text) {
  const auto call = text.find('(');
  if (call == std::string_view::npos) return is_word(text);
  if (!is_word(text.substr(0, call)) || !text.ends_with(')')) return false;
  int open = 0;
  bool quoted = false;
  for (std::size_t i = call; i < text.size(); ++i) {
    if (text[i] == '\\') return false;
    if (text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (open == 0 && i + 1 < text.size()) return false;
  }
  return open == 0 && !quoted;
}

/// By " and " outside of quotes and parentheses.
std::vector<std::string_view> terms_of(std::string_view text) {
  constexpr std::string_view between = " and ";
  std::vector<std::string_view> terms;
  std::size_t begin = 0;
  int open = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
    if (open != 0 || !text.substr(i).starts_with(between)) continue;
    terms.push_back(text.substr(begin, i - begin));
    begin = i + between.size();
    i = begin - 1;
  }
  terms.push_back(text.substr(begin));
  return terms;
}

struct Compared {
  std::string expression, text;
};

/// `E = 'text'`, where the text means what it says: no quotes in it, nothing escaped.
std::optional<Compared> compared(std::string_view term) {
  constexpr std::string_view is = " = '";
  if (!term.ends_with('\'')) return std::nullopt;
  const auto open = term.rfind('\'', term.size() - 2);
  if (term.size() < 2 || open == std::string_view::npos || open + 1 < is.size()) return std::nullopt;
  const auto text = term.substr(open + 1, term.size() - open - 2);
  const auto left = term.substr(0, open + 1 - is.size());
  if (term.substr(left.size(), is.size()) != is || text.find('\\') != std::string_view::npos || !is_expression(left))
    return std::nullopt;
  return Compared{std::string(left), std::string(text)};
}

std::string listed(const std::set<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "'" : ", '") + text + "'";
  return list;
}

}  // namespace

struct Alike::Parts {
  Form form;
  One one;
};

std::optional<Alike::Parts> Alike::parts_of(const std::string& question) {
  Parts parts;
  std::string_view rest = question;
  const bool counts = rest.starts_with(count_of);
  if (!counts && !rest.starts_with(rows_of)) return std::nullopt;
  rest.remove_prefix(counts ? count_of.size() : rows_of.size());
  const auto behind = rest.find(where);
  if (std::ranges::find(relations, rest.substr(0, behind)) == relations.end()) return std::nullopt;
  parts.form.from = rest.substr(0, behind);
  rest.remove_prefix(behind + where.size());
  if (counts) {
    const auto having = rest.find(lacks);
    if (having == std::string_view::npos || !rest.ends_with(none)) return std::nullopt;
    const auto begin = having + lacks.size();
    for (const auto term : terms_of(rest.substr(begin, rest.size() - begin - none.size()))) {
      auto text = compared(term);
      if (!text) return std::nullopt;
      parts.form.lacking.push_back(std::move(text->expression));
      parts.one.lacking.push_back(std::move(text->text));
    }
    rest = rest.substr(0, having);
  }
  for (const auto term : terms_of(rest))
    if (auto text = compared(term)) {
      parts.form.wanted.push_back(std::move(text->expression));
      parts.one.wanted.push_back(std::move(text->text));
    } else if (is_plain(term)) {
      parts.form.fixed += std::string(term) + " and ";
    } else {
      return std::nullopt;
    }
  if (parts.form.wanted.empty()) return std::nullopt;
  return parts;
}

void Alike::add(std::size_t number, const std::string& question) {
  auto parts = parts_of(question);
  if (!parts) return;
  parts->one.number = number;
  groups_[parts->form].push_back(std::move(parts->one));
}

std::map<std::size_t, bool> Alike::ask(session::Session& session) const {
  std::map<std::size_t, bool> told;
  for (const auto& [form, all] : groups_) {
    if (all.size() < worth_it) continue;
    std::string question;
    for (const auto* expressions : {&form.wanted, &form.lacking})
      for (const auto& expression : *expressions) question += (question.empty() ? "select " : ", ") + expression;
    std::set<std::string> first;
    for (const auto& one : all) first.insert(one.wanted.front());
    question += " from " + form.from + " where " + form.fixed + form.wanted.front() + " in (" + listed(first) + ")";

    std::set<Texts> wanted, lacking;
    bool texts_only = true;
    for (const auto& row : session.query(question).rows) {
      Texts texts;
      for (const auto& value : row)
        if (const auto* text = std::get_if<std::string>(&value)) texts.push_back(*text);
      texts_only = texts_only && texts.size() == row.size();
      if (!texts_only) break;
      lacking.insert(texts);
      texts.resize(form.wanted.size());
      wanted.insert(std::move(texts));
    }
    if (!texts_only) continue;
    for (const auto& one : all) {
      auto whole = one.wanted;
      whole.insert(whole.end(), one.lacking.begin(), one.lacking.end());
      told[one.number] = wanted.contains(one.wanted) && (one.lacking.empty() || !lacking.contains(whole));
    }
  }
  return told;
}

}  // namespace dmc::steps
