// Sessions that fail where a test wants them to: before a statement is sent, after it was executed, after it was
// answered.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/session/forwarding.hpp"

namespace dmc::tests {

/// What happens at the chosen event.
enum class FaultKind {
  none,         ///< only count
  dies,         ///< the runner is gone at once: no rollback, no ledger write, no report
  answer_lost,  ///< the connection breaks: this call and every later one fail, the runner lives
  killed,       ///< SIGKILL to the process
  meanwhile,    ///< the runner is frozen while something else happens, and goes on afterwards
};

/// Thrown for `dies`. No std::exception, so that nothing that catches what the world did catches it.
struct RunnerDied {};

/// Counts the events `sent`, `executed`, `answered` of every statement and transaction verb of every session, over one
/// run.
struct FaultPoint {
  FaultKind kind = FaultKind::none;
  long at = 0;      ///< the event, from 1
  long events = 0;  ///< seen so far
  bool tripped = false;
  std::string where;                          ///< "executed: update t set …", once tripped
  std::function<void(bool)> meanwhile = {};   ///< told whether the runner is in a transaction
  std::vector<std::string>* trace = nullptr;  ///< every event as `where` has it
  std::function<void()> watch = {};           ///< called at every event
};

/// Opens through `inner` and wraps what it opens.
class FaultConnector : public session::ForwardingConnector {
 public:
  FaultConnector(session::Connector& inner, FaultPoint& point) : ForwardingConnector(inner), point_(point) {}
  std::unique_ptr<session::Session> open(const session::Url& url, session::Missing missing, session::Access access,
                                         session::Lock* lock) override;
  std::unique_ptr<session::Lock> lock(const session::Url& url, const session::Holder& holder,
                                      session::Held held) override;

 private:
  FaultPoint& point_;
};

}  // namespace dmc::tests
