#include "runtime/session/stop.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace dmc::session;

namespace {

/// Counts how often it was interrupted.
struct Counting : Session, Place {
  std::atomic<int> interrupts{0};
  Rows query(std::string_view, std::span<const Value>) override { return {}; }
  std::int64_t execute(std::string_view, std::span<const Value>) override { return 0; }
  void transaction(Transaction) override {}
  bool in_transaction() const override { return false; }
  void read_only(bool) override {}
  void interrupt() override { ++interrupts; }
  Place& place() override { return *this; }
  Identity identity() override { return {}; }
  Likeness likeness(const Identity&) override { return Likeness::same; }
  std::string handle() override { return {}; }
  bool alive(const std::string&) override { return false; }
  void end(const std::string&) override {}
};

}  // namespace

TEST_CASE("the second signal reaches every session in flight, and none that is not") {
  Stop stop;
  Counting one, two, ended, never;
  const Stop::InFlight first(stop, one);
  { const Stop::InFlight over(stop, ended); }
  const Stop::InFlight second(stop, two);
  stop.signal();
  CHECK(stop.requested());
  CHECK(!stop.immediately());
  CHECK(one.interrupts == 0);
  stop.signal();
  CHECK(stop.immediately());
  CHECK(one.interrupts == 1);
  CHECK(two.interrupts == 1);
  CHECK(ended.interrupts == 0);
  CHECK(never.interrupts == 0);
}

TEST_CASE("more sessions than there is room for are no harm: those beyond are not reached") {
  Stop stop;
  std::vector<std::unique_ptr<Counting>> sessions;
  std::vector<std::unique_ptr<Stop::InFlight>> lent;
  for (std::size_t i = 0; i < Stop::most + 3; ++i) {
    sessions.push_back(std::make_unique<Counting>());
    lent.push_back(std::make_unique<Stop::InFlight>(stop, *sessions.back()));
  }
  stop.signal();
  stop.signal();
  std::size_t reached = 0;
  for (const auto& session : sessions) reached += static_cast<std::size_t>(session->interrupts.load());
  CHECK(reached == Stop::most);
}

TEST_CASE("a session that goes away while signals arrive is not touched afterwards") {
  Stop stop;
  std::atomic<bool> over{false};
  std::thread signals([&] {
    while (!over) stop.signal();
  });
  while (!stop.immediately()) std::this_thread::yield();
  for (int i = 0; i < 2000; ++i) {
    const auto session = std::make_unique<Counting>();
    const Stop::InFlight lent(stop, *session);
  }
  over = true;
  signals.join();
  CHECK(over);
}
