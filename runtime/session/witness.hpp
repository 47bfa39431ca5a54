// What a step says that it does to relations, held against what the server does for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dmc::session {

/// In the words of the plan and of its engine: "table users", "share update exclusive", "catalog".
struct Claim {
  std::string object;
  std::string mode;
  std::string work;
};

/// How far a statement is that is still being executed, as the server tells it.
struct HowFar {
  std::string phase;  ///< "building index: scanning table"
  std::string unit;   ///< of what is counted: "blocks", "tuples"
  std::int64_t done = 0;
  std::optional<std::int64_t> total;
};
using TellHowFar = std::function<void(const HowFar&)>;

/// Looks at what one session does from its begin on; not thread-safe.
class Witness {
 public:
  virtual ~Witness() = default;
  /// What was done beyond the claims, in words: which relation, what was claimed, what was seen. Less than claimed is
  /// no excess. Asked before the COMMIT of a transaction, or behind a statement outside any; throws SessionError.
  virtual std::optional<std::string> excess() = 0;
};

}  // namespace dmc::session
