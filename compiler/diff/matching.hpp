// Named parts of tables that are the same whatever they are called.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dmc::diff {

template <class T>
const T* find_named(const std::vector<T>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &T::name);
  return found == list.end() ? nullptr : &*found;
}

/// Equal but for the name.
template <class T>
bool same_content(const T& one, const T& other) {
  T renamed = other;
  renamed.name = one.name;
  return one == renamed;
}

/// Gives those of `desired` that bear the name their author would have got for saying none, and that `before` does not
/// know under it, the name under which `before` has the same one. `derived` answers that name.
template <class T, class Derived>
void keep_names(const std::vector<T>& before, std::vector<T>& desired, const Derived& derived) {
  std::vector<std::pair<std::size_t, std::string>> kept;
  for (std::size_t at = 0; at < desired.size(); ++at) {
    const T& is = desired[at];
    if (find_named(before, is.name) || derived(is) != is.name) continue;
    const auto was = std::ranges::find_if(before, [&](const T& candidate) {
      const bool taken = find_named(desired, candidate.name) ||
                         std::ranges::any_of(kept, [&](const auto& other) { return other.second == candidate.name; });
      return !taken && same_content(candidate, is);
    });
    if (was != before.end()) kept.push_back({at, was->name});
  }
  for (auto& [at, name] : kept) desired[at].name = std::move(name);
  if (!kept.empty()) std::ranges::sort(desired, {}, &T::name);
}

}  // namespace dmc::diff
