// dmc hash: what a file's hash is, computed anew, and whether everything that names it agrees.
#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "compiler/plan/digest.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/artifact.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/findings.hpp"

namespace dmc::cli {
namespace {

struct Hashed {
  std::string file;
  std::string kind;
  std::string hash;
  std::vector<std::string> agrees;  ///< what else names this hash, and agrees
  std::vector<std::string> names;   ///< whose hashes this names, and they have them
  static void fields(auto& self, auto&& visit) {
    visit("file", self.file);
    visit("kind", self.kind);
    visit("hash", self.hash);
    visit("agrees", self.agrees);
    visit("names", self.names);
  }
};

constexpr std::string_view take_back = "take both files from version control, out of the same commit";

Exit run(const Arguments& arguments, World& world) {
  const auto file = *arguments.operand();
  const auto artifact = read_artifact(file, world);
  Hashed hashed{file, artifact.kind(), artifact.hash(), {}, {}};
  for (const auto& witness : witnesses(artifact, file, world)) {
    if (witness.hash != hashed.hash)
      throw Refusal(
          Exit::refused,
          fmt::format("{} is not the file that {} names", grammar::escaped(file), grammar::escaped(witness.name)),
          {fmt::format("the file is            {}", hashed.hash),
           fmt::format("and it should be       {}", witness.hash), std::string(take_back)});
    hashed.agrees.push_back(witness.name);
  }
  if (const auto beside = neighbour(artifact, file, world)) {
    if (beside->hash != beside->named)
      throw Refusal(Exit::refused,
                    fmt::format("{} belongs to another {} than the one beside it", grammar::escaped(file),
                                grammar::escaped(beside->name)),
                    {fmt::format("the one beside it is   {}", beside->hash),
                     fmt::format("and it should be       {}", beside->named), std::string(take_back)});
    hashed.names.push_back(beside->name);
  }
  if (as_json(arguments)) {
    world.out << grammar::escaped_json(plan::canonical(hashed)) << "\n";
    return Exit::done;
  }
  world.out << fmt::format("{}  {}\n", hashed.hash, grammar::escaped(file));
  for (const auto& name : hashed.agrees) world.out << fmt::format("  as {} says\n", grammar::escaped(name));
  for (const auto& name : hashed.names)
    world.out << fmt::format("  and {} is the one it names\n", grammar::escaped(name));
  return Exit::done;
}

}  // namespace

Command hash_command() {
  return {"hash",
          "recompute the hash of a plan or catalog and compare it with what names it",
          {{"FILE"}},
          {text_or_json_option()},
          run};
}

}  // namespace dmc::cli
