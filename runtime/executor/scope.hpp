// Which targets belong to one run: frozen when it begins, the same whenever it goes on (runtime.md §1.11).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/plan/canonical.hpp"

namespace dmc::executor {

/// Targets of an inventory by their names in it; those that were typed by what each ledger calls itself.
struct Scope {
  std::string cluster;               ///< empty: typed, not of an inventory
  std::vector<std::string> targets;  ///< "shop/eu1", or "shop 0f3a…"; sorted
  static void fields(auto& self, auto&& visit) {
    visit("cluster", self.cluster);
    visit("targets", self.targets);
  }
  bool operator==(const Scope&) const = default;
};

/// A scope as the ledger keeps it: the document, under its digest. Made once for all targets.
struct FrozenScope {
  explicit FrozenScope(Scope scope);
  Scope scope;
  std::string bytes;
  std::string digest;
};

/// None for a text that is no such document.
std::optional<Scope> read_scope(const std::string& bytes);

/// "shop/us2 is missing; shop/us9 is new"; empty when they are the same targets.
std::string difference(const Scope& begun, const Scope& now);
/// Whether a run that was begun on `begun` may go on with `now` as far as that reaches: when no step of the plan waits
/// for another database, fewer targets may be typed than were typed then.
bool goes_on_in_part(const Scope& begun, const Scope& now, bool one_database);

}  // namespace dmc::executor
