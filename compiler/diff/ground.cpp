// Pairs the databases of both sides by name.
#include "compiler/diff/ground.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/model/print.hpp"

namespace dmc::diff {

namespace {

const model::Database* find(const std::vector<model::Database>& databases, std::string_view name) {
  const auto found = std::ranges::find(databases, name, &model::Database::name);
  return found == databases.end() ? nullptr : &*found;
}

/// What is gone from the project is a database in which nothing should be: each of its objects needs a statement.
void add_emptied(const std::vector<model::Database>& base, std::vector<model::Database>& desired) {
  for (const auto& database : base) {
    if (find(desired, database.name)) continue;
    model::Database emptied;
    emptied.name = database.name;
    emptied.engine = database.engine;
    emptied.oldest_version = database.oldest_version;
    desired.push_back(std::move(emptied));
  }
  std::ranges::sort(desired, {}, &model::Database::name);
}

}  // namespace

Ground::Ground(const std::vector<model::Database>& base, std::vector<model::Database>& desired,
               const model::Intent& intent, const dialects::Dialects& dialects, const grammar::Sources& sources,
               grammar::Diagnostics& diagnostics)
    : intent_(intent), sources_(sources), diagnostics_(diagnostics) {
  add_emptied(base, desired);
  for (auto& database : desired) {
    const auto* dialect = dialects.find(database.engine);
    if (!dialect) continue;
    const auto* before = find(base, database.name);
    if (before && before->engine != database.engine) {
      diagnostics_.error("E0290", database.origin.span,
                         fmt::format("database '{}' is on {} in {} and on {} here", database.name, before->engine,
                                     base_name(), database.engine),
                         "a database keeps its engine: give the new one a name of its own");
      continue;
    }
    if (!before) {
      model::Database& empty = empty_.emplace_back();
      empty.name = database.name;
      empty.engine = database.engine;
      before = &empty;
    }
    sites_.push_back({before, &database, dialect});
    wanted_.emplace_back(database, *dialect);
  }
}

std::vector<State> Ground::before() const {
  std::vector<State> states;
  states.reserve(sites_.size());
  for (const auto& site : sites_) states.emplace_back(*site.base, *site.dialect);
  return states;
}

std::optional<std::size_t> Ground::site(std::string_view database) const {
  for (std::size_t at = 0; at < sites_.size(); ++at)
    if (sites_[at].desired->name == database) return at;
  return std::nullopt;
}

std::string Ground::shown(std::size_t site, std::string_view path, std::string_view member) const {
  std::string out = sites_.size() > 1 ? sites_[site].desired->name + "." : std::string();
  out += path;
  if (!member.empty()) out.append(".").append(member);
  return out;
}

std::string Ground::written_whole(std::size_t site, std::string_view name) const {
  return (sites_.size() > 1 ? model::quoted(sites_[site].desired->name) + "." : std::string()) + model::quoted(name);
}

std::string Ground::written(std::size_t site, std::string_view path, std::string_view member) const {
  std::string out = sites_.size() > 1 ? model::quoted(sites_[site].desired->name) + "." : std::string();
  if (const auto dot = path.find('.'); dot != std::string_view::npos) {
    out += model::quoted(path.substr(0, dot)) + ".";
    path.remove_prefix(dot + 1);
  }
  out += model::quoted(path);
  if (!member.empty()) out += "." + model::quoted(member);
  return out;
}

std::string Ground::place(const model::Origin& origin, std::string_view what) const {
  if (!origin.span) return std::string(what);
  grammar::Span span = *origin.span;
  while (sources_.file(span.file).expansion) span = sources_.file(span.file).expansion->use;
  return fmt::format("{}:{}: {}", sources_.file(span.file).name, sources_.position(span).line, what);
}

std::string Ground::words(const model::Statement& statement) const {
  return fmt::format("change {}, line {}: {}", intent_.number, statement.line, statement.words);
}

std::string Ground::base_name() const { return fmt::format("catalog {}", intent_.number - 1); }

std::string Ground::declare(std::string_view statement) const {
  return fmt::format("declare it in change {}:  {}", intent_.number, statement);
}

}  // namespace dmc::diff
