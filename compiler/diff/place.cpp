// Emits changes with the words of their statement, and finds what a statement names.
#include "compiler/diff/place.hpp"

#include <fmt/format.h>

namespace dmc::diff {

void Place::add(std::size_t site, std::string object, change::ChangeKind kind) const {
  change::Change change{std::move(kind),         states[site].name, std::move(object),
                        ground.words(statement), statement.origin,  true};
  if (order)
    order->add(site, std::move(change));
  else
    move_on(states[site], change);
}

grammar::Diagnostic& Place::error(std::string_view code, std::string message, std::string label) const {
  return error(code, statement.origin, std::move(message), std::move(label));
}

grammar::Diagnostic& Place::error(std::string_view code, const model::Origin& where, std::string message,
                                  std::string label) const {
  return ground.diagnostics().error(code, where.span, std::move(message), std::move(label));
}

std::optional<Kind> kind_at(std::string_view words, const Place& place) {
  const auto kind = kind_of(words);
  if (!kind)
    place.error("E0290", fmt::format("a statement about '{}' is not supported by this version", words),
                "tables, columns, indexes, constraints, views, triggers and objects are");
  return kind;
}

std::optional<std::size_t> site_at(std::string_view database, const model::Origin& where, const Place& place) {
  if (const auto site = place.ground.site(database)) return site;
  auto& diagnostic = place.error("E0291", where, fmt::format("there is no database '{}'", database), "in this project");
  std::vector<std::string_view> names;
  for (const auto& site : place.ground.sites()) names.push_back(site.desired->name);
  for (const auto& near : grammar::nearest(database, names))
    diagnostic.help.push_back(fmt::format("did you mean '{}'?", near));
  return std::nullopt;
}

std::optional<Subject> resolve_coming(const model::Path& path, Kind kind, const Place& place) {
  if (candidates(path, kind, place.states).empty()) {
    const auto coming = candidates(path, kind, place.ground.wanted());
    if (coming.size() == 1 && place.surveying()) return coming.front();
    if (coming.size() == 1) {
      place
          .error("E0298", path.origin, fmt::format("{} is not there yet", shown(place.ground, coming.front())),
                 "at this place of the change")
          .help.push_back("it comes once every name in it exists: move this statement behind the one that brings them");
      return std::nullopt;
    }
  }
  return resolve(path, kind, place.ground, place.states);
}

}  // namespace dmc::diff
