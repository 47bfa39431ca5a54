// Reads the names out of text that is no statement, because a later item may refer to them.
#include "compiler/check/broken.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

using grammar::Kind;
using grammar::Span;

/// Words that a declared name follows, perhaps behind a second such word.
constexpr std::array declaring = std::to_array<std::string_view>(
    {"change", "column",       "database", "domain",  "enum",      "extension", "function",
     "index",  "materialized", "object",   "pattern", "procedure", "project",   "projection",
     "schema", "sequence",     "table",    "trigger", "unique",    "view"});

/// One word or quoted name of the text, or nothing at its end; `at` moves past it.
std::string_view next_word(std::string_view text, std::size_t& at) {
  while (at < text.size() && !is_name_start(text[at]) && text[at] != '"') ++at;
  if (at == text.size()) return {};
  const std::size_t begin = at;
  if (text[at] == '"') {
    const std::size_t close = text.find('"', at + 1);
    at = close == std::string_view::npos ? text.size() : close + 1;
    return text.substr(begin + 1, at - begin - 2);
  }
  while (at < text.size() && is_name_part(text[at])) ++at;
  return text.substr(begin, at - begin);
}

}  // namespace

void Broken::learn_name(std::string_view name) { names_.insert(lower_case(name)); }

void Broken::learn_stem(std::string_view name) { stems_.insert(lower_case(name)); }

void Broken::learn(const grammar::Tree& tree, const grammar::Diagnostics& diagnostics, std::size_t first) {
  const auto& all = diagnostics.all();
  for (std::size_t index = first; index < all.size(); ++index)
    if (all[index].span && all[index].severity == grammar::Severity::error) spans_.push_back(*all[index].span);
  if (all.size() == first) return;
  for (const grammar::Record& record : tree.records) {
    if (record.kind != Kind::unknown) continue;
    spans_.push_back({tree.file, record.begin, record.end});
    const std::string_view text = tree.text.substr(record.begin, record.end - record.begin);
    bool declares = false, is_first = true;
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view word = next_word(text, at);
      // `tabel orders {` is meant as one, too.
      const bool is_misspelt =
          std::exchange(is_first, false) && !grammar::nearest(word, {declaring.begin(), declaring.end()}).empty();
      const bool is_keyword = is_misspelt || std::ranges::binary_search(declaring, word);
      // The keyword as well: a `change` that cannot be read may be the one that is missing.
      if ((declares || is_keyword) && !word.empty()) learn_name(word);
      // A path's last part is the name, so the ones before a dot keep the expectation up.
      declares = is_keyword || (declares && at < text.size() && text[at] == '.');
    }
  }
}

bool Broken::within(Span span) const {
  return std::ranges::any_of(spans_, [&](const Span& broken) {
    return broken.file == span.file && broken.begin >= span.begin && broken.begin < span.end;
  });
}

bool Broken::may_declare(std::string_view name) const {
  if (names_.empty() && stems_.empty()) return false;
  const std::string lower = lower_case(name);
  return names_.contains(lower) || std::ranges::any_of(stems_, [&](const std::string& stem) {
           return lower == stem || lower.starts_with(stem + "_") || lower.ends_with("_" + stem);
         });
}

}  // namespace dmc::check
