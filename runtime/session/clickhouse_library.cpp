// The few functions of libchdb that are used, found by name: its header is not shipped with it.
#include "runtime/session/clickhouse_library.hpp"

#include <array>
#include <atomic>
#include <cctype>
#include <dlfcn.h>
#include <filesystem>
#include <map>
#include <mutex>
#include <vector>

#include "runtime/session/chdb_functions.hpp"
#include "runtime/session/clickhouse_errors.hpp"
#include "runtime/session/clickhouse_literals.hpp"
#include "runtime/session/readable.hpp"
#include "runtime/session/target.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define DMC_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DMC_UNDER_ASAN 1
#endif
#endif

namespace dmc::session {

namespace {

using chdb::Api, chdb::Connection, chdb::InsertBody, chdb::Result;

std::string& told_library() {
  static std::string path;
  return path;
}

void* opened_library() {
#ifdef DMC_UNDER_ASAN
  throw SessionError("libchdb cannot be loaded into a program that AddressSanitizer watches");
#else
  const std::vector<std::string> places =
      told_library().empty()
          ? std::vector<std::string>{"libchdb.so", "/usr/local/lib/libchdb.so", "/usr/lib/libchdb.so"}
          : std::vector<std::string>{told_library()};
  std::string why;
  for (const auto& place : places) {
    // Never unloaded: its threads live as long as the process.
    if (void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    const char* words = ::dlerror();
    if (why.empty() && words) why = readable(words);
  }
  throw SessionError("the embedded ClickHouse is not here (" + why +
                     "): install libchdb.so (from npm's @chdb/lib-linux-x64-gnu) into /usr/local/lib, or name the file "
                     "in DMC_CHDB_LIBRARY [E0829]");
#endif
}

Api loaded() {
  Api api;
  if (const auto* missing = chdb::find(opened_library(), api))
    throw SessionError(std::string("libchdb is of another version: it has no ") + missing + " [E0829]");
  return api;
}

const Api& api() {
  static const Api functions = loaded();
  return functions;
}

[[noreturn]] void refuse(const char* words, bool answering = false) {
  ClickhouseFailure failure;
  failure.answering = answering;
  if (!read_clickhouse_exception(words, failure)) failure.message = readable(words);
  throw ClickhouseRefused(std::move(failure));
}

struct Destroy {
  void operator()(Result* result) const { api().destroy(result); }
  void operator()(InsertBody* insert) const { api().destroy_insert(insert); }
  void operator()(Connection* connection) const { api().close(connection); }
};
using Answer = std::unique_ptr<Result, Destroy>;

std::string_view bytes_of(const Answer& answer) {
  const auto size = api().length(answer.get());
  return size == 0 ? std::string_view() : std::string_view(api().buffer(answer.get()), size);
}

void check(const Answer& answer, bool answering = false) {
  if (!answer) refuse("the engine gave no answer", answering);
  if (const char* words = api().error(answer.get())) refuse(words, answering);
}

/// The first word, in lower case.
std::string verb_of(std::string_view sql) {
  std::string verb;
  for (const char c : sql) {
    if (std::isalpha(static_cast<unsigned char>(c)))
      verb += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!verb.empty() || !std::isspace(static_cast<unsigned char>(c)))
      break;
  }
  return verb;
}

/// One connection: settings once said stay, so that a question has another one.
class Line {
 public:
  explicit Line(const std::string& path) {
    std::array<std::string, 2> words{"clickhouse", "--path=" + path};
    std::array<char*, 2> arguments{words[0].data(), words[1].data()};
    connection_.reset(api().connect(static_cast<int>(arguments.size()), arguments.data()));
    if (!connection_ || !*connection_)
      throw SessionError("the embedded ClickHouse cannot open " + path +
                         ": another process has it, or this one has another folder open");
    // Its database "default" would show the files of the working directory as tables.
    run("create database if not exists main engine = Atomic");
    run("use main");
  }

  Connection get() const { return *connection_; }
  Answer run(std::string_view sql, std::string_view format = "Null") {
    Answer answer(api().query(get(), sql.data(), sql.size(), format.data(), format.size()));
    check(answer);
    return answer;
  }
  void set(const std::string& name, const std::string& value) {
    auto& said = said_[name];
    if (said == value) return;
    const bool is_number = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
    run("set " + name + " = " + (is_number ? value : clickhouse_text(value)));
    said = value;
  }

 private:
  std::unique_ptr<Connection, Destroy> connection_;
  std::map<std::string, std::string> said_;
};

class Library : public ClickhouseWire {
 public:
  explicit Library(std::string path) : path_(std::move(path)), line_(path_) {}

  std::int64_t send(const ClickhouseRequest& request, const Taken& taken) override {
    interrupted_ = false;
    auto& line = line_for(request);
    if (request.data) return give(line, request);
    refuse_inline_rows(request.sql);
    if (!request.at_once && (verb_of(request.sql) == "select" || verb_of(request.sql) == "with"))
      return stream(line, request, taken);
    const auto answer = line.run(request.sql, request.format);
    if (const auto bytes = bytes_of(answer); !bytes.empty()) taken(bytes);
    return static_cast<std::int64_t>(api().rows_written(answer.get()));
  }

  /// Between two pieces: the library has no way to end a statement from outside.
  void interrupt() override { interrupted_ = true; }
  bool outlives_client() const override { return false; }
  bool repeats_names() const override { return true; }

 private:
  Line& line_for(const ClickhouseRequest& request) {
    bool is_question = false;
    for (const auto& [name, value] : request.settings) is_question = is_question || name == "readonly";
    if (is_question && !question_) question_ = std::make_unique<Line>(path_);
    auto& line = is_question ? *question_ : line_;
    for (const auto& [name, value] : request.settings)
      if (name != "readonly") line.set(name, value);
    if (is_question) line.set("readonly", "2");
    return line;
  }

  /// The engine would end rows of any other format at the first empty line, and execute the rest.
  static void refuse_inline_rows(std::string_view sql) {
    if (verb_of(sql) != "insert") return;
    const auto format = clickhouse_format_of(sql);
    if (format.empty() || format == "values") return;
    ClickhouseFailure failure;
    failure.code = 62;
    failure.message = "rows in the format " + readable(format) + " do not stand in a statement, they are streamed";
    throw ClickhouseRefused(std::move(failure));
  }

  void check_interrupted(bool answering) const {
    if (!interrupted_) return;
    ClickhouseFailure failure;
    failure.kind = ClickhouseFailure::Kind::interrupted;
    failure.message = "cancelled";
    failure.answering = answering;
    throw ClickhouseRefused(std::move(failure));
  }

  std::int64_t stream(Line& line, const ClickhouseRequest& request, const Taken& taken) {
    const auto connection = line.get();
    const Answer stream(
        api().stream(connection, request.sql.data(), request.sql.size(), request.format.data(), request.format.size()));
    check(stream);
    bool answering = false;
    try {
      while (true) {
        const Answer piece(api().fetch(connection, stream.get()));
        check(piece, answering);
        const auto bytes = bytes_of(piece);
        if (bytes.empty()) return -1;
        taken(bytes);
        answering = true;
        check_interrupted(true);
      }
    } catch (...) {
      api().cancel(connection, stream.get());
      throw;
    }
  }

  std::int64_t give(Line& line, const ClickhouseRequest& request) {
    const std::unique_ptr<InsertBody, Destroy> insert(
        api().insert(line.get(), request.sql.data(), request.sql.size(), request.format.data(), request.format.size()));
    if (!insert) refuse("the engine takes no rows");
    if (const char* words = api().insert_error(insert.get())) refuse(words);
    try {
      while (true) {
        const auto block = request.data();
        if (block.empty()) break;
        check_interrupted(true);
        // What was wrong with them is said in the end.
        if (api().append(insert.get(), block.data(), block.size()) != 0) break;
      }
    } catch (...) {
      api().cancel_insert(insert.get());
      throw;
    }
    const Answer answer(api().done(insert.get()));
    check(answer, true);
    return static_cast<std::int64_t>(api().rows_written(answer.get()));
  }

  std::string path_;
  Line line_;
  std::unique_ptr<Line> question_;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace

void use_chdb_library(std::string path) { told_library() = std::move(path); }

std::unique_ptr<ClickhouseWire> chdb_wire(const std::string& path) {
  return std::make_unique<Library>(std::filesystem::absolute(path).string());
}

}  // namespace dmc::session
