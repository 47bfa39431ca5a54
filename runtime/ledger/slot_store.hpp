// Where slots and records are kept on an engine without transactions: every method that writes is atomic by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dmc::ledger {

struct SlotRecord {
  std::string kind, key;
  /// Under which the row must be new; none: whatever comes next.
  std::optional<std::int64_t> version;
  std::optional<std::string> body;  ///< none: gone
};

class SlotStore {
 public:
  virtual ~SlotStore() = default;
  virtual std::string server_version() = 0;
  /// Whether there are slots and a place for records.
  virtual bool exists() = 0;
  /// May be called again where an earlier call was cut off.
  virtual void create() = 0;

  /// Create-only, so that two runners cannot both own a number, and durable with its answer; false: the number is
  /// somebody else's. Records of that unit count from here on.
  virtual bool claim(std::int64_t number, const std::string& unit, const std::string& payload) = 0;
  /// Of the highest number.
  virtual std::optional<std::string> last_slot() = 0;
  /// By number.
  virtual std::vector<std::string> slots() = 0;

  /// They count once a slot names their unit, or at once where `counts` says so: all of them or none. False: a row was
  /// not new, and nobody may act on it.
  virtual bool put(const std::string& unit, std::span<const SlotRecord> records, bool counts) = 0;
  /// Where a row is create-only: the next free version of a key, committed or not. None where the store has no such
  /// guard because nobody but the holder can write.
  virtual std::optional<std::int64_t> next_version(const std::string& kind, const std::string& key) = 0;
  /// Key and newest body of what counts and is not gone, by key, of the keys that begin so.
  virtual std::vector<std::pair<std::string, std::string>> records(const std::string& kind,
                                                                   const std::string& beginning) = 0;
};

}  // namespace dmc::ledger
