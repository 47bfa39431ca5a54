// Compares answers as numbers when both sides are numbers, else as text.
#include "runtime/steps/check.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <cstdint>
#include <string_view>

#include "compiler/plan/digest.hpp"
#include "compiler/plan/step.hpp"
#include "runtime/ledger/facts.hpp"
#include "runtime/ledger/ledger.hpp"
#include "runtime/session/readable.hpp"
#include "runtime/steps/alike.hpp"

namespace dmc::steps {

namespace {

template <class T>
std::optional<T> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// None for SQL null.
std::optional<std::string> text_of(const session::Value& value) {
  struct Reader {
    std::optional<std::string> operator()(std::nullptr_t) const { return std::nullopt; }
    std::optional<std::string> operator()(std::int64_t value) const { return std::to_string(value); }
    std::optional<std::string> operator()(double value) const {
      char buffer[64];
      const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
      return std::string(buffer, error == std::errc() ? end : buffer);
    }
    std::optional<std::string> operator()(const std::string& value) const { return value; }
    std::optional<std::string> operator()(const session::Blob& value) const { return value.bytes; }
  };
  return std::visit(Reader{}, value);
}

/// Engines without booleans answer 1 and 0.
std::string_view as_number_word(std::string_view text) {
  if (text == "true") return "1";
  if (text == "false") return "0";
  return text;
}

std::partial_ordering compare(std::string_view answer, std::string_view wanted) {
  const auto left_text = as_number_word(answer), right_text = as_number_word(wanted);
  if (const auto left = number<std::int64_t>(left_text), right = number<std::int64_t>(right_text); left && right)
    return *left <=> *right;
  if (const auto left = number<double>(left_text), right = number<double>(right_text); left && right)
    return *left <=> *right;
  return answer <=> wanted;
}

std::optional<std::string> first_value(const session::Rows& rows) {
  if (rows.rows.empty() || rows.rows.front().empty()) return std::nullopt;
  return text_of(rows.rows.front().front());
}

/// Behind it stands what only this run's user asked to see.
constexpr std::string_view data_follows = "; the answer: ";

std::string shown_answer(const session::Rows& rows, bool show_data) {
  if (rows.rows.empty()) return "no row";
  const auto value = first_value(rows);
  if (!value) return "null";
  if (number<double>(*value)) return *value;
  return show_data ? "another text" : "another text (--show-data shows it)";
}

std::string wanted_answer(const plan::QueryCheck& check) {
  const std::string value =
      check.value ? (number<double>(*check.value) ? *check.value : "'" + *check.value + "'") : "null";
  switch (check.comparison) {
    case plan::Comparison::equal:
      return value;
    case plan::Comparison::not_equal:
      return "anything but " + value;
    case plan::Comparison::less:
      return "less than " + value;
    case plan::Comparison::at_most:
      return "at most " + value;
    case plan::Comparison::greater:
      return "more than " + value;
    case plan::Comparison::at_least:
      return "at least " + value;
    case plan::Comparison::is_empty:
      return "no row";
    case plan::Comparison::is_not_empty:
      return "at least one row";
  }
  return value;
}

/// Whether the query itself asks for no more rows than it got: there may be many more.
bool is_limited(const std::string& query, std::size_t rows) {
  const std::string end = " limit " + std::to_string(rows);
  return query.ends_with(end);
}

}  // namespace

bool holds(const plan::QueryCheck& check, const session::Rows& rows) {
  using enum plan::Comparison;
  if (check.comparison == is_empty) return rows.rows.empty();
  if (check.comparison == is_not_empty) return !rows.rows.empty();
  const auto answer = first_value(rows);
  if (!answer || !check.value) {
    const bool same = !answer && !check.value;
    return check.comparison == equal ? same : check.comparison == not_equal && !same;
  }
  const auto order = compare(*answer, *check.value);
  switch (check.comparison) {
    case equal:
      return order == 0;
    case not_equal:
      return order != 0;
    case less:
      return order < 0;
    case at_most:
      return order <= 0;
    case greater:
      return order > 0;
    case at_least:
      return order >= 0;
    case is_empty:
    case is_not_empty:
      break;
  }
  return false;
}

InSettings::InSettings(session::Session& session, const std::vector<plan::SessionSetting>& settings)
    : session_(session) {
  for (const auto& setting : settings) {
    auto back = setting.restore;
    if (const auto hole = back.find("{}"); hole != std::string::npos) {
      const auto rows = session_.query(setting.read).rows;
      const auto* text =
          rows.empty() || rows.front().empty() ? nullptr : std::get_if<std::string>(&rows.front().front());
      back.replace(hole, 2, text ? *text : std::string());
    }
    session_.execute(setting.set);
    restore_.push_back(std::move(back));
  }
}

InSettings::~InSettings() {
  for (auto statement = restore_.rbegin(); statement != restore_.rend(); ++statement) try {
      session_.execute(*statement);
    } catch (...) {
      // A transaction that failed takes them back itself.
    }
}

namespace {

/// What the first rows begin with.
std::string first_texts(const session::Rows& rows) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < rows.rows.size() && i < most; ++i)
    if (!rows.rows[i].empty())
      text += (text.empty() ? "'" : ", '") + session::readable(text_of(rows.rows[i].front()).value_or("null")) + "'";
  return text.empty() ? text : std::string(data_follows) + text;
}

}  // namespace

std::optional<std::string> ask(session::Session& session, const plan::QueryCheck& check, bool show_data) {
  const ledger::ReadOnly read_only(session);
  const auto mend = check.mend.empty() ? std::string() : "; " + check.mend;
  session::Rows rows;
  try {
    rows = session.query(check.query);
  } catch (const session::SessionError& error) {
    if (!error.of_a_value) throw;
    return "it does not hold that " + check.means + " (" + error.what() + ")" + mend;
  }
  if (holds(check, rows)) return std::nullopt;
  std::string text = "it does not hold that " + check.means;
  if (check.comparison == plan::Comparison::is_empty)
    text += std::string(is_limited(check.query, rows.rows.size()) ? ": at least " : ": ") +
            std::to_string(rows.rows.size()) + (rows.rows.size() == 1 ? " row was found" : " rows were found") +
            " where there must be none" + (show_data ? first_texts(rows) : std::string());
  else
    text += ": the answer is " + shown_answer(rows, show_data) + ", and it must be " + wanted_answer(check);
  text += mend;
  const auto value = first_value(rows);
  const bool hidden = value && check.comparison != plan::Comparison::is_empty && !number<double>(*value);
  if (hidden && show_data) text += std::string(data_follows) + "'" + session::readable(*value) + "'";
  return text;
}

namespace {

/// Engines take no question of any length (SQLite: 500 parts).
constexpr std::size_t most_at_once = 50;

}  // namespace

bool asks_for_rows(const plan::QueryCheck& check) {
  return check.comparison == plan::Comparison::is_empty || check.comparison == plan::Comparison::is_not_empty;
}

std::vector<bool> hold_together(session::Session& session, const std::vector<plan::QueryCheck>& checks) {
  std::vector<bool> hold(checks.size());
  const auto tell = [&](std::size_t at, bool some) {
    hold.at(at) = some == (checks[at].comparison == plan::Comparison::is_not_empty);
  };
  const ledger::ReadOnly read_only(session);
  // Not every question is one that can stand inside another.
  const auto where_asked = [](const auto& asking) {
    try {
      asking();
    } catch (const session::SessionError& error) {
      if (error.retryable) throw;
    }
  };

  Alike alike;
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (asks_for_rows(checks[i])) alike.add(i, checks[i].query);
  std::map<std::size_t, bool> told;
  where_asked([&] { told = alike.ask(session); });
  for (const auto& [at, some] : told) tell(at, some);
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (asks_for_rows(checks[i]) && !told.contains(i)) others.push_back(i);
  for (std::size_t first = 0; first < others.size(); first += most_at_once) {
    std::string question;
    for (std::size_t i = first; i < std::min(first + most_at_once, others.size()); ++i)
      question += (question.empty() ? "select " : " union all select ") + std::to_string(others[i]) +
                  ", count(*) from (" + checks[others[i]].query + ") as q";
    where_asked([&] {
      for (const auto& row : session.query(question).rows)
        tell(static_cast<std::size_t>(std::get<std::int64_t>(row.at(0))), std::get<std::int64_t>(row.at(1)) > 0);
    });
  }
  return hold;
}

std::optional<Wrong> ask_all(session::Session& session, const std::vector<plan::QueryCheck>& checks, bool show_data) {
  const auto hold = hold_together(session, checks);
  for (std::size_t i = 0; i < checks.size(); ++i)
    if (!hold[i])
      if (auto reason = ask(session, checks[i], show_data)) return Wrong{i, std::move(*reason)};
  return std::nullopt;
}

std::string token_of(std::int64_t generation, const std::string& step) {
  return "dmc:" + std::to_string(generation) + ":" + plan::short_digest(step);
}

std::string with_token(std::string text, const std::string& token) {
  for (auto at = text.find(plan::token_hole); at != std::string::npos; at = text.find(plan::token_hole, at))
    text.replace(at, plan::token_hole.size(), token);
  return text;
}

plan::QueryCheck with_token(plan::QueryCheck check, const std::string& token) {
  check.query = with_token(std::move(check.query), token);
  return check;
}

std::string without_data(const std::string& text) { return text.substr(0, text.find(data_follows)); }

std::string answer_digest(session::Session& session, const std::string& query) {
  const ledger::ReadOnly read_only(session);
  std::string text;
  const auto rows = session.query(query);
  for (const auto& row : rows.rows) {
    for (const auto& value : row) {
      text += ledger::encoded(value);
      text += '\x1f';
    }
    text += '\x1e';
  }
  // A single number stays readable: it is what a person wants to see when two answers differ.
  if (rows.rows.size() == 1 && rows.rows.front().size() == 1)
    if (const auto* only = std::get_if<std::int64_t>(&rows.rows.front().front())) return std::to_string(*only);
  return plan::digest(text);
}

}  // namespace dmc::steps
