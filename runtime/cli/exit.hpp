// How a command ends: its exit code, and what is said when it cannot go on.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dmc::cli {

/// The codes of every command; `exit_codes.md` holds them for people.
enum class Exit {
  done = 0,
  refused = 1,  ///< diagnostics, policy, a hash that does not match
  usage = 2,
  failed = 3,     ///< a step failed, met a conflict or is in doubt
  waiting = 4,    ///< at a gate, or another plan is under way
  held = 5,       ///< another runner holds the target
  elsewhere = 6,  ///< the target is not in the plan's base state
  interrupted = 130,
};

/// One of several things that stand against a command.
struct Reason {
  std::string code;
  std::string text;
  std::vector<std::string> help = {};  ///< commands that mend it
};

/// A command cannot go on: what happened and in which state things are (`what`), and what to type next. Thrown by
/// commands for what the world or the command line did, caught in `cli::run` alone.
class Refusal : public std::runtime_error {
 public:
  Refusal(Exit exit, const std::string& happened, std::vector<std::string> next = {})
      : std::runtime_error(happened), exit(exit), next(std::move(next)) {}
  Exit exit;
  std::vector<std::string> next;     ///< whole lines
  std::vector<Reason> reasons = {};  ///< what stands against it, where that is more than the sentence
};

}  // namespace dmc::cli
