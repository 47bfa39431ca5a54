// Reads targets and says what is wrong with them; never repeats a URL that could hold a password.
#include "runtime/cli/targets.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/catalog/catalog.hpp"
#include "grammar/diagnostic.hpp"
#include "runtime/cli/project.hpp"
#include "runtime/cli/version.hpp"
#include "runtime/executor/next.hpp"

namespace dmc::cli {
namespace {

struct NamedEngine {
  std::string name, engine;
};

struct Typed {
  std::optional<std::string> name;
  std::string url;
  std::optional<std::string> shard;  ///< "s1/a" of "shop/s1/a"
};

/// A name stands before the first '=', unless that '=' belongs to a URL: then a ':' stands before it.
Typed split(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == text.npos || text.find(':') < equals) return {std::nullopt, text, std::nullopt};
  Typed typed{text.substr(0, equals), text.substr(equals + 1), std::nullopt};
  if (const auto slash = typed.name->find('/'); slash != std::string::npos) {
    typed.shard = typed.name->substr(slash + 1);
    typed.name->resize(slash);
    const auto second = typed.shard->find('/');
    if (typed.shard->empty() || second == 0 || second + 1 == typed.shard->size() ||
        (second != std::string::npos && typed.shard->find('/', second + 1) != std::string::npos))
      throw Refusal(Exit::usage, "'--on' names one of several hosts as DATABASE/SHARD or DATABASE/SHARD/REPLICA",
                    {"for instance  --on shop/s1/a=clickhouse://…"});
  }
  return typed;
}

std::string listed(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

/// What was typed, with what it lacks.
std::string example(const Command& command, const Arguments& arguments, const NamedEngine& database) {
  const auto operand = arguments.operand();
  return fmt::format("dmc {}{} --on {}={}", command.name,
                     operand ? " " + grammar::escaped(executor::shell_word(*operand)) : std::string(), database.name,
                     database.engine == "sqlite" ? fmt::format("sqlite:{}.db", database.name)
                                                 : session::url_to_fill_in(database.engine));
}

std::string name_of(const Typed& typed, const Command& command, const Arguments& arguments,
                    const std::vector<std::string>& databases, const std::string& engine) {
  if (!typed.name) {
    if (databases.size() == 1) return databases.front();
    if (databases.empty())
      throw Refusal(Exit::usage, "'--on' lacks the name of the database in front of the URL",
                    {example(command, arguments, {"shop", "sqlite"})});
    throw Refusal(Exit::usage,
                  fmt::format("there are several databases ({}): say which one a URL is", listed(databases)),
                  {example(command, arguments, {databases.front(), engine})});
  }
  return *typed.name;
}

/// The only database of the project, as its newest catalog has it.
std::optional<NamedEngine> only_database(const World& world) {
  const auto project = find_project_if_there(world.directory);
  const auto catalogs = project ? project->catalogs() : std::vector<std::pair<std::int64_t, std::string>>{};
  plan::JsonError error;
  const auto newest = catalogs.empty() ? std::nullopt : catalog::parse_catalog(catalogs.back().second, error);
  if (!newest || newest->databases.size() != 1) return std::nullopt;
  return NamedEngine{newest->databases.front().model.name, newest->databases.front().model.engine};
}

/// Every `--on`, in the order of the names; `name` answers what a target is called, `for_example` what one could be.
template <class Name, class ForExample>
std::vector<executor::TargetAddress> typed_targets(const Command& command, const Arguments& arguments, Name name,
                                                   ForExample for_example) {
  std::vector<executor::TargetAddress> targets;
  for (const auto& text : arguments.values("--on")) {
    const auto typed = split(text);
    if (typed.name && typed.name->empty())
      throw Refusal(Exit::usage, "'--on' lacks the name of the database in front of '='",
                    {example(command, arguments, for_example())});
    executor::TargetAddress target{name(typed), read_url(typed.url)};
    if (typed.shard) target.shard = *typed.shard;
    if (std::any_of(targets.begin(), targets.end(), [&](const auto& other) { return other.url == target.url; }))
      throw Refusal(Exit::usage, fmt::format("{} is given twice", target.url.shown()), {"name each database once"});
    targets.push_back(std::move(target));
  }
  if (targets.empty())
    throw Refusal(Exit::usage, fmt::format("'dmc {}' needs to know where the database is", command.name),
                  {example(command, arguments, for_example())});
  std::stable_sort(targets.begin(), targets.end(),
                   [](const auto& a, const auto& b) { return a.database < b.database; });
  return targets;
}

}  // namespace

Option on_option() {
  return {"--on", "NAME=URL", "where database NAME lies, for instance shop=sqlite:shop.db",
          {},     true,       Completes::database,
          true};
}

session::Url read_url(const std::string& text) {
  std::string reason;
  if (auto url = session::parse_url(text, reason)) return std::move(*url);
  // What has no scheme is a path, and holds no password that must not be repeated.
  const bool path = text.find(':') == text.npos && !text.empty();
  throw Refusal(Exit::usage, reason,
                {path ? fmt::format("did you mean  sqlite:{} ?", text)
                      : "a database is given as  sqlite:PATH, postgres://USER@HOST/DATABASE  or  "
                        "clickhouse://USER@HOST/DATABASE"});
}

std::vector<executor::TargetAddress> read_targets(const Command& command, const Arguments& arguments,
                                                  const std::vector<std::string>& databases,
                                                  const std::string& engine) {
  auto targets = typed_targets(
      command, arguments, [&](const Typed& typed) { return name_of(typed, command, arguments, databases, engine); },
      [&] {
        return NamedEngine{databases.empty() ? std::string("shop") : databases.front(), engine};
      });
  if (!databases.empty()) check_targets(targets, databases);
  return targets;
}

std::vector<executor::TargetAddress> read_some_targets(const Command& command, const Arguments& arguments,
                                                       const std::vector<std::string>& databases,
                                                       const std::string& engine) {
  auto targets = typed_targets(
      command, arguments, [&](const Typed& typed) { return name_of(typed, command, arguments, databases, engine); },
      [&] {
        return NamedEngine{databases.front(), engine};
      });
  for (const auto& target : targets)
    if (std::find(databases.begin(), databases.end(), target.database) == databases.end())
      throw Refusal(Exit::usage,
                    fmt::format("no database '{}' is declared; there is {}", target.database, listed(databases)));
  return targets;
}

std::vector<executor::TargetAddress> read_targets(const Command& command, const Arguments& arguments, World& world) {
  const auto name = [&](const Typed& typed) {
    if (typed.name) return *typed.name;
    journal::Sinks nobody({});
    auto surroundings = environment(world, nobody);
    if (auto called = executor::named_by_ledger(read_url(typed.url), surroundings)) return std::move(*called);
    if (auto only = only_database(world)) return std::move(only->name);
    return name_of(typed, command, arguments, {}, "sqlite");
  };
  return typed_targets(command, arguments, name, [&] {
    return only_database(world).value_or(NamedEngine{"shop", "sqlite"});
  });
}

void check_targets(const std::vector<executor::TargetAddress>& targets, const std::vector<std::string>& databases) {
  for (const auto& target : targets) {
    if (std::find(databases.begin(), databases.end(), target.database) != databases.end()) continue;
    std::vector<std::string> next;
    if (const auto near = grammar::nearest(target.database, {databases.begin(), databases.end()}); !near.empty())
      next.push_back(fmt::format("did you mean '{}'?", near.front()));
    throw Refusal(
        Exit::usage,
        fmt::format("there is no database '{}' in this plan; it is about {}", target.database, listed(databases)),
        std::move(next));
  }
  for (const auto& database : databases)
    if (std::none_of(targets.begin(), targets.end(), [&](const auto& target) { return target.database == database; }))
      throw Refusal(Exit::usage, fmt::format("the plan also changes '{}', and no '--on' says where that is", database),
                    {fmt::format("add  --on {}=URL", database)});
}

session::Holder this_runner(const World& world) {
  return {world.process, world.host, world.user, fmt::format("dmc {}", version), ""};
}

executor::Environment environment(World& world, journal::Sink& sink) {
  return {world.connector, world.dialects, world.clock, sink, world.stop, this_runner(world)};
}

}  // namespace dmc::cli
