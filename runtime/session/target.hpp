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

/// "dmc 0.1.0 (process 42 of ann on host) since 2026-11-21T09:21:57Z"
std::string holder_in_words(const Holder& holder);

/// There is nothing at that address, and the caller did not ask to create it.
class TargetMissing : public SessionError {
 public:
  using SessionError::SessionError;
};

/// Not even the place is there where it would be made.
class PlaceMissing : public TargetMissing {
 public:
  using TargetMissing::TargetMissing;
};

/// Another runner holds the target.
class TargetHeld : public std::runtime_error {
 public:
  TargetHeld(const std::string& message, Holder holder) : std::runtime_error(message), holder(std::move(holder)) {}
  Holder holder;
};

/// Held as long as it lives, or a session that was opened under it; the process's end releases it too.
class Lock {
 public:
  virtual ~Lock() = default;
};

enum class Missing { refuse, create };
/// `look`: reads on behalf of a run that will write, and is refused where a database is none that dmc changes.
enum class Access { write, read, look };
/// What becomes of another runner that holds the target: it is met with a refusal, or ended where the engine can do
/// that.
enum class Held { refuse, end };

class Connector {
 public:
  virtual ~Connector() = default;
  /// A session of its own; throws TargetMissing or SessionError. But for `Access::write` nothing can be written, not
  /// even the ledger. Who holds the target's lock lends it: where a lock lives in a session, that session is the one
  /// that acts, so that who lost the lock can do nothing more.
  virtual std::unique_ptr<Session> open(const Url& url, Missing missing, Access access, Lock* lock = nullptr) = 0;
  /// Takes the target's change lock or throws TargetHeld, at once or after the few seconds that a server needs to
  /// notice that a client is gone.
  virtual std::unique_ptr<Lock> lock(const Url& url, const Holder& holder, Held held = Held::refuse) = 0;
  /// Who holds the target right now, for a report; an empty `host` when nobody does.
  virtual Holder holder(const Url& url) = 0;
};

/// Where libchdb is, before the usual places: what DMC_CHDB_LIBRARY says. Call it before there is a second thread.
void use_chdb_library(std::string path);

/// Opens what this build has a client for.
std::unique_ptr<Connector> connector();

}  // namespace dmc::session
