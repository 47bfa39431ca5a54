// The objects of one kind: those of the base, and over them the few that a change has touched so far.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dmc::diff {

/// Reads through to `below`, which must outlive it and lie by path; what is put or erased lies above. Nothing is copied
/// that is not touched, so a change of one table among many thousands costs one table.
template <class Object>
class Layered {
 public:
  explicit Layered(const std::vector<Object>& below) : below_(&below) {}

  const Object* find(std::string_view path) const {
    if (const auto above = above_.find(path); above != above_.end()) return above->second ? &*above->second : nullptr;
    const auto at =
        std::lower_bound(below_->begin(), below_->end(), path,
                         [](const Object& object, std::string_view wanted) { return object.path() < wanted; });
    return at != below_->end() && at->path() == path ? &*at : nullptr;
  }
  bool has(std::string_view path) const { return find(path) != nullptr; }

  void put(Object object) {
    std::string path = object.path();
    above_.insert_or_assign(std::move(path), std::move(object));
  }
  void erase(std::string_view path) { above_.insert_or_assign(std::string(path), std::nullopt); }

  /// Every object, by path. The objects must not be touched meanwhile.
  template <class Visit>
  void each(Visit&& visit) const {
    auto above = above_.begin();
    for (const Object& object : *below_) {
      const std::string path = object.path();
      for (; above != above_.end() && above->first < path; ++above)
        if (above->second) visit(*above->second);
      if (above == above_.end() || above->first != path) {
        visit(object);
        continue;
      }
      if (above->second) visit(*above->second);
      ++above;
    }
    for (; above != above_.end(); ++above)
      if (above->second) visit(*above->second);
  }

 private:
  const std::vector<Object>* below_;
  std::map<std::string, std::optional<Object>, std::less<>> above_;
};

}  // namespace dmc::diff
