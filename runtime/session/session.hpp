// One server-side session with one target: the lock, the ledger writes and the acting statements share it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/session/witness.hpp"

namespace dmc::session {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;
using Row = std::vector<Value>;
struct Rows {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// What the world did. `retryable`: a lock or a busy engine; the same statement may be sent again. `transaction_lost`:
/// the engine ended the transaction itself. The message names what was tried and never holds a secret.
class SessionError : public std::runtime_error {
 public:
  SessionError(const std::string& message, bool retryable = false, bool transaction_lost = false)
      : std::runtime_error(message), retryable(retryable), transaction_lost(transaction_lost) {}
  bool retryable;
  bool transaction_lost;
  bool begun = true;        ///< false: the engine refused the statement before it did anything of it
  bool of_a_value = false;  ///< a value of a row is none that the statement can work with
};

enum class Transaction { begin, commit, rollback };

/// Facts by name that tell a target from a copy of it: "path", "inode", "system_identifier".
using Identity = std::vector<std::pair<std::string, std::string>>;
/// `elsewhere`: moved, or a copy whose original is not to be found any more; nobody can tell.
enum class Likeness { same, elsewhere, copy };

/// How a value that nobody may see comes into a statement. While it lives the server writes no statement of the session
/// into its log, where that can be had.
class Secrecy {
 public:
  virtual ~Secrecy() = default;
  /// The value as the engine's literal; standard SQL doubles quotes, and nothing else.
  virtual std::string literal(std::string_view value) const;
};

/// Where a session works: which target it is, and what of the session outlives its client. A server may go on with a
/// statement whose client is dead (runtime.md §1.3), so that a session has to be ended before its work is judged.
class Place {
 public:
  virtual ~Place() = default;
  virtual Identity identity() = 0;
  /// Whether this is the target whose facts were recorded, or a copy of it.
  virtual Likeness likeness(const Identity& recorded) = 0;
  /// What the server knows the session by, never used twice; empty where nothing outlives the process.
  virtual std::string handle() = 0;
  /// Whether the server may still execute something that the session of that handle sent. Asks the server, no clock.
  virtual bool alive(const std::string& handle) = 0;
  /// Ends that session; returns when nothing that it sent can be executed any more, and throws when that is not sure.
  virtual void end(const std::string& handle) = 0;
  /// Begins to look at what the session does, until the witness goes; null where an engine has nothing to look at.
  /// Without claims nothing is compared. At most one at a time.
  virtual std::unique_ptr<Witness> witness(const std::optional<std::vector<Claim>>& /*claims*/, TellHowFar /*tell*/) {
    return nullptr;
  }
  virtual std::unique_ptr<Secrecy> secrecy() { return std::make_unique<Secrecy>(); }
};

/// Not thread-safe but for `interrupt`. No silent reconnect. A wrapper (faults, recording) forwards every method.
class Session {
 public:
  virtual ~Session() = default;
  /// All rows of a statement; parameters are bound, never spliced.
  virtual Rows query(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  /// Rows changed.
  virtual std::int64_t execute(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  /// `begin` takes the engine's write lock where it has one (SQLite: BEGIN IMMEDIATE).
  virtual void transaction(Transaction what) = 0;
  virtual bool in_transaction() const = 0;
  /// While true, a statement that writes fails: around checks.
  virtual void read_only(bool on) = 0;
  /// From another thread or a signal: cancels the statement in flight.
  virtual void interrupt() = 0;
  /// As long as the session lives.
  virtual Place& place() = 0;
};

}  // namespace dmc::session
