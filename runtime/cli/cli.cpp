// Finds the command, runs it, and says in plain words why one could not go on.
#include "runtime/cli/cli.hpp"

#include <algorithm>
#include <new>
#include <ostream>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/help.hpp"

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

void say(World& world, const std::string& happened, const std::vector<std::string>& next) {
  world.out.flush();
  world.err << "dmc: " << grammar::escaped(happened) << "\n";
  for (const auto& line : next) world.err << "  " << grammar::escaped(line) << "\n";
}

}  // namespace

int run(const std::vector<std::string>& words, World& world) {
  try {
    const auto exit = dispatch(words, world);
    world.out.flush();
    if (world.out) return static_cast<int>(exit);
    say(world, "what the command answers could not be written: the disk is full, or the output was closed",
        {exit == Exit::done ? "the command itself came to its end" : "the command itself did not come to its end",
         "a database that was being changed says where it stands:  dmc status --on NAME=URL"});
    return static_cast<int>(exit == Exit::done ? Exit::failed : exit);
  } catch (const Refusal& refusal) {
    say(world, refusal.what(), refusal.next);
    return static_cast<int>(refusal.exit);
  } catch (const session::TargetHeld& held) {
    say(world, held.what(), {"nothing was changed; run it again when the other runner is done"});
    return static_cast<int>(Exit::held);
  } catch (const session::SessionError& error) {
    say(world, error.what(), {"dmc status --on NAME=URL    says where the database stands"});
    return static_cast<int>(Exit::failed);
  } catch (const std::bad_alloc&) {
    say(world, "there is not enough memory to go on",
        {"a database that was being changed says where it stands:  dmc status"});
    return static_cast<int>(Exit::failed);
  } catch (const std::exception&) {
    // Its text speaks to developers of dmc, not to the person here; a debugger that stops at a throw shows it.
    say(world, "this is a mistake in dmc itself, and it had to stop",
        {"a database that was being changed says where it stands:  dmc status --on NAME=URL",
         "please report it with the command you typed, the files it reads, and what  dmc version  prints"});
    return static_cast<int>(Exit::failed);
  }
}

}  // namespace dmc::cli
