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
#include <map>
#include <poll.h>
#include <string>
#include <utility>
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
  int count() const { return static_cast<int>(types.size()); }
  std::vector<std::string> texts;  ///< of the numbers
  std::vector<const char*> data;
  std::vector<int> lengths, formats;
  std::vector<Oid> types;
};

using Waiting = std::function<void(std::int64_t)>;

/// What may be read without waiting for the answers in front of it: nothing that could copy rows to or from dmc.
bool goes_behind(std::string_view sql) {
  constexpr std::array<std::string_view, 5> verbs{"select ", "with ", "insert ", "update ", "delete "};
  return std::ranges::any_of(verbs, [&](std::string_view verb) { return sql.starts_with(verb); });
}

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
  std::map<std::string, std::string> read;  ///< once: text and the name that the server keeps it under
  int names = 0;
  std::vector<std::string> ahead;  ///< not sent yet
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
  Result next(Steady::time_point begin, const Waiting& waiting) {
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
  Result only(const Waiting& waiting) {
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

  int send(const std::string& text, const Parameters& values) const {
    return PQsendQueryParams(connection, text.c_str(), values.count(), values.types.data(), values.data.data(),
                             values.lengths.data(), values.formats.data(), 0);
  }
  int send_read(const std::string& name, const Parameters& values) const {
    return PQsendQueryPrepared(connection, name.c_str(), values.count(), values.data.data(), values.lengths.data(),
                               values.formats.data(), 0);
  }
  int send_to_read(const std::string& name, const std::string& text, const Parameters& values) const {
    return PQsendPrepare(connection, name.c_str(), text.c_str(), values.count(), values.types.data());
  }
  std::string new_name() { return "dmc_" + std::to_string(++names); }

  Result sent(const std::string& text, const Parameters& values, PostgresReading reading, const Waiting& waiting) {
    if (!ahead.empty()) {
      if (reading != PostgresReading::first && goes_behind(text)) return sent_behind(text, values, reading, waiting);
      send_those_ahead(waiting);
    }
    if (reading == PostgresReading::with_it) {
      check_sent(send(text, values));
      return only(waiting);
    }
    const auto known = read.find(text);
    std::string name = known == read.end() ? std::string() : known->second;
    if (name.empty()) {
      if (reading == PostgresReading::once) name = new_name();
      check_sent(send_to_read(name, text, values));
      if (const auto answer = only(waiting); PQresultStatus(answer.get()) != PGRES_COMMAND_OK) {
        auto told = failure(answer.get());
        told.parsed = false;
        throw PostgresRefused(std::move(told));
      }
      if (!name.empty()) read[text] = name;
    }
    check_sent(send_read(name, values));
    return only(waiting);
  }

  Result sent_behind(const std::string& text, const Parameters& values, PostgresReading reading,
                     const Waiting& waiting) {
    const auto known = read.find(text);
    const bool is_new = reading == PostgresReading::once && known == read.end();
    const std::string name = is_new ? new_name() : known == read.end() ? std::string() : known->second;
    auto answer = flight(waiting, [&] {
      if (reading == PostgresReading::with_it) return check_sent(send(text, values));
      if (is_new) check_sent(send_to_read(name, text, values));
      check_sent(send_read(name, values));
    });
    if (is_new && PQresultStatus(answer.get()) != PGRES_FATAL_ERROR) read[text] = name;
    return answer;
  }

  void send_those_ahead(const Waiting& waiting) {
    const auto answer = flight(waiting, [] {});
    if (PQresultStatus(answer.get()) == PGRES_FATAL_ERROR) throw PostgresRefused(failure(answer.get()));
  }

  /// Those ahead and what `send_more` sends, each in a message of its own, none of which waits for an answer. Behind
  /// one that fails the server does nothing more of it. Answers the failure, or the last of the answers.
  Result flight(const Waiting& waiting, const std::function<void()>& send_more) {
    struct Pipeline {
      PGconn* connection;
      explicit Pipeline(PGconn* connection) : connection(connection) { PQenterPipelineMode(connection); }
      ~Pipeline() { PQexitPipelineMode(connection); }
    };
    const Pipeline pipeline(connection);
    const auto going = std::exchange(ahead, {});
    for (const auto& text : going) check_sent(send(text, Parameters({})));
    send_more();
    check_sent(PQpipelineSync(connection));
    const auto begin = Steady::now();
    Result kept;
    while (true) {
      auto answer = next(begin, waiting);
      const auto status = PQresultStatus(answer.get());
      if (answer && status == PGRES_PIPELINE_SYNC) return kept;
      const bool failed = kept && PQresultStatus(kept.get()) == PGRES_FATAL_ERROR;
      if (answer && !failed && status != PGRES_PIPELINE_ABORTED) kept = std::move(answer);
      if (PQstatus(connection) != CONNECTION_OK) break;
    }
    if (!kept || PQresultStatus(kept.get()) != PGRES_FATAL_ERROR) throw PostgresRefused(failure());
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
                                       const std::function<void(std::int64_t)>& waiting, PostgresReading reading) {
  if (sql.find('\0') != std::string_view::npos) throw SessionError("a statement holds a zero byte: " + clipped(sql));
  auto& library = *library_;
  const std::string text(sql);
  const Parameters values(parameters);
  if (!alive()) {
    auto gone = library.failure();
    gone.parsed = false;
    throw PostgresRefused(std::move(gone));
  }
  const auto result = library.sent(text, values, reading, waiting);
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_EMPTY_QUERY) throw SessionError("there is no statement in this text: " + clipped(sql));
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    if (status == PGRES_COPY_OUT) throw SessionError("a statement cannot copy rows to dmc: " + clipped(sql));
    throw PostgresRefused(library.failure(result.get()));
  }
  PostgresAnswer answer;
  const std::string tag = PQcmdStatus(result.get());
  answer.verb = tag.substr(0, tag.find(' '));
  if (answer.verb == "DEALLOCATE" || answer.verb == "DISCARD") library.read.clear();
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

void PostgresConnection::ahead(std::string sql) { library_->ahead.push_back(std::move(sql)); }
void PostgresConnection::forget_ahead() { library_->ahead.clear(); }

PostgresTransaction PostgresConnection::transaction() const {
  if (!library_->ahead.empty() && alive()) return PostgresTransaction::open;
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
