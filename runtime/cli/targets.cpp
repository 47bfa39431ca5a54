// Reads targets and says what is wrong with them; never repeats a URL that could hold a password.
#include "runtime/cli/targets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "grammar/diagnostic.hpp"
#include "runtime/cli/version.hpp"

namespace dmc::cli {
namespace {

struct Typed {
  std::optional<std::string> name;
  std::string url;
};

/// A name stands before the first '=', unless that '=' belongs to a URL: then a ':' stands before it.
Typed split(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == text.npos || text.find(':') < equals) return {std::nullopt, text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string listed(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

std::string example(const Command& command, const std::string& name) {
  return fmt::format("dmc {} … --on {}=sqlite:{}.db", command.name, name, name);
}

std::string name_of(const Typed& typed, const Command& command, const std::vector<std::string>& databases) {
  if (!typed.name) {
    if (databases.size() == 1) return databases.front();
    if (databases.empty())
      throw Refusal(Exit::usage, "'--on' lacks the name of the database in front of the URL",
                    {example(command, "shop")});
    throw Refusal(Exit::usage,
                  fmt::format("this plan is about several databases ({}): say which one a URL is", listed(databases)),
                  {example(command, databases.front())});
  }
  if (databases.empty() || std::find(databases.begin(), databases.end(), *typed.name) != databases.end())
    return *typed.name;
  std::vector<std::string> next;
  if (const auto near = grammar::nearest(*typed.name, {databases.begin(), databases.end()}); !near.empty())
    next.push_back(fmt::format("did you mean '{}'?", near.front()));
  throw Refusal(Exit::usage,
                fmt::format("there is no database '{}' in this plan; it is about {}", grammar::escaped(*typed.name),
                            listed(databases)),
                std::move(next));
}

}  // namespace

Option on_option() {
  return {"--on", "NAME=URL", "where database NAME lies, for instance shop=sqlite:shop.db",
          {},     true,       Completes::database};
}

session::Url read_url(const std::string& text) {
  std::string reason;
  if (auto url = session::parse_url(text, reason)) return std::move(*url);
  throw Refusal(Exit::usage, reason, {"a database is given as  sqlite:PATH"});
}

std::vector<executor::TargetAddress> read_targets(const Command& command, const Arguments& arguments,
                                                  const std::vector<std::string>& databases) {
  std::vector<executor::TargetAddress> targets;
  for (const auto& text : arguments.values("--on")) {
    const auto typed = split(text);
    targets.push_back({name_of(typed, command, databases), read_url(typed.url)});
  }
  const auto name = databases.empty() ? std::string("shop") : databases.front();
  if (targets.empty())
    throw Refusal(Exit::usage, fmt::format("'dmc {}' needs to know where the database is", command.name),
                  {example(command, name)});
  std::stable_sort(targets.begin(), targets.end(),
                   [](const auto& a, const auto& b) { return a.database < b.database; });
  for (const auto& database : databases)
    if (std::none_of(targets.begin(), targets.end(), [&](const auto& target) { return target.database == database; }))
      throw Refusal(Exit::usage, fmt::format("the plan also changes '{}', and no '--on' says where that is", database),
                    {fmt::format("add  --on {}=URL", database)});
  return targets;
}

session::Holder this_runner(const World& world) {
  return {world.process, world.host, world.user, fmt::format("dmc {}", version), ""};
}

executor::Environment environment(World& world, journal::Sink& sink) {
  return {world.connector, world.dialects, world.clock, sink, world.stop, this_runner(world)};
}

}  // namespace dmc::cli
