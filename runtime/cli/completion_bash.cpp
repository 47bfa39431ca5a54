// Completion for bash.
#include <fmt/format.h>

#include "runtime/cli/completion.hpp"

namespace dmc::cli {
namespace {

/// What bash runs to fill COMPREPLY for one kind of word.
std::string reply(Completes completes, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format("_dmc_offer -W '{}'", fmt::join(choices, " "));
  switch (completes) {
    case Completes::nothing:
      return ":";
    case Completes::file:
      return "_dmc_offer -f";
    case Completes::directory:
      return "_dmc_offer -d";
    case Completes::plan:
      return "_dmc_offer -f -X '!*.plan.json'; _dmc_offer -d";
    case Completes::database:
      return "_dmc_database";
    case Completes::command:
      return "_dmc_offer -W \"$commands\"";
  }
  return ":";
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
  out += fmt::format("      if [[ $word == -* ]]; then _dmc_offer -W '{}'; return; fi\n", names);
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
  // A word with ':' or '=' in it (--on shop=sqlite:…, --format=json) is one word to dmc but several to bash: `whole` is
  // dmc's, and only the last of bash's pieces is completed.
  return fmt::format(R"(# dmc completion for bash:  source <(dmc completion bash)
_dmc_offer() {{
  local found
  if [[ $1 == -[fd] ]]; then compopt -o filenames; fi
  while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen "$@" -- "$word")
}}
_dmc_database() {{
  if [[ $whole == *sqlite:* ]]; then _dmc_offer -f; return; fi
  compopt -o nospace
  _dmc_offer -W sqlite:
}}
_dmc() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} line=${{COMP_LINE:0:COMP_POINT}}
  local whole=${{line##*[[:space:]]}} commands='{}'
  if [[ $word == [=:] ]]; then word=; fi
  if [[ $whole == --*=* ]]; then
    before=${{whole%%=*}}
  elif [[ $whole == *[=:]* ]]; then
    read -ra before <<< "${{line%"$whole"}}"
    before=${{before[-1]}}
  fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then _dmc_offer -W "$commands"; return; fi
  case "${{COMP_WORDS[1]}}" in
{}  esac
}}
complete -F _dmc dmc
)",
                     names, cases);
}

}  // namespace dmc::cli
