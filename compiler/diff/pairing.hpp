// Two lists of objects by path, side by side.
#pragma once

#include <vector>

namespace dmc::diff {

/// For what both have, `both(before, after)`; for the rest `gone(before)` and `added(after)`. By path.
template <class T, class Both, class Gone, class Added>
void pair_by_path(const std::vector<const T*>& before, const std::vector<T>& after, Both&& both, Gone&& gone,
                  Added&& added) {
  auto left = before.begin();
  auto right = after.begin();
  while (left != before.end() || right != after.end()) {
    const int order = left == before.end() ? 1 : right == after.end() ? -1 : (*left)->path().compare(right->path());
    if (order < 0)
      gone(**left++);
    else if (order > 0)
      added(*right++);
    else
      both(**left++, *right++);
  }
}

template <class Layer, class T>
std::vector<const T*> listed(const Layer& layer, const std::vector<T>&) {
  std::vector<const T*> all;
  layer.each([&](const T& object) { all.push_back(&object); });
  return all;
}

}  // namespace dmc::diff
