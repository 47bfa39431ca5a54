// The index of sealed versions.
#include <algorithm>

#include "compiler/catalog/catalog.hpp"
#include "compiler/catalog/format.hpp"

namespace dmc::catalog {

std::string write_index(const Index& index) { return plan::canonical(index); }

std::optional<Index> read_index(const std::string& bytes, plan::JsonError& error) {
  auto index = parse_file<Index>(bytes, "index", error);
  if (!index) return std::nullopt;
  const auto out_of_order = [](const Sealed& a, const Sealed& b) { return a.number >= b.number; };
  if (std::adjacent_find(index->sealed.begin(), index->sealed.end(), out_of_order) == index->sealed.end() &&
      index->sequence >= static_cast<std::int64_t>(index->sealed.size()))
    return index;
  error = {"E0322", "sealed", "sealed versions stand by number, each once, and every seal moves the sequence on"};
  return std::nullopt;
}

}  // namespace dmc::catalog
