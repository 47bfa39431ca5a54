// Collecting and ordering findings; how they are drawn is in render.cpp.
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dmc::grammar {

namespace {

auto order(const Diagnostic& diagnostic) {
  const Span span = diagnostic.span.value_or(Span{});
  return std::tuple(diagnostic.span.has_value(), span.file, span.begin, std::string_view(diagnostic.code), span.end,
                    std::string_view(diagnostic.message), std::string_view(diagnostic.label));
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Insertions, deletions, replacements and swaps of neighbours, letter case ignored.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  return {};
}

Diagnostic& Diagnostics::error(std::string_view code, std::optional<Span> span, std::string message,
                               std::string label) {
  ++errors_;
  return all_.emplace_back(
      Diagnostic{std::string(code), Severity::error, span, std::move(message), std::move(label), {}, {}});
}

Diagnostic& Diagnostics::warning(std::string_view code, std::optional<Span> span, std::string message,
                                 std::string label) {
  return all_.emplace_back(
      Diagnostic{std::string(code), Severity::warning, span, std::move(message), std::move(label), {}, {}});
}

Diagnostic& Diagnostics::note(std::string_view code, std::optional<Span> span, std::string message, std::string label) {
  return all_.emplace_back(
      Diagnostic{std::string(code), Severity::note, span, std::move(message), std::move(label), {}, {}});
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  all_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> sorted(all_.begin(), all_.end());
  std::ranges::stable_sort(sorted, [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  const auto repeated = std::ranges::unique(sorted);
  sorted.erase(repeated.begin(), repeated.end());
  return sorted;
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest = 128;
  if (word.size() > longest) return {};
  // Of equally near ones, the one that begins alike for longer is more likely meant.
  struct Near {
    std::size_t edits;
    std::size_t differs_at;
    std::string_view candidate;
    bool operator==(const Near&) const = default;
  };
  std::vector<Near> found;
  for (const std::string_view candidate : candidates) {
    const std::size_t allowed = word.size() / 3;
    const std::size_t apart =
        word.size() > candidate.size() ? word.size() - candidate.size() : candidate.size() - word.size();
    if (apart > allowed || candidate == word) continue;
    const std::size_t edits = distance(word, candidate);
    const auto differs_at = static_cast<std::size_t>(std::ranges::mismatch(word, candidate).in1 - word.begin());
    if (edits <= allowed) found.push_back({edits, differs_at, candidate});
  }
  std::ranges::sort(found, [](const Near& a, const Near& b) {
    return std::tuple(a.edits, b.differs_at, a.candidate) < std::tuple(b.edits, a.differs_at, b.candidate);
  });
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  if (found.size() > 3) found.resize(3);
  std::vector<std::string> words;
  for (const Near& near : found) words.emplace_back(near.candidate);
  return words;
}

}  // namespace dmc::grammar
