// How Ctrl-C reaches a run: the first stops between statements and batches, the second cancels the statement in flight.
#pragma once

#include <atomic>

#include "runtime/session/session.hpp"

namespace dmc::session {

/// One per process, owned by `main`, whose signal handler calls `signal`; everything else only reads it.
class Stop {
 public:
  /// Safe in a signal handler.
  void signal() {
    if (count_.fetch_add(1) + 1 < 2) return;
    if (Session* session = in_flight_.load()) session->interrupt();
  }
  bool requested() const { return count_.load() > 0; }
  bool immediately() const { return count_.load() > 1; }

  /// Lends the session to a second signal for as long as this lives.
  class InFlight {
   public:
    InFlight(Stop& stop, Session& session) : stop_(stop) { stop_.in_flight_.store(&session); }
    ~InFlight() { stop_.in_flight_.store(nullptr); }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    Stop& stop_;
  };

 private:
  std::atomic<int> count_{0};
  std::atomic<Session*> in_flight_{nullptr};
};

}  // namespace dmc::session
