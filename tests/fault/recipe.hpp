// The changes that PostgreSQL is brought through online, one recipe each, on one shop of rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace dmc::tests {

struct Recipe {
  std::string name;
  std::vector<std::pair<std::string, std::string>> edits;  ///< of recipes/shop.mig: this text becomes that one
  std::string declared{};                                  ///< statements of the change
  std::string spoil{};  ///< SQL: rows that the recipe must fail on; empty: there are none
  std::string mend{};   ///< SQL that takes them back exactly
};

const std::vector<Recipe>& recipes();

}  // namespace dmc::tests
