// Settings, query ids, the first questions, and KILL QUERY.
#include "runtime/session/clickhouse_link.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <sys/random.h>
#include <thread>

#include "runtime/session/clickhouse_errors.hpp"
#include "runtime/session/clickhouse_literals.hpp"

namespace dmc::session {

namespace {

/// What a profile of the server could say otherwise, and an answer or an insert would then mean something else.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> pins{{
    {"output_format_tsv_crlf_end_of_line", "0"},
    {"format_tsv_null_representation", "\\N"},
    {"bool_true_representation", "true"},
    {"date_time_output_format", "simple"},
    {"output_format_decimal_trailing_zeros", "0"},
    {"extremes", "0"},
    {"async_insert", "0"},
    {"replication_alter_columns_timeout", "2"},  // what comes later is waited for by the step of the plan
}};

/// Servers read no longer statement unless they are told to (max_query_size, 256 KiB).
constexpr std::size_t short_statement = 100'000;

std::string new_handle() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number))
    throw SessionError("the system has no random numbers");
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "dmc-%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

std::string text_at(const Row& row, std::size_t column) {
  const auto* text = column < row.size() ? std::get_if<std::string>(&row[column]) : nullptr;
  return text ? *text : std::string();
}

/// The exception that a server wrote behind an answer of any format, in the last of its bytes.
bool ends_in_exception(std::string_view tail, ClickhouseFailure& failure) {
  auto at = tail.rfind("__exception__\r\n", tail.size() - std::min<std::size_t>(tail.size(), 20));
  if (at == std::string_view::npos || !tail.ends_with("__exception__\r\n"))
    at = tail.ends_with(", e.what() = DB::Exception\n") ? tail.rfind("Code: ") : std::string_view::npos;
  return at != std::string_view::npos && read_clickhouse_exception(tail.substr(at), failure);
}

}  // namespace

ClickhouseLink::ClickhouseLink(const ClickhouseAddress& address, Access access, NewWire new_wire)
    : address_(address), access_(access), new_wire_(std::move(new_wire)), wire_(new_wire_()), handle_(new_handle()) {
  try {
    probe();
  } catch (const ClickhouseRefused& refused) {
    throw clickhouse_unreachable(refused.failure, address_);
  }
  probed_ = true;
}

void ClickhouseLink::probe() {
  // A user who is read-only may not say any setting: asked without one.
  const auto first = query("select version(), timezone(), (select value from system.settings where name = 'readonly')");
  const auto refuse_other = [&] {
    throw SessionError("what answers for " + address_.in_words() +
                       " does not answer as ClickHouse does: check host and port [E0826]");
  };
  if (first.rows.size() != 1 || first.rows.front().size() != 3) refuse_other();
  server_.version = text_at(first.rows.front(), 0);
  server_.timezone = text_at(first.rows.front(), 1);
  const auto read_only = text_at(first.rows.front(), 2);
  const auto* text = server_.version.data();
  const auto* end = text + server_.version.size();
  const auto major = std::from_chars(text, end, server_.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') refuse_other();
  if (std::from_chars(major.ptr + 1, end, server_.minor).ec != std::errc()) refuse_other();
  if (!server_.is_at_least(18, 16))
    throw SessionError("the server of " + address_.in_words() + " is ClickHouse " + server_.version +
                       ", and dmc works with 18.16 and newer [E0828]");
  // 2 forbids changes as well, and allows settings.
  server_.read_only = read_only == "1" || read_only == "2";
  if (server_.read_only && access_ == Access::write)
    throw SessionError("the user of " + address_.in_words() + " may only read there (readonly = " + read_only +
                       "): give one that may change it [E0827]");
  may_set_ = read_only != "1";
  server_.functions = names("select name from system.functions");
  const auto settings = query("select name, value from system.settings");
  for (const auto& row : settings.rows) {
    const auto name = text_at(row, 0);
    for (const auto& [pinned, value] : pins)
      if (name == pinned && text_at(row, 1) != value) pinned_.emplace_back(pinned, value);
    server_.settings.insert(name);
  }
}

std::set<std::string, std::less<>> ClickhouseLink::names(std::string_view sql) {
  std::set<std::string, std::less<>> found;
  run(sql, true, [&](Row row) { found.insert(text_at(row, 0)); });
  return found;
}

ClickhouseRequest ClickhouseLink::request(std::string_view sql, const std::string& format) {
  ClickhouseRequest request{.sql = sql, .query_id = handle_ + "-" + std::to_string(++statements_), .format = format};
  request.may_set = probed_ && may_set_;
  if (in_session_ != InSession::no) {
    request.session = handle_;
    request.makes_session = in_session_ == InSession::made_now;
  }
  if (!request.may_set) return request;
  if (!logs_) request.settings.emplace_back("log_queries", "0");
  if (sql.size() > short_statement)
    request.settings.emplace_back("max_query_size", std::to_string(2 * sql.size() + short_statement));
  if (question_ || access_ == Access::read) {
    if (!server_.read_only) request.settings.emplace_back("readonly", "2");
  }
  for (const auto& pin : pinned_) request.settings.push_back(pin);
  for (const auto& setting : address_.settings) request.settings.push_back(setting);
  return request;
}

std::int64_t ClickhouseLink::sent(ClickhouseRequest request, const ClickhouseWire::Taken& taken) {
  const std::lock_guard lock(mutex_);
  last_ = std::chrono::steady_clock::now();
  try {
    constexpr int looks = 200;
    for (int look = 0; look < looks && !request.session.empty() && !request.data; ++look) {
      // Another connection asked in this session, and the server has not let go of it.
      try {
        return wire_->send(request, taken);
      } catch (const ClickhouseRefused& refused) {
        constexpr int locked = 373;
        if (refused.failure.code != locked) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      }
    }
    return wire_->send(request, taken);
  } catch (ClickhouseRefused& refused) {
    auto failure = refused.failure;
    using Kind = ClickhouseFailure::Kind;
    // Whoever goes away stops nothing: at most a question, and that only where a setting of the server says so.
    if (failure.kind == Kind::late || failure.kind == Kind::interrupted) failure.killed = killed(request.query_id);
    if (!probed_) throw ClickhouseRefused(std::move(failure));
    // Taken, and done by the replicas in their own time: the check behind it says when.
    constexpr int unfinished = 341;
    if (failure.kind == Kind::exception && failure.code == unfinished && !question_) return 0;
    if (in_session_ != InSession::no) throw clickhouse_failed_in_session(failure, request.sql, question_);
    throw clickhouse_failed(failure, request.sql);
  }
}

/// From a second connection: the first one is gone. True when the server says that the statement is no more.
bool ClickhouseLink::killed(const std::string& query_id) {
  try {
    const auto wire = new_wire_();
    const auto name = clickhouse_text(query_id);
    const auto ask = [&](const std::string& sql) {
      std::size_t rows = 0;
      ClickhouseRows reader([&](Row) { ++rows; });
      wire->send({.sql = sql, .may_set = false}, [&](std::string_view piece) { reader.take(piece); });
      return rows;
    };
    constexpr int looks = 40;
    for (int look = 0; look < looks; ++look) {
      ask("kill query where query_id = " + name + " sync");
      if (ask("select query_id from system.processes where query_id = " + name) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  } catch (const std::exception&) {
    // Nothing is known then.
  }
  return false;
}

std::int64_t ClickhouseLink::run(std::string_view sql, bool at_once, const std::function<void(Row)>& each,
                                 std::vector<std::string>* columns) {
  ClickhouseRows reader([&](Row row) {
    if (each) each(std::move(row));
  });
  auto one = request(sql, "TabSeparatedWithNamesAndTypes");
  one.at_once = at_once;
  const bool again = !at_once && wire_->repeats_names();
  const auto written = sent(std::move(one), [&](std::string_view piece) {
    if (again) reader.begin_again();
    reader.take(piece);
  });
  ClickhouseFailure failure;
  failure.answering = true;
  if (!reader.exception().empty() && read_clickhouse_exception(reader.exception(), failure)) {
    if (!probed_) throw ClickhouseRefused(failure);
    throw clickhouse_failed(failure, sql);
  }
  if (!reader.whole() || !reader.exception().empty()) {
    failure.kind = ClickhouseFailure::Kind::cut;
    failure.message = "it stops inside a row";
    if (!probed_) throw ClickhouseRefused(failure);
    throw clickhouse_failed(failure, sql);
  }
  if (columns) *columns = reader.columns();
  return written;
}

Rows ClickhouseLink::query(std::string_view sql) {
  Rows rows;
  run(
      sql, true, [&](Row row) { rows.rows.push_back(std::move(row)); }, &rows.columns);
  return rows;
}

void ClickhouseLink::take(std::string_view sql, const std::string& format, const ClickhouseWire::Taken& taken) {
  constexpr std::size_t kept = 16'384;
  std::string tail;
  auto one = request(sql, format);
  one.at_once = false;
  sent(std::move(one), [&](std::string_view piece) {
    tail += piece;
    if (tail.size() > 4 * kept) tail.erase(0, tail.size() - kept);
    taken(piece);
  });
  ClickhouseFailure failure;
  failure.answering = true;
  if (ends_in_exception(tail, failure)) throw clickhouse_failed(failure, sql);
}

std::int64_t ClickhouseLink::give(std::string_view sql, const std::string& format, std::function<std::string()> next) {
  auto one = request(sql, format);
  one.data = std::move(next);
  return sent(std::move(one), [](std::string_view) {});
}

}  // namespace dmc::session
