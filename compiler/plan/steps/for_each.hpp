// Sends statements once for each row that a question answers: a copy partition by partition, on an engine without
// transactions. What is there already is passed over, so that an attempt after a crash goes on where the first one
// stood.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/query_check.hpp"

namespace dmc::plan {

struct ForEach {
  static constexpr std::string_view kind = "for_each";
  static constexpr int version = 1;
  static constexpr std::string_view hole = "{row}";  ///< in `statements` and `settled`: the row's first column

  std::string what;  ///< for people: "partition"
  std::string rows;  ///< no parameter → the rows, in order; asked again until nothing is left to do
  std::vector<std::string> statements;
  QueryCheck settled;  ///< holds for a row that needs nothing, and for every row afterwards
  /// Without `fresh`, `statements` come to the same however often and how far they are sent. With it they are sent only
  /// where it holds, and `clean`, which does, where an earlier attempt was cut off.
  std::optional<QueryCheck> fresh{};
  std::vector<std::string> clean{};

  static void fields(auto& self, auto&& visit) {
    visit("what", self.what);
    visit("rows", self.rows);
    visit("statements", self.statements);
    visit("settled", self.settled);
    visit("fresh", self.fresh);
    visit("clean", self.clean);
  }
  bool operator==(const ForEach&) const = default;
};

}  // namespace dmc::plan
