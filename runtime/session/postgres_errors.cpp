// Decides by SQLSTATE what may be tried again and what was never begun.
#include "runtime/session/postgres_errors.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

template <std::size_t size>
bool is_one_of(std::string_view state, const std::array<std::string_view, size>& states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

constexpr std::array<std::string_view, 3> lock_states{"55P03", "40P01", "40001"};

/// Said before a statement does anything, when no function of somebody's says it: what is named is not there, is not
/// allowed, is there already, or cannot stand in a transaction.
bool refused_at_the_door(const PostgresFailure& failure) {
  if (!failure.parsed) return true;
  if (!failure.context.empty()) return false;
  const auto family = std::string_view(failure.state).substr(0, 2);
  return family == "42" || family == "3F" || family == "3D" || family == "0A" || failure.state == "25001";
}

/// Messages about data repeat the value in double quotes.
std::string without_values(std::string text) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '"') {
      inside = !inside;
      if (inside) out += "\"…\"";
      continue;
    }
    if (!inside) out += c;
  }
  return out;
}

/// " (view a depends on table t; view b depends on view a; and 3 more)"
std::string dependants_in(const PostgresFailure& failure) {
  constexpr std::size_t most_named = 5;
  std::string text;
  std::size_t count = 0;
  for (std::size_t at = 0; at < failure.dependants.size(); ++count) {
    const auto end = std::min(failure.dependants.find('\n', at), failure.dependants.size());
    if (count < most_named) text.append(count ? "; " : " (").append(failure.dependants, at, end - at);
    at = end + 1;
  }
  if (count > most_named) text += "; and " + std::to_string(count - most_named) + " more";
  return text.empty() ? text : text + ")";
}

std::string words_of(const PostgresFailure& failure, const PostgresMoment& moment) {
  const std::string_view state = failure.state;
  if (failure.lost) {
    std::string text = "the connection to the server was lost";
    if (!failure.message.empty()) text += " (" + failure.message + ")";
    return text;
  }
  if (state == "55P03") {
    std::string text = "a lock was not to be had in time";
    if (!moment.blockers.empty()) text += ", it is held by " + moment.blockers;
    return text;
  }
  if (state == "57014") {
    std::string text = moment.interrupted ? "cancelled" : "cancelled by the server (" + failure.message + ")";
    if (!moment.blockers.empty()) text += " while it waited for " + moment.blockers;
    return text;
  }
  if (state == "40P01") {
    std::string text = "it and another session waited for each other (deadlock)";
    if (!moment.blockers.empty()) text += ": " + moment.blockers;
    return text;
  }
  if (state == "2BP01") return failure.message + dependants_in(failure);
  if (state == "25006") return "a question may not change anything (" + failure.message + ")";
  if (state == "42501")
    return "the role of the address may not do this (" + failure.message + ")" +
           (moment.grants.empty() ? "" : "; who may grant it says there:  " + moment.grants + " [E0835]");
  if (state.starts_with("22")) return without_values(failure.message);
  return failure.message;
}

}  // namespace

SessionError postgres_unreachable(const PostgresFailure& failure, const PostgresAddress& address) {
  const std::string place = address.in_words();
  const bool no_password = failure.message.find("no password supplied") != std::string::npos;
  if (failure.state.starts_with("28") || no_password)
    return SessionError("the server of " + place + " does not let this role in (" + failure.message +
                        "): check role and password, in the address, the file PGPASSFILE names or ~/.pgpass [E0822]");
  if (failure.state == "3D000")
    return SessionError("there is no " + place + ", and dmc creates none on a server: createdb does [E0824]");
  if (failure.state.empty())
    return SessionError("the server of " + place + " cannot be reached (" + failure.message +
                        "): check host, port and sslmode, and that it is up [E0823]");
  const bool later = failure.state == "57P03" || failure.state == "53300";
  return SessionError("the server of " + place + " refuses the connection (" + failure.message + ")", later);
}

SessionError postgres_failed(const PostgresFailure& failure, std::string_view sql, const PostgresMoment& moment) {
  std::string text = words_of(failure, moment);
  if (sql == "commit")
    text += ", while committing";
  else if (!sql.empty())
    text += ": " + clipped(sql);
  SessionError error(readable(text), is_one_of(failure.state, lock_states) && !failure.lost,
                     moment.was_open && !moment.is_open);
  error.begun = !refused_at_the_door(failure);
  error.of_a_value = std::string_view(failure.state).starts_with("22") && !failure.lost;
  return error;
}

std::string transaction_verb(std::string_view sql) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < sql.size() && words.size() < 2;) {
    if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
      continue;
    }
    if (sql.substr(at, 2) == "/*") {
      int depth = 0;  // comments nest here
      do {
        const auto two = sql.substr(at, 2);
        if (two == "/*") ++depth;
        if (two == "*/") --depth;
        at += two == "/*" || two == "*/" ? 2 : 1;
      } while (depth > 0 && at < sql.size());
      continue;
    }
    std::string word;
    for (; at < sql.size() && (std::isalnum(static_cast<unsigned char>(sql[at])) || sql[at] == '_'); ++at)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(sql[at])));
    if (!word.empty())
      words.push_back(std::move(word));
    else if (std::isspace(static_cast<unsigned char>(sql[at])) || sql[at] == ';')
      ++at;
    else
      break;
  }
  if (words.empty()) return {};
  constexpr std::array<std::string_view, 8> verbs{"begin", "start",    "commit",    "end",
                                                  "abort", "rollback", "savepoint", "release"};
  if (is_one_of(words.front(), verbs)) return words.front();
  if (words.size() > 1 && words.front() == "prepare" && words[1] == "transaction") return "prepare transaction";
  return {};
}

}  // namespace dmc::session
