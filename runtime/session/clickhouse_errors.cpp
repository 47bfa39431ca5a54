// Decides by the server's code what may be tried again and what was never begun.
#include "runtime/session/clickhouse_errors.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

enum class Meaning {
  other,
  not_begun,   ///< said while the statement is read, or before it may start
  again,       ///< not begun, and may be sent again as it is
  value,       ///< a value of a row is none that the statement can work with
  not_let_in,  ///< who asks is unknown, or the password wrong
  no_database,
  question  ///< readonly
};

struct Known {
  int code;
  std::string_view name;
  Meaning meaning;
};

constexpr std::array<Known, 40> known_codes{{
    {6, "CANNOT_PARSE_TEXT", Meaning::value},
    {15, "DUPLICATE_COLUMN", Meaning::not_begun},
    {16, "NO_SUCH_COLUMN_IN_TABLE", Meaning::not_begun},
    {26, "CANNOT_PARSE_QUOTED_STRING", Meaning::value},
    {27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED", Meaning::value},
    {38, "CANNOT_PARSE_DATE", Meaning::value},
    {41, "CANNOT_PARSE_DATETIME", Meaning::value},
    {46, "UNKNOWN_FUNCTION", Meaning::not_begun},
    {47, "UNKNOWN_IDENTIFIER", Meaning::not_begun},
    {50, "UNKNOWN_TYPE", Meaning::not_begun},
    {57, "TABLE_ALREADY_EXISTS", Meaning::not_begun},
    {60, "UNKNOWN_TABLE", Meaning::not_begun},
    {62, "SYNTAX_ERROR", Meaning::not_begun},
    {69, "ARGUMENT_OUT_OF_BOUND", Meaning::value},
    {70, "CANNOT_CONVERT_TYPE", Meaning::value},
    {72, "CANNOT_PARSE_NUMBER", Meaning::value},
    {73, "UNKNOWN_FORMAT", Meaning::not_begun},
    {81, "UNKNOWN_DATABASE", Meaning::no_database},
    {82, "DATABASE_ALREADY_EXISTS", Meaning::not_begun},
    {115, "UNKNOWN_SETTING", Meaning::not_begun},
    {117, "INCORRECT_DATA", Meaning::value},
    {131, "TOO_LARGE_STRING_SIZE", Meaning::value},
    {159, "TIMEOUT_EXCEEDED", Meaning::other},
    {164, "READONLY", Meaning::question},
    {192, "UNKNOWN_USER", Meaning::not_let_in},
    {193, "WRONG_PASSWORD", Meaning::not_let_in},
    {194, "REQUIRED_PASSWORD", Meaning::not_let_in},
    {195, "IP_ADDRESS_NOT_ALLOWED", Meaning::not_let_in},
    {202, "TOO_MANY_SIMULTANEOUS_QUERIES", Meaning::again},
    {216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", Meaning::not_begun},
    {321, "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", Meaning::value},
    {349, "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN", Meaning::value},
    {394, "QUERY_WAS_CANCELLED", Meaning::other},
    {395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO", Meaning::value},
    {469, "VIOLATED_CONSTRAINT", Meaning::value},
    {473, "DEADLOCK_AVOIDED", Meaning::again},
    {497, "ACCESS_DENIED", Meaning::not_begun},
    {516, "AUTHENTICATION_FAILED", Meaning::not_let_in},
    {517, "CANNOT_ASSIGN_ALTER", Meaning::again},
    {691, "UNKNOWN_ELEMENT_OF_ENUM", Meaning::value},
}};

const Known* known(int code) {
  const auto* found =
      std::find_if(known_codes.begin(), known_codes.end(), [&](const auto& one) { return one.code == code; });
  return found == known_codes.end() ? nullptr : found;
}

Meaning meaning_of(int code) {
  const auto* one = known(code);
  return one ? one->meaning : Meaning::other;
}

/// The same codes come out of the middle of a statement as well: of a view behind an insert, another host, a block.
bool from_the_middle(const ClickhouseFailure& failure) {
  if (failure.answering) return true;
  constexpr std::array<std::string_view, 5> signs{"while pushing to view", "Received from ", "While executing",
                                                  "while executing", "There was an error on ["};
  const std::string_view text = failure.message;
  return std::any_of(signs.begin(), signs.end(), [&](auto sign) { return text.find(sign) != std::string_view::npos; });
}

/// Texts in quotes may be values, and behind "Column values:" they stand bare.
std::string without_values(std::string text) {
  for (const std::string_view sign : {"Column values:", "ERROR: text", "(at row"})
    if (const auto at = text.find(sign); at != std::string::npos) text.resize(at);
  std::string out;
  char inside = '\0';
  for (const char c : text) {
    if (inside) {
      if (c == inside) {
        inside = '\0';
        out += c;
      }
    } else {
      out += c;
      if (c == '\'' || c == '"') {
        inside = c;
        out += "…";
      }
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ':' || out.back() == ',')) out.pop_back();
  return out;
}

void cut_behind(std::string& text, std::string_view sign) {
  if (const auto at = text.find(sign); at != std::string::npos) text.resize(at);
}

/// "… (UNKNOWN_TABLE)" → the name, and the text without it.
std::string taken_name(std::string& text) {
  if (text.empty() || text.back() != ')') return {};
  const auto open = text.rfind('(');
  if (open == std::string::npos) return {};
  const std::string name = text.substr(open + 1, text.size() - open - 2);
  if (name.size() < 3 || name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string::npos)
    return {};
  text.resize(open);
  return name;
}

std::string code_in_words(const ClickhouseFailure& failure) {
  const std::string name(failure.name.empty() ? clickhouse_name_of(failure.code) : failure.name);
  return "code " + std::to_string(failure.code) + (name.empty() ? "" : " " + name);
}

/// After the client let go of a statement.
std::string known_of_the_rest(const ClickhouseFailure& failure) {
  return failure.killed ? ", and the server executes it no more; what it had done stays"
                        : ", and the server may still be executing it";
}

std::string words_of(const ClickhouseFailure& failure) {
  using Kind = ClickhouseFailure::Kind;
  switch (failure.kind) {
    case Kind::unreachable:
      return "the server cannot be reached any more (" + failure.message + ")";
    case Kind::lost:
      return "the connection to the server was lost (" + failure.message +
             "), and the server may still be executing it";
    case Kind::cut:
      return "the answer has no end (" + failure.message + "), so that what it says cannot be relied on";
    case Kind::late:
      return failure.message + " (timeout of the address)" + known_of_the_rest(failure);
    case Kind::interrupted:
      return "cancelled" + known_of_the_rest(failure);
    case Kind::foreign:
      return "something that is not ClickHouse answered (" + failure.message + ")";
    case Kind::exception:
      break;
  }
  const std::string code = " (" + code_in_words(failure) + ")";
  switch (meaning_of(failure.code)) {
    case Meaning::value:
      return without_values(failure.message) + code;
    case Meaning::question:
      return "a question may not change anything (" + failure.message + ", " + code_in_words(failure) + ")";
    default:
      break;
  }
  if (failure.code == 159)
    return failure.message + code + ": not done in time, and the server or other hosts may still be executing it";
  if (failure.code == 497) return "the user of the address may not do this (" + failure.message + ")" + code;
  return failure.message + code;
}

}  // namespace

std::string_view clickhouse_name_of(int code) {
  const auto* one = known(code);
  return one ? one->name : std::string_view();
}

bool read_clickhouse_exception(std::string_view text, ClickhouseFailure& failure) {
  const auto at = text.find("Code: ");
  if (at == std::string_view::npos) return false;
  auto rest = text.substr(at + 6);
  int code = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), code);
  if (error != std::errc()) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  bool is_one = false;
  for (const std::string_view sign : {", e.displayText() = ", ". "})
    if (rest.starts_with(sign)) {
      is_one = true;
      rest.remove_prefix(sign.size());
      break;
    }
  if (!is_one) return false;
  for (const std::string_view sign : {"DB::Exception: ", "DB::NetException: ", "DB::ParsingException: "})
    if (rest.starts_with(sign)) rest.remove_prefix(sign.size());
  std::string message(rest);
  cut_behind(message, ", e.what() = ");
  cut_behind(message, "\r\n");
  cut_behind(message, " (version ");
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  failure.kind = ClickhouseFailure::Kind::exception;
  failure.code = code;
  failure.name = taken_name(message);
  cut_behind(message, ". Expected one of:");
  cut_behind(message, ": Expected one of:");
  cut_behind(message, ". Stack trace:");
  for (auto& c : message)
    if (c == '\n' || c == '\t') c = ' ';
  while (!message.empty() && (message.back() == '.' || message.back() == ' ')) message.pop_back();
  constexpr std::size_t most = 500;
  if (message.size() > most) message = message.substr(0, most) + " …";
  failure.message = readable(message);
  return true;
}

SessionError clickhouse_unreachable(const ClickhouseFailure& failure, const ClickhouseAddress& address) {
  using Kind = ClickhouseFailure::Kind;
  const std::string place = address.in_words();
  const auto meaning = failure.kind == Kind::exception ? meaning_of(failure.code) : Meaning::other;
  if (meaning == Meaning::not_let_in)
    return SessionError("the server of " + place + " does not let this user in (" + failure.message +
                        "): check user and password, in the address or its password_file [E0822]");
  if (meaning == Meaning::no_database)
    return SessionError("there is no " + place + ", and dmc creates none on a server: CREATE DATABASE does [E0824]");
  if (failure.kind == Kind::foreign || failure.kind == Kind::cut)
    return SessionError("what answers for " + place + " is not ClickHouse's HTTP interface (" + failure.message +
                            "): check host and port, and whether a proxy stands in front [E0826]",
                        failure.status == 503);
  if (failure.kind != Kind::exception)
    return SessionError("the server of " + place + " cannot be reached (" + failure.message +
                        "): check host, port and certificates, and that it is up [E0823]");
  return SessionError(
      "the server of " + place + " refuses the connection (" + failure.message + ", " + code_in_words(failure) + ")",
      meaning == Meaning::again);
}

SessionError clickhouse_failed(const ClickhouseFailure& failure, std::string_view sql) {
  using Kind = ClickhouseFailure::Kind;
  const auto meaning = failure.kind == Kind::exception ? meaning_of(failure.code) : Meaning::other;
  const bool refused_at_the_door =
      (meaning == Meaning::not_begun || meaning == Meaning::again || meaning == Meaning::not_let_in ||
       meaning == Meaning::no_database || meaning == Meaning::question) &&
      !from_the_middle(failure);
  SessionError error(readable(words_of(failure) + ": " + clipped(sql)),
                     meaning == Meaning::again && refused_at_the_door);
  error.begun = !refused_at_the_door && failure.kind != Kind::unreachable;
  error.of_a_value = meaning == Meaning::value;
  return error;
}

SessionError clickhouse_failed_in_session(const ClickhouseFailure& failure, std::string_view sql, bool question) {
  const auto lost = [](const char* words) {
    SessionError error(words);
    error.begun = false;
    return error;
  };
  if (failure.kind == ClickhouseFailure::Kind::exception && !failure.answering) switch (failure.code) {
      case 164:
        // A question says that it only asks, which a session that was ended answers so.
        if (!question || failure.message.find(" setting") != std::string::npos)
          return lost("another runner has taken over this target; this one writes nothing more");
        break;
      case 372:
        return lost(
            "the server has forgotten the session by which this runner holds the target: it was started anew, or the "
            "runner stood still for more than a minute; run again, and it goes on");
      case 373:
        return lost(
            "the server still executes an earlier statement of this runner, whose answer was lost; run again, and it "
            "looks what took effect");
      default:
        break;
    }
  return clickhouse_failed(failure, sql);
}

}  // namespace dmc::session
