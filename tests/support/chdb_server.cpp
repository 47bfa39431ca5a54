// ClickHouse's HTTP interface over libchdb: chdb_server LIBRARY FOLDER. Says its port on its first line, and ends with
// its parent. A process of its own: one folder can be open in one process, and no sanitizer bears the library.
//
// No users and no query ids: the library has none. A session is a connection that is kept, made to answer as a server's
// does: 372 when there is none of that name, 373 while a statement of it is executed, gone when it was silent for long.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

#include "runtime/session/chdb_functions.hpp"
#include "tests/support/chdb_older.hpp"
#include "tests/support/http_server.hpp"

namespace {

using namespace dmc::tests;

using namespace dmc::session::chdb;

Api api;
std::string folder;

void load(const char* path) {
  void* library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error(::dlerror());
  // What takes rows in pieces came with ClickHouse 26: before it rows come with their statement.
  const auto* missing = find(library, api);
  if (missing && !api.stream && !find_older(library, api))
    throw std::runtime_error(std::string("no ") + missing + " in " + path);
}

struct Exception {
  std::string words;
};

using Answer = std::unique_ptr<Result, void (*)(Result*)>;

Answer checked(Result* result) {
  Answer answer(result, api.destroy);
  if (const char* words = api.error(result)) throw Exception{words};
  return answer;
}

std::string_view bytes_of(const Answer& answer) {
  const auto size = api.length(answer.get());
  return size == 0 ? std::string_view() : std::string_view(api.buffer(answer.get()), size);
}

/// The library's own count of its memory drifts upwards from request to request, by gigabytes in a few minutes; without
/// a limit that it could reach it is right to go on, since little of it is real.
void allow_any_count_of_memory(const std::string& file) {
  std::ofstream(file)
      << "<clickhouse><max_server_memory_usage>1000000000000000</max_server_memory_usage>"
         "<max_server_memory_usage_to_ram_ratio>100000</max_server_memory_usage_to_ram_ratio></clickhouse>";
}

std::string written(const Answer& answer) {
  return "{\"written_rows\":\"" + std::to_string(api.rows_written ? api.rows_written(answer.get()) : 0) + "\"}";
}

/// A connection for each request: its settings are those of the request alone.
Connection connected() {
  std::string program = "clickhouse", path = "--path=" + folder, config = "--config-file=" + folder + ".xml";
  std::vector<char*> words{program.data(), path.data(), config.data()};
  Connection* connection = api.connect(static_cast<int>(words.size()), words.data());
  if (!connection || !*connection) throw std::runtime_error("the engine cannot open " + folder);
  return *connection;
}

class Line {
 public:
  Line() : body_(taken()) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    const std::lock_guard lock(mutex());
    if (clean_) idle().push_back(body_);
  }
  Connection get() const { return body_; }
  Answer run(const std::string& sql, const std::string& format = "Null") {
    return checked(api.query(body_, sql.data(), sql.size(), format.data(), format.size()));
  }
  void spoil() { clean_ = false; }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::vector<Connection>& idle() {
    static std::vector<Connection> bodies;
    return bodies;
  }
  static Connection taken() {
    {
      const std::lock_guard lock(mutex());
      if (!idle().empty()) {
        auto* body = idle().back();
        idle().pop_back();
        return body;
      }
    }
    return connected();
  }
  Connection body_;
  bool clean_ = true;
};

[[noreturn]] void refuse_as(int code, const std::string& words) {
  throw Exception{"Code: " + std::to_string(code) + ". DB::Exception: " + words + " (version 26.7)"};
}

/// Sessions by name. Settings said in one stay, so that a question, which says readonly, is asked beside it.
class Sessions {
 public:
  struct One {
    Line line;
    bool busy = false, ended = false;
    std::chrono::steady_clock::time_point over;
  };
  static std::shared_ptr<One> taken(const std::string& name, int seconds, bool must_be_there) {
    const std::lock_guard lock(mutex());
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(all(), [&](const auto& one) { return !one.second->busy && one.second->over < now; });
    auto found = all().find(name);
    if (found == all().end()) {
      if (must_be_there) refuse_as(372, "Session " + name + " not found (SESSION_NOT_FOUND)");
      found = all().emplace(name, std::make_shared<One>()).first;
      found->second->line.spoil();
    }
    if (found->second->busy)
      refuse_as(373, "Session " + name + " is locked by a concurrent client (SESSION_IS_LOCKED)");
    found->second->busy = true;
    found->second->over = now + std::chrono::seconds(seconds);
    return found->second;
  }
  static void give_back(One& one) {
    const std::lock_guard lock(mutex());
    one.busy = false;
  }

 private:
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::map<std::string, std::shared_ptr<One>>& all() {
    static std::map<std::string, std::shared_ptr<One>> sessions;
    return sessions;
  }
};

/// The line of a request: of its session, or any. Given back with the answer.
class Taken {
 public:
  explicit Taken(const std::map<std::string, std::string>& parameters) {
    const auto get = [&](const char* name) {
      const auto found = parameters.find(name);
      return found == parameters.end() ? std::string() : found->second;
    };
    if (const auto name = get("session_id"); !name.empty())
      session_ =
          Sessions::taken(name, std::max(1, std::atoi(get("session_timeout").c_str())), get("session_check") == "1");
    const bool question = parameters.contains("readonly");
    if (session_ && session_->ended && question) {
      Sessions::give_back(*session_);
      refuse_as(164, "Cannot modify 'readonly' setting in readonly mode (READONLY)");
    }
    if (!session_ || question) own_ = std::make_unique<Line>();
  }
  ~Taken() {
    if (session_) Sessions::give_back(*session_);
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  Line& line() { return own_ ? *own_ : session_->line; }
  void end() {
    if (session_) session_->ended = true;
  }

 private:
  std::shared_ptr<Sessions::One> session_;
  std::unique_ptr<Line> own_;
};

int status_of(int code) {
  if (code == 60 || code == 81 || code == 46 || code == 115) return 404;
  if (code == 62 || code == 47 || code == 6 || code == 27) return 400;
  return 500;
}

void refuse(HttpAnswer& answer, const std::string& words) {
  const auto at = words.find("Code: ");
  const int code = at == std::string::npos ? 1002 : std::atoi(words.c_str() + at + 6);
  answer.send(status_of(code), {{"X-ClickHouse-Exception-Code", std::to_string(code)}, {"Content-Type", "text/plain"}},
              words);
}

bool is_own(const std::string& name) {
  for (const char* own : {"database", "query", "query_id", "default_format", "wait_end_of_query",
                          "enable_http_compression", "session_id", "session_timeout", "session_check"})
    if (name == own) return true;
  return false;
}

/// The settings of a request while it is answered. Connections of libraries before ClickHouse 26 share theirs: there
/// one request is answered after the other, each takes its settings back, and none is made read-only.
class Said {
 public:
  Said(const std::map<std::string, std::string>& parameters, Line& line) : line_(line) {
    if (shared()) turn_.lock();
    for (const auto& [name, value] : parameters) {
      if (is_own(name) || (shared() && name == "readonly")) continue;
      line.spoil();
      line.run("set " + name + " = '" + value + "'");
      names_.push_back(name);
    }
  }
  ~Said() {
    if (!shared()) return;
    for (const auto& name : names_) try {
        line_.run("set " + name + " = default");
      } catch (const Exception&) {
        // The request itself tells what is wrong with the setting.
      }
  }
  Said(const Said&) = delete;
  Said& operator=(const Said&) = delete;

 private:
  static bool shared() { return api.insert == nullptr; }
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  Line& line_;
  std::unique_lock<std::mutex> turn_{mutex(), std::defer_lock};
  std::vector<std::string> names_;
};

/// Rows as they come. Each chunk of the library is a document of its own: names and types of all but the first go.
void stream(Line& line, const std::string& sql, const std::string& format, HttpAnswer& answer) {
  const Answer query = checked(api.stream(line.get(), sql.data(), sql.size(), format.data(), format.size()));
  bool begun = false;
  try {
    while (true) {
      const Answer chunk = checked(api.fetch(line.get(), query.get()));
      auto bytes = bytes_of(chunk);
      if (bytes.empty()) break;
      if (!begun) answer.begin(200, {{"X-ClickHouse-Format", format}, {"X-ClickHouse-Exception-Tag", "dmc-test"}});
      if (begun && format == "TabSeparatedWithNamesAndTypes")
        for (int lines = 0; lines < 2; ++lines) bytes.remove_prefix(bytes.find('\n') + 1);
      begun = true;
      if (!answer.piece(bytes)) {
        api.cancel(line.get(), query.get());
        return;
      }
    }
  } catch (const Exception& exception) {
    if (!begun) throw;
    // As servers from 25.11 on do.
    answer.piece("\r\n__exception__\r\ndmc-test\r\n" + exception.words + "\n" + std::to_string(exception.words.size()) +
                 " dmc-test\r\n__exception__\r\n");
  }
  if (!begun) return answer.send(200, {}, "");
  answer.end();
}

void handle(const HttpAsked& asked, HttpAnswer& answer) {
  const auto parameter = [&](const char* name) {
    const auto found = asked.parameters.find(name);
    return found == asked.parameters.end() ? std::string() : found->second;
  };
  auto sql = parameter("query");
  if (asked.body.empty() && sql.empty()) return answer.send(200, {}, "Ok.\n");
  try {
    Taken taken(asked.parameters);
    auto& line = taken.line();
    const auto database = parameter("database");
    line.run("use " + (database.empty() || database == "default" ? "main" : database));
    const Said said(asked.parameters, line);
    static const std::regex rows(R"(^\s*(insert\s[^]*)\sformat\s+(\w+)\s*$)", std::regex::icase);
    if (std::smatch match; api.insert && !sql.empty() && std::regex_match(sql, match, rows)) {
      const std::string insert = match[1], format = match[2];
      auto* taking = api.insert(line.get(), insert.data(), insert.size(), format.data(), format.size());
      const std::unique_ptr<InsertBody, void (*)(Insert)> held(taking, api.destroy_insert);
      if (const char* words = api.insert_error(taking)) throw Exception{words};
      api.append(taking, asked.body.data(), asked.body.size());
      const Answer done = checked(api.done(taking));
      return answer.send(200, {{"X-ClickHouse-Summary", written(done)}}, "");
    }
    sql = sql.empty() ? asked.body : sql + "\n" + asked.body;
    const auto format = parameter("default_format").empty() ? "TabSeparated" : parameter("default_format");
    static const std::regex select(R"(^\s*(select|with)\s[^]*)", std::regex::icase);
    if (api.stream && parameter("wait_end_of_query") != "1" && std::regex_match(sql.substr(0, 64), select))
      return stream(line, sql, format, answer);
    static const std::regex end(R"(^\s*set\s+readonly\s*=\s*1\s*$)", std::regex::icase);
    const auto result = line.run(sql, format);
    if (std::regex_match(sql.substr(0, 64), end)) taken.end();
    answer.send(200, {{"X-ClickHouse-Format", format}, {"X-ClickHouse-Summary", written(result)}}, bytes_of(result));
  } catch (const Exception& exception) {
    refuse(answer, exception.words);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    folder = words[2];
    // The engine shows the files of its working directory as tables.
    std::filesystem::create_directories(folder + "/empty");
    std::filesystem::current_path(folder + "/empty");
    folder += "/data";
    allow_any_count_of_memory(folder + ".xml");
    load(words[1]);
    Line().run("create database if not exists main engine = Atomic");
    const HttpServer server(handle);
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    while (true) ::pause();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chdb_server: %s\n", error.what());
  } catch (const Exception& exception) {
    std::fprintf(stderr, "chdb_server: %s\n", exception.words.c_str());
  }
  return 1;
}
