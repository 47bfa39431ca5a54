// Asks again and again until something that the server does by itself has come to its end: a mutation, a replica's
// queue. Changes nothing, but for what it sends when it gives up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/query_check.hpp"

namespace dmc::plan {

struct Wait {
  static constexpr std::string_view kind = "wait";
  static constexpr int version = 1;
  QueryCheck until;
  std::optional<QueryCheck> going;   ///< what holds while there is hope; its answer says why there is none
  std::int64_t patience_ms = 0;      ///< how long `going` may be wrong, because servers try again
  std::vector<std::string> give_up;  ///< sent when it was wrong for so long; each does no harm a second time
  std::int64_t deadline_ms = 0;      ///< then the step fails, and whoever runs it again waits anew

  static void fields(auto& self, auto&& visit) {
    visit("until", self.until);
    visit("going", self.going);
    visit("patience_ms", self.patience_ms);
    visit("give_up", self.give_up);
    visit("deadline_ms", self.deadline_ms);
  }
  bool operator==(const Wait&) const = default;
};

}  // namespace dmc::plan
