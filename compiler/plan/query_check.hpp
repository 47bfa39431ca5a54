// A question to a database with the one answer that is right.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "compiler/plan/canonical.hpp"

namespace dmc::plan {

enum class Comparison { equal, not_equal, less, at_most, greater, at_least, is_empty, is_not_empty };

template <>
struct EnumNames<Comparison> {
  static constexpr std::array values{std::pair{Comparison::equal, std::string_view{"="}},
                                     std::pair{Comparison::not_equal, std::string_view{"<>"}},
                                     std::pair{Comparison::less, std::string_view{"<"}},
                                     std::pair{Comparison::at_most, std::string_view{"<="}},
                                     std::pair{Comparison::greater, std::string_view{">"}},
                                     std::pair{Comparison::at_least, std::string_view{">="}},
                                     std::pair{Comparison::is_empty, std::string_view{"is empty"}},
                                     std::pair{Comparison::is_not_empty, std::string_view{"is not empty"}}};
};

/// `query` answers one value (its first row's first column), compared with `value` as numbers when both are numbers,
/// else as text; `is empty` counts rows. Runs read-only.
struct QueryCheck {
  std::string means;  ///< what holds when it is right, for people: "every row of users has a full_name"
  std::string query;
  Comparison comparison = Comparison::equal;
  std::optional<std::string> value;  ///< none with `is empty`, `is not empty`, and for SQL null
  std::string mend;                  ///< what to do when it is wrong; may be empty
  /// Before a step: for so long it is asked again where it is wrong, because what stands in the way ends by itself.
  std::optional<std::int64_t> patience_ms{};

  static void fields(auto& self, auto&& visit) {
    visit("means", self.means);
    visit("query", self.query);
    visit("comparison", self.comparison);
    visit("value", self.value);
    visit("mend", self.mend);
    visit(rare("patience_ms"), self.patience_ms);
  }
  bool operator==(const QueryCheck&) const = default;
};

/// Two questions whose answers (all rows) must be equal: `before` is asked before the statements, `after` behind them.
struct Invariant {
  std::string means;  ///< "orders keeps its rows"
  std::string before;
  std::string after;

  static void fields(auto& self, auto&& visit) {
    visit("means", self.means);
    visit("before", self.before);
    visit("after", self.after);
  }
  bool operator==(const Invariant&) const = default;
};

}  // namespace dmc::plan
