// What a sub-command is: its words as data, from which parsing, help, completion and the manual page all follow.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cli/exit.hpp"
#include "runtime/cli/world.hpp"

namespace dmc::cli {

/// What a shell offers for a value or an operand.
enum class Completes { nothing, file, directory, plan, database, command };

struct Option {
  std::string_view name;                       ///< "--format"
  std::string_view value;                      ///< "FORMAT"; empty: a switch
  std::string_view says;                       ///< a few words; the page says it in full
  std::vector<std::string_view> choices = {};  ///< the only values there are; empty: any
  bool repeatable = false;
  Completes completes = Completes::nothing;
  bool required = false;  ///< shown as such; the command itself says what it lacks, with an example
};

struct Operand {
  std::string_view name;  ///< "PLAN"
  bool required = true;
  bool repeatable = false;
  Completes completes = Completes::file;
  std::vector<std::string_view> choices = {};
};

/// What was typed behind the name of a command, already found to fit its options.
struct Arguments {
  std::vector<std::string> operands;
  std::map<std::string, std::vector<std::string>, std::less<>> options;  ///< a switch that was given has no values

  bool given(std::string_view option) const { return options.find(option) != options.end(); }
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> values(std::string_view option) const;
  /// The first operand, or none.
  std::optional<std::string> operand() const;
};

struct Command {
  std::string_view name;
  std::string_view summary;  ///< one line without a full stop: the list of commands and the manual page's name line
  std::vector<Operand> operands;
  std::vector<Option> options;
  Exit (*run)(const Arguments&, World&);
};

/// Fits what was typed to the command's options, or throws a Refusal (usage) that says what does not fit and what was
/// meant.
Arguments read_arguments(const Command& command, const std::vector<std::string>& typed);

/// "dmc run PLAN --on NAME=URL … [OPTION …]"
std::string usage_line(const Command& command);

}  // namespace dmc::cli
