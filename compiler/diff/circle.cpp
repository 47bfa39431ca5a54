// What can run nowhere: either it depends on itself, or on something that never comes.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diff/order.hpp"
#include "compiler/diff/rules.hpp"

namespace dmc::diff {

namespace {

/// The first name of a pending one that it waits for; empty when it waits for none of them.
std::string waits_for(const Delta& delta, const State& state, const std::map<std::string, const Delta*>& pending) {
  auto missing = unmet(delta.needs, state);
  for (const auto& path : delta.references)
    if (!state.tables.has(path)) missing.push_back(path);
  const auto found = std::ranges::find_if(missing, [&](const std::string& name) { return pending.contains(name); });
  return found == missing.end() ? std::string() : *found;
}

}  // namespace

void Order::report_circle(std::size_t site) {
  const State& state = states_[site];
  Pending& pending = pending_[site];
  std::map<std::string, const Delta*> left;
  for (const auto& delta : pending.wholes) left.emplace(delta.path, &delta);
  for (const auto& [path, deltas] : pending.parts)
    for (const auto& delta : deltas) left.emplace(path + "." + delta.member, &delta);

  std::vector<std::string> chain{left.begin()->first};
  while (true) {
    const std::string next = waits_for(*left.at(chain.back()), state, left);
    if (next.empty()) break;
    const auto first_time = std::ranges::find(chain, next) - chain.begin();
    const bool is_circle = first_time < std::ssize(chain);
    chain.push_back(next);
    if (!is_circle) continue;
    chain.erase(chain.begin(), chain.begin() + first_time);
    break;
  }
  const Delta& first = *left.at(chain.front());
  auto& diagnostics = ground_.diagnostics();
  if (chain.size() > 1 && chain.front() == chain.back()) {
    auto& diagnostic =
        diagnostics.error("E0298", first.origin.span, fmt::format("the {} depends on itself", words_of(first)),
                          fmt::format("{}", fmt::join(chain, " needs ")));
    diagnostic.help.push_back("take one of these names out of the other's text, or its 'after'");
    return;
  }
  const Delta& last = *left.at(chain.back());
  const auto* table = is_part(last.aspect) ? state.tables.find(last.path) : nullptr;
  const Rule* rule = held_back(site, last, table);
  auto& diagnostic = diagnostics.error(
      "E0298", last.origin.span, fmt::format("there is no place in this change for the {}", words_of(last)),
      rule ? fmt::format("a rule never holds: {}", rule->name) : "a name in it never exists");
  for (const auto& name : unmet(last.needs, state))
    diagnostic.help.push_back(fmt::format("'{}' is not there when the change ends", name));
}

}  // namespace dmc::diff
