// The set of targets as a document in the ledger, and how two of them differ in words.
#include "runtime/executor/scope.hpp"

#include <algorithm>
#include <iterator>

#include "compiler/plan/canonical_read.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::executor {

namespace {

std::vector<std::string> without(const std::vector<std::string>& all, const std::vector<std::string>& some) {
  std::vector<std::string> rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
  return rest;
}

/// A target that was typed has no name that people know: the beginning of its own id must do.
std::string shown_name(const Scope& scope, const std::string& target) {
  const auto blank = target.find(' ');
  if (!scope.cluster.empty() || blank == std::string::npos) return target;
  return target.substr(0, blank) + " (target " + target.substr(blank + 1, 8) + ")";
}

std::string listed(const Scope& scope, const std::vector<std::string>& targets) {
  constexpr std::size_t most = 5;
  std::string text;
  for (std::size_t i = 0; i < targets.size() && i < most; ++i) {
    if (i > 0) text += ", ";
    text += shown_name(scope, targets[i]);
  }
  if (targets.size() > most) text += " and " + std::to_string(targets.size() - most) + " more";
  return text;
}

}  // namespace

FrozenScope::FrozenScope(Scope all) : scope(std::move(all)) {
  std::sort(scope.targets.begin(), scope.targets.end());
  bytes = plan::canonical(scope);
  digest = plan::digest(bytes);
}

std::optional<Scope> read_scope(const std::string& bytes) {
  Scope scope;
  if (!plan::read_canonical(bytes, scope)) return std::nullopt;
  return scope;
}

std::string difference(const Scope& begun, const Scope& now) {
  if (begun.cluster != now.cluster) {
    const auto place = [](const Scope& scope) {
      return scope.cluster.empty() ? "on targets that were typed"
                                   : "on cluster '" + scope.cluster + "' (" + std::to_string(scope.targets.size()) +
                                         (scope.targets.size() == 1 ? " target)" : " targets)");
    };
    return "it was begun " + place(begun) + " and now runs " + place(now);
  }
  const auto missing = without(begun.targets, now.targets), added = without(now.targets, begun.targets);
  std::string text;
  if (!missing.empty()) text = listed(begun, missing) + (missing.size() == 1 ? " is missing" : " are missing");
  if (!added.empty()) {
    if (!text.empty()) text += "; ";
    text += listed(now, added) + (added.size() == 1 ? " is new" : " are new");
  }
  return text;
}

bool goes_on_in_part(const Scope& begun, const Scope& now, bool one_database) {
  return one_database && begun.cluster.empty() && now.cluster.empty() && without(now.targets, begun.targets).empty();
}

}  // namespace dmc::executor
