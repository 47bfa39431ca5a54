// Connecting, sending, waiting and reading with libpq.
#include "runtime/session/postgres_connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <libpq-fe.h>
#include <poll.h>
#include <string>
#include <vector>

#include "runtime/session/readable.hpp"

namespace dmc::session {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int default_connect_timeout_s = 10;
/// How often whoever waits for an answer is told so.
constexpr int wait_slice_ms = 50;

// Types whose values are not kept as text.
constexpr Oid type_bool = 16, type_bytea = 17, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_oid = 26,
              type_float4 = 700, type_float8 = 701;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

std::string without_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

/// A message of several lines becomes one.
std::string in_one_line(std::string text) {
  text = without_end(std::move(text));
  std::string line;
  for (const char c : text) {
    if (c == '\n') line += "; ";
    if (c != '\n' && c != '\t') line += c;
  }
  return readable(line);
}

/// The library's message while it connects holds the server's words as "FATAL:  28P01: text", and where in the server's
/// own source it was said.
PostgresFailure failure_at_connect(const char* message) {
  std::string text = message ? message : "";
  PostgresFailure failure;
  failure.lost = true;
  if (const auto location = text.find("\nLOCATION:"); location != std::string::npos) text.resize(location);
  for (const char* severity : {"FATAL:  ", "ERROR:  "})
    if (const auto at = text.rfind(severity); at != std::string::npos) {
      const auto code = at + std::strlen(severity);
      if (text.size() > code + 7 && text.compare(code + 5, 2, ": ") == 0) {
        failure.state = text.substr(code, 5);
        failure.message = in_one_line(text.substr(code + 7));
        return failure;
      }
    }
  failure.message = in_one_line(text);
  return failure;
}

std::string field(const PGresult* result, int which) {
  const char* text = PQresultErrorField(result, which);
  return text ? text : "";
}

std::string unescaped_bytes(const char* text, std::size_t size) {
  std::size_t length = 0;
  const std::string owned(text, size);
  unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(owned.c_str()), &length);
  if (!bytes) return {};
  std::string out(reinterpret_cast<const char*>(bytes), length);
  PQfreemem(bytes);
  return out;
}

Value value_in(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return nullptr;
  const char* text = PQgetvalue(result, row, column);
  const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
  switch (PQftype(result, column)) {
    case type_bool:
      return static_cast<std::int64_t>(text[0] == 't' ? 1 : 0);
    case type_int8:
    case type_int2:
    case type_int4:
    case type_oid: {
      std::int64_t number = 0;
      std::from_chars(text, text + size, number);
      return number;
    }
    case type_float4:
    case type_float8:
      return std::strtod(text, nullptr);
    case type_bytea:
      return Blob{unescaped_bytes(text, size)};
    default:
      return std::string(text, size);
  }
}

/// Parameters as libpq takes them. A type is only named for bytes: the others are what the statement makes of them, so
/// that a number or a text compares as its column does.
struct Parameters {
  explicit Parameters(std::span<const Value> values) {
    texts.reserve(values.size());
    for (const auto& value : values) std::visit([this](const auto& one) { add(one); }, value);
  }
  void add(std::nullptr_t) { push(nullptr, 0, 0, 0); }
  void add(std::int64_t number) { push_written(std::to_string(number)); }
  void add(double number) {
    std::array<char, 64> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    push_written(std::string(buffer.data(), error == std::errc() ? end : buffer.data()));
  }
  void add(const std::string& text) {
    if (text.find('\0') != std::string::npos)
      throw SessionError("a text with a zero byte was to be stored, and PostgreSQL keeps none");
    push(text.c_str(), 0, 0, 0);
  }
  void add(const Blob& blob) { push(blob.bytes.data(), static_cast<int>(blob.bytes.size()), 1, type_bytea); }
  void push_written(std::string text) { push(texts.emplace_back(std::move(text)).c_str(), 0, 0, 0); }
  void push(const char* value, int length, int format, Oid type) {
    data.push_back(value);
    lengths.push_back(length);
    formats.push_back(format);
    types.push_back(type);
  }
  std::vector<std::string> texts;  ///< of the numbers
  std::vector<const char*> data;
  std::vector<int> lengths, formats;
  std::vector<Oid> types;
};

std::int64_t milliseconds_since(Steady::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin).count();
}

/// True when the socket is ready; false when the time is up.
bool ready(int socket, short events, int wait_ms) {
  pollfd one{socket, events, 0};
  const int count = ::poll(&one, 1, wait_ms);
  return count > 0 || (count < 0 && errno != EINTR);
}

}  // namespace

struct PostgresConnection::Library {
  PGconn* connection = nullptr;
  PGcancel* cancel = nullptr;
  ~Library() {
    PQfreeCancel(cancel);
    PQfinish(connection);
  }

  PostgresFailure failure() const {
    PostgresFailure failure;
    failure.message = in_one_line(PQerrorMessage(connection));
    failure.lost = PQstatus(connection) != CONNECTION_OK;
    return failure;
  }

  PostgresFailure failure(const PGresult* result) const {
    PostgresFailure failure;
    failure.state = field(result, PG_DIAG_SQLSTATE);
    failure.message = in_one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    failure.context = in_one_line(field(result, PG_DIAG_CONTEXT));
    if (failure.state == "2BP01") failure.dependants = readable(without_end(field(result, PG_DIAG_MESSAGE_DETAIL)));
    failure.lost = PQstatus(connection) != CONNECTION_OK;
    if (failure.message.empty()) failure.message = in_one_line(PQresultErrorMessage(result));
    return failure;
  }

  void connect(int timeout_s) {
    const auto begin = Steady::now();
    // Its messages then hold the SQLSTATE, which the library gives no other way while it connects.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK; state = PQconnectPoll(connection)) {
      if (PQstatus(connection) == CONNECTION_BAD || state == PGRES_POLLING_FAILED)
        throw PostgresRefused(failure_at_connect(PQerrorMessage(connection)));
      const auto left = static_cast<std::int64_t>(timeout_s) * 1000 - milliseconds_since(begin);
      const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
      if (left <= 0 || !ready(PQsocket(connection), events, static_cast<int>(left))) {
        if (milliseconds_since(begin) < static_cast<std::int64_t>(timeout_s) * 1000) continue;
        PostgresFailure late;
        late.message = "no answer within " + std::to_string(timeout_s) + " s";
        late.lost = true;
        throw PostgresRefused(std::move(late));
      }
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  }

  void check_sent(int sent) const {
    if (!sent) throw PostgresRefused(failure());
  }

  /// Waits until the next result is whole. The last one of a message is null.
  Result next(Steady::time_point begin, const std::function<void(std::int64_t)>& waiting) {
    while (true) {
      const int unsent = PQflush(connection);
      if (unsent < 0 || !PQconsumeInput(connection)) break;
      if (!PQisBusy(connection)) break;
      const short events = static_cast<short>(POLLIN | (unsent > 0 ? POLLOUT : 0));
      if (!ready(PQsocket(connection), events, wait_slice_ms) && waiting) waiting(milliseconds_since(begin));
    }
    return Result(PQgetResult(connection));
  }

  /// The one result of a message; nothing of it stays unread, whatever comes.
  Result only(const std::function<void(std::int64_t)>& waiting) {
    const auto begin = Steady::now();
    Result kept;
    while (Result result = next(begin, waiting)) {
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_COPY_IN) PQputCopyEnd(connection, "dmc sends no rows with a statement");
      if (status == PGRES_COPY_OUT) {
        char* row = nullptr;
        while (PQgetCopyData(connection, &row, 0) > 0) PQfreemem(row);
      }
      const bool is_error = status == PGRES_FATAL_ERROR;
      if (!kept || is_error) kept = std::move(result);
      if (PQstatus(connection) != CONNECTION_OK) break;
    }
    if (!kept) throw PostgresRefused(failure());
    return kept;
  }
};

void ignore_ambient_postgres() {
  PQconninfoOption* options = PQconndefaults();
  for (auto* option = options; option && option->keyword; ++option)
    if (option->envvar && std::string_view(option->envvar) != "PGPASSFILE") ::unsetenv(option->envvar);
  if (options) PQconninfoFree(options);
  // Those that the library reads besides.
  for (const char* name : {"PGSERVICE", "PGSERVICEFILE", "PGTZ", "PGDATESTYLE", "PGGEQO"}) ::unsetenv(name);
}

PostgresConnection::PostgresConnection(const PostgresAddress& address) : library_(std::make_unique<Library>()) {
  std::vector<const char*> keywords, values;
  const auto say = [&](const char* keyword, const char* value) {
    keywords.push_back(keyword);
    values.push_back(value);
  };
  int timeout_s = default_connect_timeout_s;
  for (const auto& [keyword, value] : address.parameters) {
    say(keyword.c_str(), value.c_str());
    if (keyword == "connect_timeout") timeout_s = std::atoi(value.c_str());
  }
  if (address.value("application_name").empty()) say("application_name", "dmc");
  say("client_encoding", "UTF8");
  say("keepalives_idle", "10");
  say("keepalives_interval", "5");
  say("keepalives_count", "3");
  say("tcp_user_timeout", "20000");
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  library_->connection = PQconnectStartParams(keywords.data(), values.data(), 0);
  if (!library_->connection)
    throw PostgresRefused({.state = {}, .message = "out of memory", .context = {}, .lost = true});
  library_->connect(timeout_s);
  PQsetNoticeProcessor(
      library_->connection, [](void*, const char*) {}, nullptr);
  library_->cancel = PQgetCancel(library_->connection);
}

PostgresConnection::~PostgresConnection() = default;

PostgresAnswer PostgresConnection::run(std::string_view sql, std::span<const Value> parameters,
                                       const std::function<void(std::int64_t)>& waiting, bool read_first) {
  if (sql.find('\0') != std::string_view::npos) throw SessionError("a statement holds a zero byte: " + clipped(sql));
  auto& library = *library_;
  const std::string text(sql);
  const Parameters values(parameters);
  const int count = static_cast<int>(values.types.size());
  if (!alive()) {
    auto gone = library.failure();
    gone.parsed = false;
    throw PostgresRefused(std::move(gone));
  }
  if (read_first) {
    library.check_sent(PQsendPrepare(library.connection, "", text.c_str(), count, values.types.data()));
    if (const auto read = library.only(waiting); PQresultStatus(read.get()) != PGRES_COMMAND_OK) {
      auto failure = library.failure(read.get());
      failure.parsed = false;
      throw PostgresRefused(std::move(failure));
    }
    library.check_sent(PQsendQueryPrepared(library.connection, "", count, values.data.data(), values.lengths.data(),
                                           values.formats.data(), 0));
  } else {
    library.check_sent(PQsendQueryParams(library.connection, text.c_str(), count, values.types.data(),
                                         values.data.data(), values.lengths.data(), values.formats.data(), 0));
  }
  const auto result = library.only(waiting);
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_EMPTY_QUERY) throw SessionError("there is no statement in this text: " + clipped(sql));
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    if (status == PGRES_COPY_OUT) throw SessionError("a statement cannot copy rows to dmc: " + clipped(sql));
    throw PostgresRefused(library.failure(result.get()));
  }
  PostgresAnswer answer;
  const std::string tag = PQcmdStatus(result.get());
  answer.verb = tag.substr(0, tag.find(' '));
  if (const std::string count = PQcmdTuples(result.get()); answer.verb != "SELECT" && !count.empty())
    std::from_chars(count.data(), count.data() + count.size(), answer.changed);
  if (status != PGRES_TUPLES_OK) return answer;
  const int columns = PQnfields(result.get()), rows = PQntuples(result.get());
  for (int column = 0; column < columns; ++column) answer.rows.columns.emplace_back(PQfname(result.get(), column));
  answer.rows.rows.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    auto& one = answer.rows.rows.emplace_back();
    one.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) one.push_back(value_in(result.get(), row, column));
  }
  return answer;
}

PostgresTransaction PostgresConnection::transaction() const {
  switch (PQtransactionStatus(library_->connection)) {
    case PQTRANS_INTRANS:
    case PQTRANS_ACTIVE:
      return PostgresTransaction::open;
    case PQTRANS_INERROR:
      return PostgresTransaction::failed;
    default:
      return PostgresTransaction::none;
  }
}

bool PostgresConnection::alive() const { return PQstatus(library_->connection) == CONNECTION_OK; }
int PostgresConnection::told_pid() const { return PQbackendPID(library_->connection); }
int PostgresConnection::version() const { return PQserverVersion(library_->connection); }

void PostgresConnection::cancel() {
  std::array<char, 256> ignored{};
  PQcancel(library_->cancel, ignored.data(), static_cast<int>(ignored.size()));
}

}  // namespace dmc::session
