// Reads the index and adds to it.
#include "runtime/cli/sealing.hpp"

#include <algorithm>

#include "runtime/cli/plan_files.hpp"

namespace dmc::cli {

catalog::Index read_index(const std::optional<std::string>& bytes) {
  if (!bytes) return {};
  plan::JsonError error;
  auto index = catalog::read_index(*bytes, error);
  if (!index) throw not_ours(std::string(index_name), error);
  return std::move(*index);
}

catalog::Index with_sealed(catalog::Index index, catalog::Sealed sealed) {
  const auto place = std::find_if(index.sealed.begin(), index.sealed.end(),
                                  [&](const auto& other) { return other.number > sealed.number; });
  index.sealed.insert(place, std::move(sealed));
  ++index.sequence;
  return index;
}

}  // namespace dmc::cli
