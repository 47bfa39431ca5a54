// Numbers and foreign texts as a person should see them.
#include "runtime/report/text.hpp"

#include <algorithm>

namespace dmc::report {

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  return digits;
}

std::string duration(std::int64_t milliseconds) {
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (milliseconds < 1'000) return std::to_string(milliseconds) + " ms";
  if (milliseconds < 10'000)
    return std::to_string(milliseconds / 1'000) + "." + std::to_string(milliseconds % 1'000 / 100) + " s";
  const auto seconds = milliseconds / 1'000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3'600) return std::to_string(seconds / 60) + " min " + two(seconds % 60) + " s";
  return std::to_string(seconds / 3'600) + " h " + two(seconds / 60 % 60) + " min";
}

std::string shown(const std::string& text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out += grammar::escaped(std::string_view(text).substr(begin, end - begin));
    if (end < text.size()) out += '\n';
    begin = end + 1;
  }
  return out;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string in_markdown(const std::string& text) {
  std::string out;
  for (const char c : shown(text)) {
    if (std::string_view("\\`*_{}[]<>#|!~").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string fenced(const std::string& text, const std::string& language) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(longest + 1, '`');
  return fence + language + "\n" + shown(text) + "\n" + fence + "\n";
}

std::string state_words(const executor::StepReport& step, bool forward) {
  if (step.state == "done") return "done";
  if (step.state == "found") return "found done";
  if (step.state == "in_doubt") return "IN DOUBT";
  if (step.error) return "failed";
  if (step.state == "intended") return "begun";
  if (step.state == "undoing") return "half taken back";
  if (forward) return "not yet";
  // What another replica did was done here without an attempt of its own.
  return step.attempts > 0 || step.ended ? "taken back" : "never done";
}

std::string rows_words(const executor::StepReport& step) {
  if (!step.rows) return {};
  return " (" + grouped(*step.rows) + (*step.rows == 1 ? " row)" : " rows)");
}

std::string holder_words(const session::Holder& holder) {
  std::string text = (holder.runner.empty() ? std::string("a runner") : shown(holder.runner)) + ", process " +
                     std::to_string(holder.pid);
  if (!holder.user.empty()) text += " of " + shown(holder.user);
  if (!holder.host.empty()) text += " on " + shown(holder.host);
  if (!holder.since.empty()) text += ", since " + shown(holder.since);
  return text;
}

}  // namespace dmc::report
