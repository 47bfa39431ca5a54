// What was typed, fitted to a command's options; the only place that knows CLI11.
#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/command.hpp"

namespace dmc::cli {
namespace {

std::string help_hint(const Command& command) { return fmt::format("dmc {} --help    shows all of it", command.name); }

Refusal wrong(const Command& command, const std::string& what, std::vector<std::string> next = {}) {
  next.push_back("usage: " + usage_line(command));
  next.push_back(help_hint(command));
  return {Exit::usage, what, std::move(next)};
}

std::string shown(std::string_view word) { return "'" + grammar::escaped(word) + "'"; }

std::vector<std::string> did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  auto near = grammar::nearest(word, candidates);
  for (const auto candidate : candidates)
    if (near.empty() && word.size() > 3 && candidate.starts_with(word)) near.emplace_back(candidate);
  if (near.empty()) return {};
  return {fmt::format("did you mean {}?", fmt::join(near, " or "))};
}

[[noreturn]] void refuse_leftover(const Command& command, const std::string& word) {
  if (word.size() > 1 && word.front() == '-') {
    const auto name = word.substr(0, word.find('='));
    std::vector<std::string_view> candidates{"--help"};
    for (const auto& option : command.options) {
      if (option.name == word)
        throw wrong(command, fmt::format("behind '--' nothing is an option any more, but there is {}", shown(word)),
                    {"put options before '--', or leave it away"});
      if (option.name == name)
        throw wrong(command, fmt::format("'{}' takes no value, but {} gives one", name, shown(word)));
      candidates.push_back(option.name);
    }
    throw wrong(command, fmt::format("'dmc {}' has no option {}", command.name, shown(name)),
                did_you_mean(name, candidates));
  }
  throw wrong(command,
              command.operands.empty()
                  ? fmt::format("'dmc {}' takes nothing behind its options, but there is {}", command.name, shown(word))
                  : fmt::format("'dmc {}' does not know what to do with {}", command.name, shown(word)));
}

void check_choice(const Command& command, const std::string& what, const std::string& word,
                  const std::vector<std::string_view>& choices) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) return;
  throw wrong(command, fmt::format("{} cannot be {}; there is {}", what, shown(word), fmt::join(choices, ", ")),
              did_you_mean(word, choices));
}

/// An option with nothing behind it, or with another option: the one mistake that CLI11 words for itself.
void check_values_there(const Command& command, const std::vector<std::string>& typed) {
  for (std::size_t at = 0; at < typed.size() && typed[at] != "--"; ++at)
    for (const auto& option : command.options) {
      const bool lacks = at + 1 == typed.size() || (typed[at + 1].size() > 1 && typed[at + 1].front() == '-');
      if (typed[at] == option.name && !option.value.empty() && lacks)
        throw wrong(command, fmt::format("'{}' needs a value: {} {}", option.name, option.name, option.value));
    }
}

std::string words_of(const Operand& operand) {
  const auto words = fmt::format("{}{}", operand.name, operand.repeatable ? "…" : "");
  return operand.required ? words : "[" + words + "]";
}

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options.find(option);
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto found = options.find(option);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::string> Arguments::operand() const {
  return operands.empty() ? std::nullopt : std::optional(operands.front());
}

std::string usage_line(const Command& command) {
  std::string line = fmt::format("dmc {}", command.name);
  for (const auto& operand : command.operands) line += " " + words_of(operand);
  for (const auto& option : command.options) {
    const auto value =
        option.choices.empty() ? std::string(option.value) : fmt::format("{}", fmt::join(option.choices, "|"));
    const auto words = fmt::format("{}{}{}", option.name, value.empty() ? "" : " ", value);
    line += option.required ? " " + words : " [" + words + "]";
    if (option.repeatable) line += "…";
  }
  return line;
}

Arguments read_arguments(const Command& command, const std::vector<std::string>& typed) {
  check_values_there(command, typed);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Arguments arguments;
  std::vector<std::pair<const Option*, CLI::Option*>> options;
  for (const auto& option : command.options) {
    auto* known =
        option.value.empty() ? app.add_flag(std::string(option.name)) : app.add_option(std::string(option.name));
    if (!option.value.empty())
      known->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
    options.emplace_back(&option, known);
  }
  app.add_option("operands", arguments.operands);
  try {
    app.parse(std::vector<std::string>(typed.rbegin(), typed.rend()));
  } catch (const CLI::ParseError&) {
    throw wrong(command, fmt::format("'dmc {}' could not make sense of its options", command.name));
  }
  for (const auto& left : app.remaining())
    if (left != "--") refuse_leftover(command, left);
  for (const auto& [option, known] : options) {
    if (known->count() == 0) continue;
    const auto values = option->value.empty() ? std::vector<std::string>{} : known->results();
    if (values.size() > 1 && !option->repeatable)
      throw wrong(command, fmt::format("'{}' is given {} times, but can be given once", option->name, values.size()));
    for (const auto& value : values) check_choice(command, fmt::format("'{}'", option->name), value, option->choices);
    arguments.options.emplace(option->name, values);
  }
  std::size_t required = 0;
  for (const auto& operand : command.operands) required += operand.required ? 1 : 0;
  if (arguments.operands.size() < required)
    throw wrong(command,
                fmt::format("'dmc {}' lacks {}", command.name, command.operands[arguments.operands.size()].name));
  const bool repeats = !command.operands.empty() && command.operands.back().repeatable;
  if (arguments.operands.size() > command.operands.size() && !repeats)
    refuse_leftover(command, arguments.operands[command.operands.size()]);
  for (std::size_t i = 0; i < arguments.operands.size() && !command.operands.empty(); ++i) {
    const auto& operand = command.operands[std::min(i, command.operands.size() - 1)];
    check_choice(command, std::string(operand.name), arguments.operands[i], operand.choices);
  }
  return arguments;
}

}  // namespace dmc::cli
