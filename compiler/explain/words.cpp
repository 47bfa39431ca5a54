// What was written by an author or read from a database is shown so that it cannot act on the reader's terminal or
// page.
#include "compiler/explain/words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"

namespace dmc::explain {

std::string shown(std::string_view text) { return grammar::escaped(text); }

std::vector<std::string> shown_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // A tab moves the cursor and nothing else; in SQL it is indentation.
    std::string spaced;
    for (const char c : line) spaced += c == '\t' ? std::string("  ") : std::string(1, c);
    while (spaced.ends_with(' ')) spaced.pop_back();
    if (!lines.empty() || !spaced.empty()) lines.push_back(grammar::escaped(spaced));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (!lines.empty()) lines.front().erase(0, lines.front().find_first_not_of(' '));
  return lines;
}

/// Behind an `@`, so that a forge tells nobody of that name that the page speaks of them; a backslash does not help.
constexpr std::string_view no_name = "&#8203;";

std::string in_markdown(std::string_view text) {
  constexpr std::string_view active = "\\`*_[]<>#|~&";
  const std::string harmless = grammar::escaped(text);
  std::string inert;
  for (std::size_t at = 0; at < harmless.size(); ++at) {
    const char c = harmless[at];
    const std::string_view rest = std::string_view(harmless).substr(at);
    // At the beginning these would open a list; the others make links of what only looks like an address.
    const bool opens = at == 0 && (c == '-' || c == '+');
    const bool links = (rest.starts_with("//") && inert.ends_with(':')) || (c == '.' && inert.ends_with("www"));
    if (opens || links || active.find(c) != std::string_view::npos) inert += '\\';
    inert += c;
    if (c == '@') inert += no_name;
  }
  return inert;
}

std::string in_html(std::string_view text) {
  std::string inert;
  for (const char c : grammar::escaped(text)) {
    constexpr std::string_view active = "&<>\"'";
    if (active.find(c) != std::string_view::npos)
      inert += fmt::format("&#{};", static_cast<int>(c));
    else
      inert += c;
  }
  return inert;
}

std::string in_markdown_html(std::string_view text) {
  std::string inert = in_html(text);
  for (auto at = inert.find('@'); at != std::string::npos; at = inert.find('@', at + 1)) inert.insert(at + 1, no_name);
  return inert;
}

std::string fenced(std::string_view text, std::string_view language) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  std::string block = fmt::format("{}{}\n", fence, language);
  for (const auto& line : shown_lines(text)) block += line + "\n";
  return block + fence + "\n";
}

std::string clipped(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return std::string(text.substr(0, most)) + "…";
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string duration(std::int64_t milliseconds) {
  constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute;
  if (milliseconds >= hour && milliseconds % hour == 0) return fmt::format("{} h", milliseconds / hour);
  if (milliseconds >= minute && milliseconds % minute == 0) return fmt::format("{} min", milliseconds / minute);
  if (milliseconds >= second && milliseconds % second == 0) return fmt::format("{} s", milliseconds / second);
  return fmt::format("{} ms", milliseconds);
}

std::string steps_words(const std::vector<std::size_t>& steps) {
  std::string list;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::size_t last = i;
    while (last + 1 < steps.size() && steps[last + 1] == steps[last] + 1) ++last;
    if (!list.empty()) list += ", ";
    list += std::to_string(steps[i]);
    if (last > i) list += fmt::format("{}{}", last > i + 1 ? "–" : ", ", steps[last]);
    i = last;
  }
  return fmt::format("step{} {}", steps.size() == 1 ? "" : "s", list);
}

std::string_view work_words(std::string_view work) {
  if (work == "catalog") return "for a moment";
  if (work == "scan") return "while every row is read";
  if (work == "index") return "while an index is built";
  if (work == "rewrite") return "while every row is written anew";
  if (work == "rows") return "for one batch of rows at a time";
  return work;
}

std::string pace_words(const plan::Pace& pace) {
  std::string words = pace.batch ? fmt::format("{} rows a batch", grouped(*pace.batch)) : "batches of about 200 ms";
  if (pace.parallel > 1) words += fmt::format(", {} at a time", pace.parallel);
  if (pace.rows_per_second) words += fmt::format(", at most {} rows a second", grouped(*pace.rows_per_second));
  if (pace.pause_ms > 0) words += fmt::format(", {} between two", duration(pace.pause_ms));
  return words;
}

std::string reverse_words(const plan::Reverse& reverse) {
  const std::string what = reverse.loses ? ": " + *reverse.loses : "";
  switch (reverse.grade) {
    case plan::ReverseClass::exact:
      return reverse.loses ? "as its author wrote it, which nothing proves" + what : "exact";
    case plan::ReverseClass::exact_until_written:
      return "exact until something is written" + what;
    case plan::ReverseClass::lossy:
      return "not everything comes back" + what;
    case plan::ReverseClass::none:
      return "none" + what;
  }
  return "";
}

std::string answer_words(const plan::QueryCheck& check) {
  std::string words(plan::name_of(check.comparison));
  if (check.comparison == plan::Comparison::is_empty || check.comparison == plan::Comparison::is_not_empty)
    return words;
  return words + " " + check.value.value_or("null");
}

std::string_view name_of(const plan::Step& step) {
  const std::string_view object = step.object;
  return object.substr(object.find(' ') + 1);
}

std::string title_of(const plan::Plan& plan) {
  return fmt::format("{}change {}: {}", plan.forward ? "" : "undo of ", plan.number, plan.title);
}

}  // namespace dmc::explain
