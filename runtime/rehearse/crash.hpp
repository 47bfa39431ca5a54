// Sessions that end where a rehearsal wants them to: the runner is gone, or its connection is.
#pragma once

#include <memory>

#include "runtime/session/forwarding.hpp"

namespace dmc::rehearse {

/// Thrown where the runner dies. No std::exception, so that nothing that catches what the world did catches it.
struct Crashed {};

/// Counts the events `sent` and `executed` of every statement and transaction verb of every session.
struct CrashPoint {
  long at = 0;                   ///< the event, from 1; 0 only counts
  bool connection_only = false;  ///< the connection breaks and the runner lives to see it
  long events = 0;
  bool over = false;
};

/// Opens through `inner` and wraps what it opens; both are lent.
class CrashConnector : public session::ForwardingConnector {
 public:
  CrashConnector(session::Connector& inner, CrashPoint& point) : ForwardingConnector(inner), point_(point) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;

 private:
  CrashPoint& point_;
};

}  // namespace dmc::rehearse
