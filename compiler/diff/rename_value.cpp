// rename value enum.a to b
#include <algorithm>

#include <fmt/format.h>

#include "compiler/dialects/values.hpp"
#include "compiler/diff/place.hpp"
#include "compiler/model/print.hpp"
#include "compiler/model/sql_text.hpp"

namespace dmc::diff {

namespace {

struct Enum {
  std::size_t site;
  const model::Object* object;
  const dialects::Values* dialect;
  std::vector<std::string> values;

  bool has(const std::string& value) const { return std::ranges::find(values, value) != values.end(); }
};

/// Whether `[database.][schema.]name` can mean the object.
bool is_called(const model::Object& object, const std::vector<std::string>& parts, const State& state) {
  const auto path = model::unquoted_path(object.name.substr(object.type.size() + 1));
  const auto dot = path.rfind('.');
  const auto& home = state.dialect->description().default_schema;
  const auto schema = dot == std::string::npos ? home : path.substr(0, dot);
  if (parts.empty() || parts.back() != path.substr(dot == std::string::npos ? 0 : dot + 1)) return false;
  if (parts.size() == 1) return true;
  if (parts.size() == 2) return parts[0] == schema || parts[0] == state.name;
  return parts.size() == 3 && parts[0] == state.name && parts[1] == schema;
}

std::vector<Enum> enums_called(const std::vector<std::string>& parts, const std::vector<State>& states) {
  std::vector<Enum> found;
  for (std::size_t site = 0; site < states.size(); ++site) {
    const auto* dialect = dynamic_cast<const dialects::Values*>(&states[site].dialect->texts());
    if (!dialect) continue;
    states[site].objects.each([&](const model::Object& object) {
      if (object.type != "enum" || !is_called(object, parts, states[site])) return;
      if (auto values = dialect->values_of(object)) found.push_back({site, &object, dialect, std::move(*values)});
    });
  }
  return found;
}

model::Database everything(const State& state) {
  model::Database database;
  database.name = state.name;
  database.engine = state.dialect->description().name;
  state.tables.each([&](const auto& one) { database.tables.push_back(one); });
  state.views.each([&](const auto& one) { database.views.push_back(one); });
  state.triggers.each([&](const auto& one) { database.triggers.push_back(one); });
  state.objects.each([&](const auto& one) { database.objects.push_back(one); });
  return database;
}

/// What the rename of the value makes another thing of it, as it is then.
std::vector<change::ObjectAfter> carried(const State& state, const Enum& type, const std::string& from,
                                         const std::string& to) {
  const auto before = everything(state);
  auto after = before;
  type.dialect->rename_value(after, type.object->path(), from, to);
  std::vector<change::ObjectAfter> changed;
  const auto compare = [&](const auto& was, const auto& is, const auto& label) {
    for (std::size_t at = 0; at < was.size(); ++at)
      if (!(was[at] == is[at])) changed.push_back({label(is[at]), is[at]});
  };
  const auto labelled = [](std::string kind) {
    return [kind = std::move(kind)](const auto& one) { return kind + " " + one.path(); };
  };
  compare(before.tables, after.tables, labelled("table"));
  compare(before.views, after.views, labelled("view"));
  compare(before.triggers, after.triggers, labelled("trigger"));
  compare(before.objects, after.objects, [](const model::Object& one) { return one.label(); });
  return changed;
}

/// Sources that were not edited along ask for the old name.
void report_old_name(const Enum& type, const model::RenameStatement& statement, const Place& place) {
  const auto &from = statement.from.parts.back(), &to = statement.to.parts.back();
  for (const auto& [label, value] : carried(place.wanted(type.site), type, from, to))
    std::visit(
        [&](const auto& object) {
          place
              .error("E0294", object.origin,
                     fmt::format("{} still says '{}', which is called '{}' after line {} of change {}",
                                 grammar::escaped(label), grammar::escaped(from), grammar::escaped(to),
                                 place.statement.line, place.ground.intent().number),
                     "the old name")
              .help.push_back(fmt::format("write '{}' there", grammar::escaped(to)));
        },
        *value);
}

}  // namespace

bool rename_value(const model::RenameStatement& statement, const Place& place) {
  const auto& parts = statement.from.parts;
  const auto &from = parts.back(), &to = statement.to.parts.back();
  const std::vector<std::string> path(parts.begin(), parts.end() - 1);
  const auto name = model::Path{path, {}}.text();
  auto found = enums_called(path, place.states);
  if (found.size() != 1) {
    auto& said = place.error(found.empty() ? "E0291" : "E0292", statement.from.origin,
                             found.empty() ? fmt::format("there is no enum '{}'", name)
                                           : fmt::format("'{}' can be more than one enum", name),
                             found.empty() ? "at this place of the change" : "say which one");
    for (const auto& one : found)
      said.help.push_back(fmt::format(
          "write:  rename value {}.{} to {};",
          place.ground.written(one.site, model::unquoted_path(one.object->name.substr(one.object->type.size() + 1))),
          model::quoted(from), model::quoted(to)));
    return false;
  }
  const auto& type = found.front();
  if (!type.has(from) && type.has(to)) {
    place.ground.diagnostics().warning(
        "E0293", place.statement.origin.span,
        fmt::format("the value '{}' of '{}' bears its new name already", grammar::escaped(to), grammar::escaped(name)),
        "nothing is left to do here");
    return true;
  }
  if (!type.has(from)) {
    auto& said =
        place.error("E0291", statement.from.origin,
                    fmt::format("there is no value '{}' in enum '{}'", grammar::escaped(from), grammar::escaped(name)),
                    "at this place of the change");
    const std::vector<std::string_view> values(type.values.begin(), type.values.end());
    for (const auto& near : grammar::nearest(from, values))
      said.help.push_back(fmt::format("did you mean '{}'?", near));
    return false;
  }
  if (type.has(to)) {
    place.error("E0293",
                fmt::format("'{}' cannot take the name of '{}': both are values of enum '{}'", grammar::escaped(from),
                            grammar::escaped(to), grammar::escaped(name)),
                "both are there at this place of the change");
    return false;
  }
  const auto wanted = enums_called(path, {place.wanted(type.site)});
  const bool is_wanted = wanted.size() == 1 && wanted.front().has(to);
  if (wanted.size() == 1 && !is_wanted) {
    place
        .error("E0291", statement.to.origin,
               fmt::format("the desired state has no value '{}' in enum '{}'", grammar::escaped(to),
                           grammar::escaped(name)),
               "a rename leads to what is declared")
        .help.push_back(fmt::format("write it there, in the place of '{}'", grammar::escaped(from)));
    return false;
  }
  if (place.survey)
    place.survey->values.insert_or_assign(Subject{type.site, Kind::object, type.object->path(), {}}, place.number);
  if (place.order && is_wanted && !wanted.front().has(from))
    report_old_name({type.site, wanted.front().object, type.dialect, {}}, statement, place);
  const State& state = place.state(type.site);
  change::RenameValue kind{*type.object, *type.object, from, to, carried(state, type, from, to)};
  for (const auto& [label, value] : kind.objects)
    if (label == type.object->label()) kind.after = std::get<model::Object>(*value);
  const auto label = type.object->label();
  place.add(type.site, label, std::move(kind));
  return true;
}

}  // namespace dmc::diff
