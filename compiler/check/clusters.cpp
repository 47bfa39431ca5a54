#include "compiler/check/clusters.hpp"

#include <map>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "compiler/check/policy.hpp"

namespace dmc::check {

namespace {

class ClusterCheck {
 public:
  explicit ClusterCheck(grammar::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void operator()(const ast::RequireApproval& rule) {
    (void)known_hazards(rule.hazards, diagnostics_);
    at_least_one(rule.people, "an approval by nobody is none");
  }
  void operator()(const ast::Wave& wave) {
    const auto [first, is_new] = waves_.emplace(wave.name.text, wave.name.span);
    if (!is_new)
      diagnostics_
          .error("E0210", wave.name.span, fmt::format("'{}' is declared twice", wave.name.text),
                 "a wave of this name is there already")
          .notes.push_back({first->second, "the first one"});
    if (wave.parallel) at_least_one(*wave.parallel, "a wave of 0 targets at once would never end");
    if (wave.approval) at_least_one(*wave.approval, "an approval by nobody is none");
    if (wave.halt_at) at_least_one(*wave.halt_at, "a wave that halts at 0 failed would never begin");
  }
  template <class Item>
  void operator()(const Item&) {}

 private:
  void at_least_one(const ast::Count& count, std::string_view why) {
    if (count.value == 0) diagnostics_.error("E0256", count.span, std::string(why), "expected 1 or more");
  }

  grammar::Diagnostics& diagnostics_;
  std::map<std::string_view, grammar::Span> waves_;
};

}  // namespace

void check_cluster(const ast::Cluster& cluster, grammar::Diagnostics& diagnostics) {
  ClusterCheck check(diagnostics);
  for (const ast::ClusterItem& item : cluster.items) std::visit(check, item);
}

}  // namespace dmc::check
