// One question for each kind of names, whatever their number.
#include "runtime/cli/server_names.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "compiler/dialects/dialect.hpp"
#include "runtime/cli/exit.hpp"
#include "runtime/executor/inspection.hpp"

namespace dmc::cli {

namespace {

/// What a server has of one kind, or why it does not say.
struct Known {
  std::vector<std::string> names;
  std::string refusal;
};

Known names_in(const dialects::Query& query, const std::string& question) {
  Known known;
  try {
    for (const auto& row : query(question))
      if (!row.empty() && row.front()) known.names.push_back(*row.front());
  } catch (const session::SessionError& error) {
    if (error.retryable) throw;
    known.refusal = error.what();
  }
  return known;
}

void ask_server(const executor::TargetAddress& target, const std::vector<dialects::ServerName>& names, World& world,
                grammar::Diagnostics& diagnostics) {
  const auto session = world.connector.open(target.url, session::Missing::refuse, session::Access::read);
  const auto query = executor::query_on(*session);
  const auto server = fmt::format("{} ({})", target.name(), target.url.shown());
  std::map<std::string, Known> lists;
  std::set<std::string> unlisted;
  for (const auto& name : names) {
    const auto [at, is_new] = lists.try_emplace(name.all);
    if (is_new) at->second = names_in(query, name.all);
    if (!at->second.refusal.empty()) {
      if (unlisted.insert(name.kind).second) {
        auto& note = diagnostics.note(
            "E0628", std::nullopt, fmt::format("{} lists no {}s: names of them were not compared", server, name.kind));
        note.help.push_back("it says: " + at->second.refusal);
      }
      continue;
    }
    const auto& known = at->second.names;
    if (std::ranges::find(known, name.name) != known.end()) continue;
    auto& diagnostic = diagnostics.error(
        "E0628", name.origin.span, fmt::format("the server has no {} '{}'", name.kind, name.name), "of " + name.whose);
    diagnostic.help.push_back("asked: " + server);
    const auto near = grammar::nearest(name.name, {known.begin(), known.end()});
    if (!near.empty()) diagnostic.help.push_back(fmt::format("did you mean {}?", fmt::join(near, ", ")));
  }
}

}  // namespace

void ask_servers(const std::vector<executor::TargetAddress>& targets, const model::Project& project, World& world,
                 grammar::Diagnostics& diagnostics) {
  for (const auto& target : targets) {
    const auto database = std::ranges::find(project.databases, target.database, &model::Database::name);
    if (database == project.databases.end()) continue;
    if (target.url.engine != database->engine)
      throw Refusal(Exit::usage, fmt::format("database '{}' is declared on {}, and {} leads to another engine",
                                             database->name, database->engine, target.url.shown()));
    const auto* dialect = world.dialects.find(database->engine);
    const auto ask = dialect ? dialect->description().server_names : nullptr;
    if (!ask) {
      diagnostics.note(
          "E0628", std::nullopt,
          fmt::format("nothing that database '{}' is made of can be lacking on its server: it was not asked",
                      database->name));
      continue;
    }
    try {
      ask_server(target, ask(*database), world, diagnostics);
    } catch (const session::SessionError& error) {
      diagnostics.error("E0628", std::nullopt, fmt::format("{} cannot be asked", target.name()))
          .help.push_back(error.what());
    }
  }
}

}  // namespace dmc::cli
