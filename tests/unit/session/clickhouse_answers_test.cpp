// What something else than ClickHouse, or a bad network, answers: pages, answers without an end, silence.
#include <chrono>
#include <mutex>
#include <thread>

#include "runtime/session/clickhouse_link.hpp"
#include "tests/support/clickhouse_opened.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/process.hpp"

using namespace dmc::session;
using namespace dmc::session::on_clickhouse;
using dmc::tests::HttpAnswer;
using dmc::tests::HttpAsked;
using dmc::tests::HttpServer;

namespace {

const std::map<std::string, std::string> tsv{{"Content-Type", "text/tab-separated-values; charset=UTF-8"},
                                             {"X-ClickHouse-Server-Display-Name", "fake"}};

/// Answers the first questions as ClickHouse of that version does, and what comes then as the test says.
struct Fake {
  explicit Fake(HttpServer::Handle then, std::string version = "26.7.2.1")
      : then(std::move(then)),
        version(std::move(version)),
        server([this](const HttpAsked& asked, HttpAnswer& answer) { handle(asked, answer); }) {}

  void handle(const HttpAsked& asked, HttpAnswer& answer) {
    {
      const std::lock_guard lock(mutex);  // every connection has a thread of its own
      last = asked;
    }
    if (asked.body.starts_with("select version()"))
      return answer.send(200, tsv, "a\tb\tc\nString\tString\tString\n" + version + "\tUTC\t0\n");
    if (asked.body == "select name from system.functions") return answer.send(200, tsv, "name\nString\nversion\n");
    if (asked.body == "select name, value from system.settings")
      return answer.send(200, tsv, "name\tvalue\nString\tString\nasync_insert\t1\n");
    then(asked, answer);
  }

  Url at(const std::string& options = "") const {
    return {"clickhouse", "clickhouse://app:se%3Acret@127.0.0.1:" + std::to_string(server.port()) + "/shop" + options};
  }
  std::unique_ptr<Session> open(const std::string& options = "") const {
    return connector()->open(at(options), Missing::refuse, Access::write);
  }

  HttpServer::Handle then;
  std::string version;
  std::mutex mutex;
  HttpAsked last;
  HttpServer server;
};

SessionError opened_at(int port, const std::string& scheme = "clickhouse", const std::string& options = "") {
  const auto error = error_of([&] {
    connector()->open({"clickhouse", scheme + "://app:secret@127.0.0.1:" + std::to_string(port) + "/shop" + options},
                      Missing::refuse, Access::write);
  });
  CHECK(!has(error, "secret"));
  is_in_golden(error, port);
  return error;
}

}  // namespace

TEST_CASE("ClickHouse: what is sent says who asks in headers, and what is wanted in the address") {
  Fake fake([](const HttpAsked&, HttpAnswer& answer) { answer.send(200, tsv, "a\nUInt8\n1\n"); });
  const auto session = fake.open("?max_threads=2");
  session->query("select 1 as a where 'x' = ?", std::vector<Value>{std::string("it's")});
  CHECK(fake.last.method == "POST");
  CHECK(fake.last.body == "select 1 as a where 'x' = 'it\\'s'");
  CHECK(fake.last.headers["x-clickhouse-user"] == "app");
  CHECK(fake.last.headers["x-clickhouse-key"] == "se:cret");
  CHECK(fake.last.parameters["database"] == "shop");
  CHECK(fake.last.parameters["wait_end_of_query"] == "1");
  CHECK(fake.last.parameters["max_threads"] == "2");
  CHECK(fake.last.parameters["async_insert"] == "0");
  CHECK(!fake.last.parameters.contains("readonly"));
  CHECK(fake.last.parameters["query_id"].starts_with(session->place().handle() + "-"));
  const auto first = fake.last.parameters["query_id"];
  session->read_only(true);
  session->query("select 1", {});
  CHECK(fake.last.parameters["readonly"] == "2");
  CHECK(fake.last.parameters["query_id"] != first);
  for (const auto& [name, value] : fake.last.parameters) CHECK(value.find("cret") == std::string::npos);
}

TEST_CASE("ClickHouse: whoever answers and is none is found out at once") {
  const auto page = [](int status, const std::string& type, const std::string& body) {
    return [=](const HttpAsked&, HttpAnswer& answer) { answer.send(status, {{"Content-Type", type}}, body); };
  };
  {
    const HttpServer proxy(page(200, "text/html", "<html><title>Sign in</title></html>"));
    CHECK(!opened_at(proxy.port()).retryable);
  }
  {
    const HttpServer proxy(page(503, "text/html; charset=utf-8", "<html><body>busy</body></html>"));
    CHECK(opened_at(proxy.port()).retryable);
  }
  {
    const HttpServer proxy(page(403, "text/plain", "no"));
    opened_at(proxy.port());
  }
  {
    const HttpServer other(page(404, "text/plain", "no such page"));
    opened_at(other.port());
  }
  {
    const HttpServer other(page(200, "text/plain", "Ok.\n"));
    opened_at(other.port());
  }
  {
    const HttpServer other([](const HttpAsked&, HttpAnswer& answer) {
      answer.raw("SSH-2.0-OpenSSH_9.2\r\n");
      answer.close();
    });
    opened_at(other.port());
  }
  opened_at(1);
}

TEST_CASE("ClickHouse: a version that is too old is refused") {
  const Fake fake([](const HttpAsked&, HttpAnswer&) {}, "1.1.54385");
  is_in_golden(error_of([&] { fake.open(); }), fake.server.port());
  const Fake odd([](const HttpAsked&, HttpAnswer&) {}, "MariaDB");
  is_in_golden(error_of([&] { odd.open(); }), odd.server.port());
}

TEST_CASE("ClickHouse: TLS that does not hold is said, and nothing is sent") {
  const Fake plain([](const HttpAsked&, HttpAnswer&) {});
  const auto error = error_of([&] {
    connector()->open(
        {"clickhouse", "clickhouses://app:secret@127.0.0.1:" + std::to_string(plain.server.port()) + "/shop"},
        Missing::refuse, Access::write);
  });
  CHECK_MESSAGE(has(error, "[E0823]"), std::string(error.what()));
  CHECK(!has(error, "secret"));
  CHECK(plain.last.method.empty());
}

TEST_CASE("ClickHouse: an answer that does not end is no answer") {
  std::string how;
  int asked_for_nothing = 0;
  Fake fake([&](const HttpAsked&, HttpAnswer& answer) {
    if (how == "chunked") {
      answer.begin(200, tsv);
      answer.piece("a\nUInt8\n1\n");
      answer.close();
    } else if (how == "length") {
      answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na\nUInt8\n1\n");
      answer.close();
    } else if (how == "neither") {
      answer.raw("HTTP/1.1 200 OK\r\n\r\na\nUInt8\n1\n");
      answer.close();
    } else if (how == "row") {
      answer.send(200, tsv, "a\tb\nUInt8\tUInt8\n1\t2\n3");
    } else if (how == "types") {
      answer.send(200, tsv, "a\tb\n");
    } else if (how == "nothing") {
      ++asked_for_nothing;
      answer.close();
    } else if (how == "page") {
      answer.send(502, {{"Content-Type", "text/html"}}, "<html><title>502 Bad Gateway</title></html>");
    } else if (how == "old behind rows") {
      answer.send(200, tsv,
                  "a\nUInt8\n1\nCode: 241, e.displayText() = DB::Exception: Memory limit exceeded, e.what() = "
                  "DB::Exception\n");
    } else if (how == "header") {
      auto headers = tsv;
      headers["X-ClickHouse-Exception-Code"] = "241";
      answer.send(200, headers,
                  "Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED) (version 26.7.2.1)\n");
    } else {
      answer.send(200, tsv, "a\nUInt8\n1\n");
    }
  });
  const auto session = fake.open();
  for (const char* one :
       {"chunked", "length", "neither", "row", "types", "nothing", "page", "old behind rows", "header"}) {
    how = one;
    const auto error = error_of([&] { session->query("insert into t select 1", {}); });
    CHECK_MESSAGE(error.begun, how);
    CHECK_MESSAGE(!error.retryable, how);
    is_in_golden(error, fake.server.port());
    how = "";
    CHECK(session->query("select 1", {}).rows.size() == 1);
  }
  // What may have been executed is not sent again.
  CHECK(asked_for_nothing == 1);
}

TEST_CASE("ClickHouse: a server that says nothing is left after the deadline, or when somebody says so") {
  std::atomic<bool> over = false;
  std::atomic<int> kills = 0, busy = 0;
  Fake fake([&](const HttpAsked& asked, HttpAnswer& answer) {
    if (asked.body.starts_with("kill query")) ++kills;
    if (asked.body != "select slow") return answer.send(200, tsv, "");
    ++busy;
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    answer.close();
  });
  const auto patient = fake.open(), hasty = fake.open("?timeout=1");
  const auto late = error_of([&] { hasty->query("select slow", {}); });
  is_in_golden(late, fake.server.port());
  CHECK(kills == 1);
  std::thread interrupting([&] {
    while (busy < 2) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    patient->interrupt();
  });
  const auto error = error_of([&] { patient->query("select slow", {}); });
  interrupting.join();
  is_in_golden(error, fake.server.port());
  CHECK(error.begun);
  CHECK(kills == 2);
  over = true;
}

TEST_CASE("ClickHouse: where the server cannot be told to end a statement, nothing is claimed of it") {
  std::atomic<bool> over = false;
  Fake fake([&](const HttpAsked& asked, HttpAnswer& answer) {
    if (asked.body != "select slow")
      return answer.send(500, tsv,
                         "Code: 497. DB::Exception: Not enough privileges. (ACCESS_DENIED) (version 26.7.2.1)");
    while (!over) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    answer.close();
  });
  const auto late = error_of([&] { fake.open("?timeout=1")->query("select slow", {}); });
  is_in_golden(late, fake.server.port());
  over = true;
}

namespace {

/// Whoever comes for the lock is told that nobody else is there; `beginning` is answered by `then`.
void is_refused_the_lock(const std::string& beginning, const HttpServer::Handle& then) {
  const Fake fake([&](const HttpAsked& asked, HttpAnswer& answer) {
    if (asked.body.starts_with("select query from system.processes")) return answer.send(200, tsv, "query\nString\n");
    if (asked.body.starts_with(beginning)) return then(asked, answer);
    if (asked.body.starts_with("select 'dmc holds'")) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    answer.send(200, tsv, "1\nUInt8\n1\n");
  });
  const auto error = error_of([&] { connector()->lock(fake.at(), {}); });
  is_in_golden(error, fake.server.port());
}

}  // namespace

TEST_CASE("ClickHouse: a balancer in front of several servers is refused before anything is changed") {
  const std::string rows = "hostName()\nString\n";
  int hosts = 0;
  is_refused_the_lock("select hostName()", [&](const HttpAsked&, HttpAnswer& answer) {
    answer.send(200, tsv, rows + "node" + std::to_string(++hosts % 2 + 1) + "\n");
  });
  is_refused_the_lock("select hostName()", [&](const HttpAsked&, HttpAnswer& answer) {
    if (++hosts % 2 == 1) return answer.send(200, tsv, rows + "node1\n");
    answer.send(500, {{"X-ClickHouse-Exception-Code", "372"}},
                "Code: 372, e.displayText() = DB::Exception: Session not found.");
  });
}

TEST_CASE("ClickHouse: a database that replicates its own definitions is refused who only looks for a run") {
  const Fake fake([](const HttpAsked& asked, HttpAnswer& answer) {
    if (asked.body.starts_with("select engine from system.databases"))
      return answer.send(200, tsv, "engine\nString\nReplicated\n");
    answer.send(200, tsv, "1\nUInt8\n1\n");
  });
  CHECK_NOTHROW(connector()->open(fake.at(), Missing::refuse, Access::read));
  const auto error = error_of([&] { connector()->open(fake.at(), Missing::refuse, Access::look); });
  is_in_golden(error, fake.server.port());
}

TEST_CASE("ClickHouse: a database that replicates its own definitions is refused before anything is changed") {
  is_refused_the_lock("select engine from system.databases", [](const HttpAsked&, HttpAnswer& answer) {
    answer.send(200, tsv, "engine\nString\nReplicated\n");
  });
}
