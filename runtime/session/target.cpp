// One line per engine that this build has a client for.
#include "runtime/session/target.hpp"

#include "runtime/session/clickhouse_session.hpp"
#include "runtime/session/postgres_connection.hpp"
#include "runtime/session/postgres_session.hpp"
#include "runtime/session/side_file.hpp"
#include "runtime/session/sqlite_session.hpp"

namespace dmc::session {

std::string Secrecy::literal(std::string_view value) const {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'') text += c;
    text += c;
  }
  return text + "'";
}

namespace {

bool is_postgres(const Url& url) {
  if (url.engine != "sqlite" && url.engine != "postgres")
    throw SessionError("this version has no client for " + url.engine);
  return url.engine == "postgres";
}

class Clients : public Connector {
 public:
  std::unique_ptr<Session> open(const Url& url, Missing missing, Access access, Lock* lock) override {
    if (url.engine == "clickhouse") return open_clickhouse(url, missing, access, lock);
    if (access == Access::look) access = Access::read;
    if (is_postgres(url)) return open_postgres(url.location, access, lock);
    return open_sqlite(url.location, missing, access);
  }
  std::unique_ptr<Lock> lock(const Url& url, const Holder& holder, Held held) override {
    if (url.engine == "clickhouse") return lock_clickhouse(url, holder, held);
    if (is_postgres(url)) return lock_postgres(url.location, holder, held);
    return lock_side_file(url.location, holder);
  }
  Holder holder(const Url& url) override {
    if (url.engine == "clickhouse") return holder_of_clickhouse(url);
    return is_postgres(url) ? holder_of_postgres(url.location) : holder_of_side_file(url.location);
  }
};

}  // namespace

std::string holder_in_words(const Holder& holder) {
  std::string text = holder.runner.empty() ? "another runner" : holder.runner;
  text += " (process " + std::to_string(holder.pid);
  if (!holder.user.empty()) text += " of " + holder.user;
  if (!holder.host.empty()) text += " on " + holder.host;
  text += ")";
  if (!holder.since.empty()) text += " since " + holder.since;
  return text;
}

std::unique_ptr<Connector> connector() {
  prepare_sqlite_for_threads();
  ignore_ambient_postgres();
  return std::make_unique<Clients>();
}

}  // namespace dmc::session
