// Completion for zsh.
#include <fmt/format.h>

#include "runtime/cli/completion.hpp"

namespace dmc::cli {
namespace {

/// Text inside single quotes of an `_arguments` specification.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == ':' || c == '[' || c == ']')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string action(Completes completes, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  switch (completes) {
    case Completes::nothing:
      return " ";
    case Completes::file:
      return "_files";
    case Completes::directory:
      return "_files -/";
    case Completes::plan:
      return "_files -g \"*.plan.json\"";
    case Completes::database:
      return "_dmc_databases";
    case Completes::command:
      return "_dmc_commands";
  }
  return " ";
}

std::string command_case(const Command& command) {
  std::string out = fmt::format("    {})\n      _arguments '--help[show the page of this command]'", command.name);
  for (const auto& option : command.options) {
    const auto star = option.repeatable ? "*" : "";
    const auto value = option.value.empty() ? "" : "=";
    out += fmt::format(" \\\n        '{}{}{}[{}]", star, option.name, value, in_quotes(option.says));
    if (!option.value.empty())
      out += fmt::format(":{}:{}", in_quotes(option.value), action(option.completes, option.choices));
    out += "'";
  }
  for (const auto& operand : command.operands)
    out += fmt::format(" \\\n        '{}:{}:{}'", operand.repeatable ? "*" : "", in_quotes(operand.name),
                       action(operand.completes, operand.choices));
  return out + "\n      ;;\n";
}

}  // namespace

std::string zsh_completion(const std::vector<Command>& commands) {
  std::string names;
  std::string cases;
  for (const auto& command : commands) {
    names += fmt::format("    '{}:{}'\n", command.name, in_quotes(command.summary));
    cases += command_case(command);
  }
  return fmt::format(R"(#compdef dmc
# dmc completion for zsh:  dmc completion zsh > FOLDER_OF_FPATH/_dmc
_dmc_commands() {{
  local -a commands
  commands=(
{}  )
  _describe command commands
}}
_dmc_databases() {{
  if compset -P '*sqlite:'; then _files; return; fi
  compset -P '*='
  compadd -S '' -- sqlite:
}}
_dmc() {{
  if (( CURRENT == 2 )); then _dmc_commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
if [[ $funcstack[1] == _dmc ]]; then _dmc "$@"; else compdef _dmc dmc; fi
)",
                     names, cases);
}

}  // namespace dmc::cli
