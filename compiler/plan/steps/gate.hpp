// Ends a stage: the plan waits here until a person approves or the query holds for its duration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/plan/query_check.hpp"

namespace dmc::plan {

struct Gate {
  static constexpr std::string_view kind = "gate";
  static constexpr int version = 2;
  std::string text;                 ///< what must be true: 'app 4.2 is deployed everywhere'
  std::optional<QueryCheck> check;  ///< none: a person says so
  std::int64_t hold_ms = 0;         ///< how long the answer must stay right
  std::int64_t valid_for_ms = 0;    ///< how long what opened it counts, while the next stage is not begun; 0: for good

  static void fields(auto& self, auto&& visit) {
    visit("text", self.text);
    visit("check", self.check);
    visit("hold_ms", self.hold_ms);
    visit("valid_for_ms", self.valid_for_ms);
  }
  bool operator==(const Gate&) const = default;
};

}  // namespace dmc::plan
