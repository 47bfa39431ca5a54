// Reports that stay readable when there are many targets: how many stand where, then those that need somebody.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/journal/event.hpp"
#include "runtime/report/text.hpp"

namespace dmc::report {

/// Up to here every target is told in full.
inline constexpr std::size_t told_in_full = 20;

/// A word and a sentence, and how many targets they are true of; the most frequent first, then by name.
using Counted = std::vector<std::pair<std::string, std::size_t>>;

template <class Target, class Words>
Counted counted(const std::vector<Target>& targets, Words words) {
  std::map<std::string, std::size_t> counts;
  for (const auto& target : targets) ++counts[words(target)];
  Counted sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return sorted;
}

/// "1,000 databases" and a line for each way they stand, at most a dozen.
std::string summary(std::size_t targets, const Counted& counts);

/// All of them when they are few; else the summary, those that `needs` says so of, and the rest of those by a line each
/// (`brief`).
template <class Target, class Words, class Needs, class Render, class Brief>
std::string of_many(const std::vector<Target>& targets, Words words, Needs needs, Render render, Brief brief) {
  std::string text;
  if (targets.size() > told_in_full) text = summary(targets.size(), counted(targets, words));
  std::size_t told = 0;
  for (const auto& target : targets) {
    if (targets.size() > told_in_full && !needs(target)) continue;
    if (told < told_in_full)
      text += (text.empty() ? "" : "\n") + render(target);
    else
      text += (told == told_in_full ? "\n" : "") + brief(target);
    ++told;
  }
  return text;
}

/// What was found at each target, before anything runs: a line each, aligned, when they are few; else counts, a few
/// names for each verdict, and those that cannot go in full.
std::string verdict_table(std::vector<journal::VerdictGiven> verdicts);

}  // namespace dmc::report
