// How a target is reached: a session with it, and the lock that says who may change it. Built by `main`, lent to the
// executor; tests wrap it to cut, delay or record what is sent.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "runtime/session/session.hpp"
#include "runtime/session/stop.hpp"
#include "runtime/session/url.hpp"

namespace dmc::session {

/// Who holds a target, for the person who meets it. `since` is for display: nothing is decided by it.
struct Holder {
  std::int64_t pid = 0;
  std::string host;
  std::string user;
  std::string runner;  ///< "dmc 0.1.0"
  std::string since;   ///< UTC, "2026-11-21T09:21:57Z"
  bool operator==(const Holder&) const = default;
};

/// There is nothing at that address, and the caller did not ask to create it.
class TargetMissing : public SessionError {
 public:
  using SessionError::SessionError;
};

/// Another runner holds the target.
class TargetHeld : public std::runtime_error {
 public:
  TargetHeld(const std::string& message, Holder holder) : std::runtime_error(message), holder(std::move(holder)) {}
  Holder holder;
};

/// Held as long as it lives; the process's end releases it too.
class Lock {
 public:
  virtual ~Lock() = default;
};

enum class Missing { refuse, create };
enum class Access { write, read };

class Connector {
 public:
  virtual ~Connector() = default;
  /// A session of its own; throws TargetMissing or SessionError. With `Access::read` nothing can be written, not even
  /// the ledger.
  virtual std::unique_ptr<Session> open(const Url& url, Missing missing, Access access) = 0;
  /// Takes the target's change lock or throws TargetHeld, at once.
  virtual std::unique_ptr<Lock> lock(const Url& url, const Holder& holder) = 0;
  /// Who holds the target right now, for a report; an empty `host` when nobody does.
  virtual Holder holder(const Url& url) = 0;
};

/// Opens what this build has a client for.
std::unique_ptr<Connector> connector();

}  // namespace dmc::session
