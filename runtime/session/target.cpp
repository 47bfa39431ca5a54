// One line per engine that this build has a client for.
#include "runtime/session/target.hpp"

#include "runtime/session/sqlite_session.hpp"

namespace dmc::session {

namespace {

class Clients : public Connector {
 public:
  std::unique_ptr<Session> open(const Url& url, Missing missing, Access access) override {
    known(url);
    return open_sqlite(url.location, missing, access);
  }
  std::unique_ptr<Lock> lock(const Url& url, const Holder& holder) override {
    known(url);
    return lock_sqlite(url.location, holder);
  }
  Holder holder(const Url& url) override {
    known(url);
    return holder_of_sqlite(url.location);
  }

 private:
  static void known(const Url& url) {
    if (url.engine != "sqlite") throw SessionError("this version has no client for " + url.engine);
  }
};

}  // namespace

std::unique_ptr<Connector> connector() {
  prepare_sqlite_for_threads();
  return std::make_unique<Clients>();
}

}  // namespace dmc::session
