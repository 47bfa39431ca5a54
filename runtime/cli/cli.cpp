// Finds the command, runs it, and says in plain words why one could not go on.
#include "runtime/cli/cli.hpp"

#include <algorithm>
#include <functional>
#include <new>
#include <ostream>
#include <sstream>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/help.hpp"
#include "runtime/cli/refusal.hpp"

namespace dmc::cli {
namespace {

bool asks_for_help(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), std::find(words.begin(), words.end(), "--"),
                     [](const std::string& word) { return word == "--help" || word == "-h"; });
}

/// The words a person may use for help and version as for any other program.
std::vector<std::string> usual_words(std::vector<std::string> words) {
  if (words.empty()) return words;
  if (words.front() == "--help" || words.front() == "-h") words.front() = "help";
  if (words.front() == "--version" || words.front() == "-V") words.front() = "version";
  return words;
}

Exit dispatch(std::vector<std::string> words, World& world) {
  const auto commands = all_commands();
  if (words.empty()) {
    world.err << draw_overview(commands, world.terminal.width, {});
    return Exit::usage;
  }
  words = usual_words(std::move(words));
  const auto& command = find_command(words.front(), commands);
  words.erase(words.begin());
  if (asks_for_help(words)) {
    world.out << draw_help(command, world.terminal.width, world.terminal.paint);
    return Exit::done;
  }
  return command.run(read_arguments(command, words), world);
}

/// Whether what the command answers is for a program: then everything it could answer is one JSON document, also that
/// it cannot go on, or that the command line does not fit.
bool wants_json(std::vector<std::string> words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  const auto format = std::find(words.begin(), end, "--format");
  const bool typed = format != end && std::next(format) != end && *std::next(format) == "json";
  if (!typed && std::find(words.begin(), end, "--format=json") == end) return false;
  words = usual_words(std::move(words));
  const auto commands = all_commands();
  return std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
    if (command.name != words.front()) return false;
    return std::any_of(command.options.begin(), command.options.end(), [](const Option& option) {
      return option.name == "--format" &&
             std::find(option.choices.begin(), option.choices.end(), "json") != option.choices.end();
    });
  });
}

void say(World& world, const std::string& happened, const std::vector<std::string>& next) {
  world.out.flush();
  world.err << "dmc: " << grammar::escaped(happened) << "\n";
  for (const auto& line : next) world.err << "  " << grammar::escaped(line) << "\n";
}

int unwritten(World& world, Exit exit) {
  say(world, "what the command answers could not be written: the disk is full, or the output was closed",
      {exit == Exit::done ? "the command itself came to its end" : "the command itself did not come to its end",
       "a database that was being changed says where it stands:  dmc status --on NAME=URL"});
  return static_cast<int>(exit == Exit::done ? Exit::failed : exit);
}

/// Runs the command; why it could not go on is said in sentences, and told to `refused`.
int answer(const std::vector<std::string>& words, World& world, const std::function<void(const Refusal&)>& refused) {
  const auto refuse = [&](const Refusal& refusal) {
    say(world, refusal.what(), lines_below(refusal));
    refused(refusal);
    return static_cast<int>(refusal.exit);
  };
  try {
    const auto exit = dispatch(words, world);
    world.out.flush();
    return world.out ? static_cast<int>(exit) : unwritten(world, exit);
  } catch (const FoundRefusal& refusal) {
    world.out.flush();
    world.err << refusal.shown;
    return refuse(refusal);
  } catch (const Refusal& refusal) {
    return refuse(refusal);
  } catch (const session::TargetHeld& held) {
    return refuse({Exit::held, held.what(), {"nothing was changed; run it again when the other runner is done"}});
  } catch (const session::SessionError& error) {
    return refuse({Exit::failed, error.what(), {"dmc status --on NAME=URL    says where the database stands"}});
  } catch (const std::bad_alloc&) {
    return refuse({Exit::failed,
                   "there is not enough memory to go on",
                   {"a database that was being changed says where it stands:  dmc status"}});
  } catch (const std::exception&) {
    // Its text speaks to developers of dmc, not to the person here; a debugger that stops at a throw shows it.
    return refuse({Exit::failed,
                   "this is a mistake in dmc itself, and it had to stop",
                   {"a database that was being changed says where it stands:  dmc status --on NAME=URL",
                    "please report it with the command you typed, the files it reads, and what  dmc version  prints"}});
  }
}

}  // namespace

int run(const std::vector<std::string>& words, World& world) {
  if (!wants_json(words)) return answer(words, world, [](const Refusal&) {});
  // What was written stays if the command cannot go on behind it: a second document would make both unreadable.
  std::ostringstream written;
  World held{world.in,   written,        world.err,       world.terminal, world.directory, world.process, world.host,
             world.user, world.dialects, world.connector, world.stop,     world.clock,     world.variable};
  held.terminal.paint = {};
  const int exit = answer(words, held, [&](const Refusal& refusal) {
    if (written.view().empty()) written << refusal_json(refusal);
  });
  world.out << written.view() << std::flush;
  return world.out ? exit : unwritten(world, static_cast<Exit>(exit));
}

}  // namespace dmc::cli
