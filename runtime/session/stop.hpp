// How Ctrl-C reaches a run: the first stops between statements and batches, the second cancels the statements in
// flight.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <thread>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// One per process, owned by `main`, whose signal handler calls `signal`; everything else only reads it. Safe for
/// several runs of targets at once.
class Stop {
 public:
  /// Sessions that a second signal reaches at once; those beyond stop after the statement in flight.
  static constexpr std::size_t most = 128;

  /// Safe in a signal handler: takes no lock and waits for nobody.
  void signal() {
    if (count_.fetch_add(1) + 1 < 2) return;
    handlers_.fetch_add(1);
    for (const auto& slot : in_flight_)
      if (Session* session = slot.load()) session->interrupt();
    handlers_.fetch_sub(1);
  }
  bool requested() const { return count_.load() > 0; }
  bool immediately() const { return count_.load() > 1; }

  /// Lends the session to a second signal for as long as this lives.
  class InFlight {
   public:
    InFlight(Stop& stop, Session& session) : stop_(stop) {
      for (auto& slot : stop_.in_flight_) {
        Session* nobody = nullptr;
        if (!slot.compare_exchange_strong(nobody, &session)) continue;
        slot_ = &slot;
        return;
      }
    }
    /// A handler that has read the slot in another thread is waited for: the session goes away after this.
    ~InFlight() {
      if (!slot_) return;
      slot_->store(nullptr);
      while (stop_.handlers_.load() > 0) std::this_thread::yield();
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    Stop& stop_;
    std::atomic<Session*>* slot_ = nullptr;
  };

 private:
  std::atomic<int> count_{0};
  std::atomic<int> handlers_{0};
  std::array<std::atomic<Session*>, most> in_flight_{};
};

}  // namespace dmc::session
