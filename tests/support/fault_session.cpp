#include "tests/support/fault_session.hpp"

#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "runtime/session/forwarding.hpp"

namespace dmc::tests {
namespace {

class FaultSession : public session::Forwarding {
  void event(std::string_view name, std::string_view sql) {
    if (point_.tripped) fail();
    const auto words = [&] { return fmt::format("{}: {}", name, sql.substr(0, 200)); };
    if (point_.trace) point_.trace->push_back(words());
    if (point_.watch) point_.watch();
    if (++point_.events != point_.at || point_.kind == FaultKind::none) return;
    point_.where = words();
    if (point_.kind == FaultKind::meanwhile) {
      point_.meanwhile(inner_->in_transaction());
      return;
    }
    point_.tripped = true;
    fail();
  }

  [[noreturn]] void fail() const {
    if (point_.kind == FaultKind::killed) std::raise(SIGKILL);
    if (point_.kind == FaultKind::answer_lost) throw session::SessionError("the connection was lost");
    throw RunnerDied{};
  }

  template <class Call>
  auto around(std::string_view sql, Call call) {
    event("sent", sql);
    auto answer = call();
    event("executed", sql);
    event("answered", sql);
    return answer;
  }

 public:
  FaultSession(std::unique_ptr<session::Session> inner, FaultPoint& point)
      : Forwarding(std::move(inner)), point_(point) {}

  session::Rows query(std::string_view sql, std::span<const session::Value> parameters) override {
    return around(sql, [&] { return inner_->query(sql, parameters); });
  }
  std::int64_t execute(std::string_view sql, std::span<const session::Value> parameters) override {
    return around(sql, [&] { return inner_->execute(sql, parameters); });
  }
  void transaction(session::Transaction what) override {
    // A dead runner rolls nothing back: its connection just ends, and unwinding must not throw again.
    if (point_.tripped && what == session::Transaction::rollback) return;
    static constexpr std::string_view words[] = {"begin", "commit", "rollback"};
    around(words[static_cast<int>(what)], [&] {
      inner_->transaction(what);
      return 0;
    });
  }
  void read_only(bool on) override {
    if (!point_.tripped) inner_->read_only(on);
  }

 private:
  FaultPoint& point_;
};

}  // namespace

std::unique_ptr<session::Session> FaultConnector::open(const session::Url& url, session::Missing missing,
                                                       session::Access access, session::Lock* lock) {
  return std::make_unique<FaultSession>(inner_.open(url, missing, access, lock), point_);
}

std::unique_ptr<session::Lock> FaultConnector::lock(const session::Url& url, const session::Holder& holder,
                                                    session::Held held) {
  return inner_.lock(url, holder, held);
}

}  // namespace dmc::tests
