// Counts instead of lists, where a list would be read by nobody.
#include "runtime/report/many.hpp"

#include "runtime/executor/verdict.hpp"

namespace dmc::report {

namespace {

constexpr std::size_t most_lines = 12;
constexpr std::size_t most_names = 3;

/// As wide as the widest of its column; bytes that go on a letter take no room.
void widen(std::string& text, std::size_t width) {
  const auto letters = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  if (letters < width) text.append(width - letters, ' ');
}

std::string right(std::size_t number, std::size_t width) {
  const auto digits = grouped(static_cast<std::int64_t>(number));
  return std::string(width - std::min(width, digits.size()), ' ') + digits;
}

bool can_go(const journal::VerdictGiven& given) {
  const auto verdict = plan::value_of<executor::Verdict>(given.verdict);
  return verdict && executor::may_go(*verdict);
}

std::string lines(const std::vector<journal::VerdictGiven>& verdicts) {
  std::size_t names = 0, words = 0;
  for (const auto& given : verdicts) {
    names = std::max(names, shown(given.target).size());
    words = std::max(words, given.verdict.size());
  }
  std::string text;
  for (const auto& given : verdicts) {
    auto name = shown(given.target), word = given.verdict;
    widen(name, names);
    widen(word, words);
    text += "  ";
    text += name;
    text += "  ";
    text += word;
    text += "  ";
    text += shown(given.text);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string summary(std::size_t targets, const Counted& counts) {
  std::string text = grouped(static_cast<std::int64_t>(targets)) + " databases\n";
  const auto width = counts.empty() ? 0 : grouped(static_cast<std::int64_t>(counts.front().second)).size();
  std::size_t rest = 0, left = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i >= most_lines) {
      rest += counts[i].second;
      ++left;
      continue;
    }
    auto words = shown(counts[i].first);
    words.resize(std::min(words.find('\n'), words.size()));
    text += "  " + right(counts[i].second, width) + "  " + words + "\n";
  }
  if (left > 0) text += "  " + right(rest, width) + "  in other ways\n";
  return text;
}

std::string verdict_table(std::vector<journal::VerdictGiven> verdicts) {
  std::sort(verdicts.begin(), verdicts.end(), [](const auto& a, const auto& b) { return a.target < b.target; });
  if (verdicts.size() <= told_in_full) return lines(verdicts);
  std::string text;
  const auto counts = counted(verdicts, [](const auto& given) { return given.verdict; });
  const auto width = grouped(static_cast<std::int64_t>(counts.front().second)).size();
  std::vector<journal::VerdictGiven> stuck;
  for (const auto& [verdict, count] : counts) {
    text += "  " + right(count, width) + "  " + verdict;
    std::size_t named = 0;
    for (const auto& given : verdicts) {
      if (given.verdict != verdict) continue;
      if (!can_go(given)) stuck.push_back(given);
      if (named < most_names)
        text += (named == 0 ? ": " : ", ") + shown(given.target.substr(0, given.target.find(' ')));
      ++named;
    }
    if (named > most_names) text += " and " + grouped(static_cast<std::int64_t>(named - most_names)) + " more";
    text += "\n";
  }
  return text + lines(stuck);
}

}  // namespace dmc::report
