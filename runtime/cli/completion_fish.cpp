// Completion for fish.
#include <fmt/format.h>

#include "runtime/cli/completion.hpp"

namespace dmc::cli {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// Switches of `complete` that offer the right words; `-x` takes a value and offers no files, `-r` offers them.
std::string values(Completes completes, const std::vector<std::string_view>& choices) {
  if (!choices.empty()) return fmt::format(" -x -a {}", in_quotes(fmt::format("{}", fmt::join(choices, " "))));
  switch (completes) {
    case Completes::nothing:
      return " -x";
    case Completes::file:
      return " -r -F";
    case Completes::directory:
      return " -x -a '(__fish_complete_directories)'";
    case Completes::plan:
      return " -x -a '(__fish_complete_suffix .plan.json)'";
    case Completes::database:
      return " -x -a '(__dmc_databases)'";
    case Completes::command:
      return " -x -a '(__dmc_commands)'";
  }
  return "";
}

}  // namespace

std::string fish_completion(const std::vector<Command>& commands) {
  std::string names;
  std::string lines;
  for (const auto& command : commands) {
    names += fmt::format("  printf '%s\\t%s\\n' {} {}\n", command.name, in_quotes(command.summary));
    const auto here = fmt::format("complete -c dmc -n '__fish_seen_subcommand_from {}'", command.name);
    for (const auto& option : command.options)
      lines += fmt::format("{} -l {} -d {}{}\n", here, option.name.substr(2), in_quotes(option.says),
                           option.value.empty() ? "" : values(option.completes, option.choices));
    for (const auto& operand : command.operands)
      if (operand.completes != Completes::nothing || !operand.choices.empty())
        lines += fmt::format("{}{}\n", here, values(operand.completes, operand.choices));
  }
  return fmt::format(R"(# dmc completion for fish:  dmc completion fish > ~/.config/fish/completions/dmc.fish
function __dmc_commands
{}end
function __dmc_databases
  set -l typed (commandline -ct)
  set -l word (string replace -r '^--[a-z-]+=' '' -- "$typed")
  set -l head (string match -r '^.*sqlite:' -- "$word")
  if test -n "$head"
    for file in (__fish_complete_path (string replace -- "$head" '' "$word"))
      echo $head$file
    end
  else
    set -l name (string match -r '^[^=]*=' -- "$word")
    echo "$name"sqlite:
  end
end
complete -c dmc -f
complete -c dmc -n __fish_use_subcommand -a '(__dmc_commands)'
complete -c dmc -l help -d 'show the page of a command'
{})",
                     names, lines);
}

}  // namespace dmc::cli
