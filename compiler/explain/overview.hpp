// What a reviewer wants to know first, gathered from all steps. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/plan/plan.hpp"

namespace dmc::explain {

/// One fact and the steps it is about, counted from 1; none: it is about the whole plan. Its text is not escaped yet.
struct Fact {
  std::string text;
  std::vector<std::size_t> steps;
  std::string object{};  ///< the name in the text that it is about; empty: none, or more than one
  bool operator==(const Fact&) const = default;
};

struct Section {
  std::string title;
  std::vector<Fact> facts;
  bool operator==(const Section&) const = default;
};

/// Whether it says of something that it goes for good.
inline bool says_loss(const Section& section) {
  return section.title == "lost" && !section.facts.empty() && !section.facts.front().steps.empty();
}

/// The sections that have something to say, in the order in which they matter; what is lost and what can be taken back
/// always say something when there are steps.
std::vector<Section> overview(const plan::Plan& plan);

}  // namespace dmc::explain
