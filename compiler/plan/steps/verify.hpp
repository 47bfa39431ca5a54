// Asks a question on every target and stops the run when the answer is wrong; changes nothing.
#pragma once

#include <string_view>

#include "compiler/plan/field_list.hpp"
#include "compiler/plan/query_check.hpp"

namespace dmc::plan {

struct Verify {
  static constexpr std::string_view kind = "verify";
  static constexpr int version = 1;
  QueryCheck check;
  bool passing = false;  ///< it holds at this moment of the plan, and nobody asks it again: rows move on

  static void fields(auto& self, auto&& visit) {
    visit("check", self.check);
    visit(rare("passing"), self.passing);
  }
  bool operator==(const Verify&) const = default;
};

}  // namespace dmc::plan
