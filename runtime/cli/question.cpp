// Reads one line; the safe answer is the one that takes no key.
#include "runtime/cli/question.hpp"

#include <istream>
#include <ostream>
#include <string>

namespace dmc::cli {

bool ask(World& world, std::string_view question) {
  world.out.flush();
  world.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(world.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace dmc::cli
