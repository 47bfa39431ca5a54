// A dead runner sends nothing any more: no rollback, no note in the ledger.
#include "runtime/rehearse/crash.hpp"

#include <utility>

#include "runtime/session/forwarding.hpp"

namespace dmc::rehearse {

namespace {

class CrashSession : public session::Forwarding {
  void event() {
    if (!point_.over && ++point_.events != point_.at) return;
    point_.over = true;
    if (point_.connection_only) throw session::SessionError("the connection was lost");
    throw Crashed{};
  }

  template <class Call>
  auto around(Call call) {
    event();
    auto answer = call();
    event();
    return answer;
  }

 public:
  CrashSession(std::unique_ptr<session::Session> inner, CrashPoint& point)
      : Forwarding(std::move(inner)), point_(point) {}

  session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
    return around([&] { return inner_->query(sql, parameters); });
  }
  std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
    return around([&] { return inner_->execute(sql, parameters); });
  }
  void transaction(session::Transaction what) override {
    // The end of the connection rolls back, and unwinding must not throw again.
    if (point_.over && what == session::Transaction::rollback) return;
    around([&] {
      inner_->transaction(what);
      return 0;
    });
  }
  void read_only(bool on) override {
    if (!point_.over) inner_->read_only(on);
  }

 private:
  CrashPoint& point_;
};

}  // namespace

std::unique_ptr<session::Session> CrashConnector::open(const session::Url& url, session::Missing missing,
                                                       session::Access access, session::Lock* lock) {
  return std::make_unique<CrashSession>(inner_.open(url, missing, access, lock), point_);
}

}  // namespace dmc::rehearse
