// Completion for bash.
#include <fmt/format.h>

#include "runtime/cli/completion.hpp"

namespace dmc::cli {
namespace {

/// What bash runs to fill COMPREPLY for one kind of word.
std::string reply(Completes completes, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", fmt::join(choices, " "));
  switch (completes) {
    case Completes::nothing:
      return "COMPREPLY=()";
    case Completes::file:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Completes::directory:
      return "COMPREPLY=($(compgen -d -- \"$word\"))";
    case Completes::plan:
      return "COMPREPLY=($(compgen -f -X '!*.plan.json' -- \"$word\") $(compgen -d -S / -- \"$word\"))";
    case Completes::database:
      return "COMPREPLY=($(compgen -W 'sqlite:' -- \"$word\"))";
    case Completes::command:
      return "COMPREPLY=($(compgen -W \"$commands\" -- \"$word\"))";
  }
  return "COMPREPLY=()";
}

std::string command_case(const Command& command) {
  std::string values;
  std::string names = "--help";
  for (const auto& option : command.options) {
    names += fmt::format(" {}", option.name);
    if (!option.value.empty())
      values += fmt::format("        {}) {}; return ;;\n", option.name, reply(option.completes, option.choices));
  }
  std::string out = fmt::format("    {})\n", command.name);
  if (!values.empty()) out += fmt::format("      case \"$before\" in\n{}      esac\n", values);
  out +=
      fmt::format("      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); return; fi\n", names);
  if (!command.operands.empty())
    out += fmt::format("      {}\n", reply(command.operands.back().completes, command.operands.back().choices));
  return out + "      ;;\n";
}

}  // namespace

std::string bash_completion(const std::vector<Command>& commands) {
  std::string names;
  std::string cases;
  for (const auto& command : commands) {
    names += fmt::format("{}{}", names.empty() ? "" : " ", command.name);
    cases += command_case(command);
  }
  // A word with ':' or '=' in it (--on shop=sqlite:…) is one word to dmc but several to bash, so only its last piece is
  // completed.
  return fmt::format(R"(# dmc completion for bash:  source <(dmc completion bash)
_dmc() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} commands='{}'
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W "$commands" -- "$word")); return; fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
}}
complete -o filenames -F _dmc dmc
)",
                     names, cases);
}

}  // namespace dmc::cli
