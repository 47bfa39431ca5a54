// Reads paths from the right: what is left out may be anything, as long as one object fits.
#include "compiler/diff/subject.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "compiler/dialects/rows.hpp"

namespace dmc::diff {

namespace {

using Parts = std::vector<std::string>;

constexpr std::array<std::pair<std::string_view, Kind>, 10> kinds{{{"table", Kind::table},
                                                                   {"view", Kind::view},
                                                                   {"materialized view", Kind::view},
                                                                   {"trigger", Kind::trigger},
                                                                   {"object", Kind::object},
                                                                   {"column", Kind::column},
                                                                   {"index", Kind::index},
                                                                   {"constraint", Kind::constraint},
                                                                   {"partition", Kind::partition},
                                                                   {"projection", Kind::projection}}};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view left, std::string_view right, bool fold) {
  return fold ? std::ranges::equal(left, right, [](char a, char b) { return lower(a) == lower(b); }) : left == right;
}

/// `[schema.]name` in one database; without a schema, any will do.
struct Wanted {
  std::optional<std::string> schema;
  std::string name;
};

/// The ways to read the parts in this database.
std::vector<Wanted> readings(const Parts& parts, const State& state) {
  if (parts.size() == 1) return {{std::nullopt, parts[0]}};
  const auto& description = state.dialect->description();
  const auto schema = [&](const std::string& name) {
    return name == description.default_schema ? std::string() : name;
  };
  if (parts.size() == 3)
    return parts[0] == state.name ? std::vector<Wanted>{{schema(parts[1]), parts[2]}} : std::vector<Wanted>{};
  std::vector<Wanted> found{{schema(parts[0]), parts[1]}};
  if (parts[0] == state.name) found.push_back({std::nullopt, parts[1]});
  return found;
}

template <class T>
void collect(const Layered<T>& layer, const Wanted& wanted, bool scan, bool fold, std::vector<std::string>& paths) {
  if (!scan) {
    const std::string path =
        wanted.schema && !wanted.schema->empty() ? *wanted.schema + "." + wanted.name : wanted.name;
    if (layer.has(path)) paths.push_back(path);
    return;
  }
  layer.each([&](const T& object) {
    if (!same(object.name, wanted.name, fold)) return;
    if constexpr (requires { object.schema; })
      if (wanted.schema && !same(object.schema, *wanted.schema, fold)) return;
    paths.push_back(object.path());
  });
}

/// Paths of the objects that the parts may mean. A look-up answers nearly always; only a name without its schema, or in
/// other letter case, is searched for.
template <class T>
std::vector<std::string> find(const Layered<T>& layer, const Parts& parts, const State& state) {
  const auto& description = state.dialect->description();
  std::vector<std::string> paths;
  for (const auto& wanted : readings(parts, state))
    collect(layer, wanted, description.has_schemas && !wanted.schema, false, paths);
  if (paths.empty() && description.names_fold_case)
    for (const auto& wanted : readings(parts, state)) collect(layer, wanted, true, true, paths);
  std::ranges::sort(paths);
  paths.erase(std::ranges::unique(paths).begin(), paths.end());
  return paths;
}

/// The names of a table's members of one kind.
void each_member(const model::Table& table, Kind kind, const auto& visit) {
  if (kind == Kind::column)
    for (const auto& column : table.columns) visit(column.name);
  if (kind == Kind::index)
    for (const auto& index : table.indexes) visit(index.name);
  if (kind == Kind::partition && table.partitioned)
    for (const auto& partition : table.partitioned->partitions) visit(partition.path());
  if (kind == Kind::projection)
    for (const auto& projection : table.projections) visit(projection.name);
  if (kind != Kind::constraint) return;
  for (const auto& exclusion : table.exclusions) visit(exclusion.name);
  if (table.primary_key) visit(table.primary_key->name);
  for (const auto& key : table.uniques) visit(key.name);
  for (const auto& check : table.checks) visit(check.name);
  for (const auto& key : table.foreign_keys) visit(key.name);
}

void find_members(const model::Table& table, Kind kind, std::size_t site, const std::string& name, bool fold,
                  std::vector<Subject>& found) {
  std::vector<std::string> exact, folded;
  each_member(table, kind, [&](const std::string& member) {
    if (member == name)
      exact.push_back(member);
    else if (fold && same(member, name, true))
      folded.push_back(member);
  });
  for (const auto& member : exact.empty() ? folded : exact) found.push_back({site, kind, table.path(), member});
}

std::vector<Subject> members(const Parts& parts, Kind kind, const std::vector<State>& states) {
  const Parts table_parts(parts.begin(), parts.end() - 1);
  std::vector<Subject> found;
  for (std::size_t site = 0; site < states.size(); ++site) {
    const State& state = states[site];
    const bool fold = state.dialect->description().names_fold_case;
    if (table_parts.empty()) {
      state.tables.each([&](const model::Table& table) { find_members(table, kind, site, parts.back(), fold, found); });
      continue;
    }
    for (const auto& path : find(state.tables, table_parts, state))
      find_members(*state.tables.find(path), kind, site, parts.back(), fold, found);
  }
  if (!found.empty() || table_parts.size() != 1) return found;
  for (std::size_t site = 0; site < states.size(); ++site)
    if (states[site].name == table_parts[0])
      states[site].tables.each([&](const model::Table& table) {
        find_members(table, kind, site, parts.back(), states[site].dialect->description().names_fold_case, found);
      });
  return found;
}

/// `table.trigger`, as triggers are often spoken of.
void find_triggers_of(const Parts& parts, const State& state, std::size_t site, std::vector<Subject>& found) {
  if (parts.size() < 2) return;
  const Parts table_parts(parts.begin(), parts.end() - 1);
  auto paths = find(state.tables, table_parts, state);
  const auto views = find(state.views, table_parts, state);
  paths.insert(paths.end(), views.begin(), views.end());
  state.triggers.each([&](const model::Trigger& trigger) {
    if (trigger.name == parts.back() && std::ranges::find(paths, trigger.table) != paths.end())
      found.push_back({site, Kind::trigger, trigger.path(), {}});
  });
}

/// Objects whose name begins with their type may be named without what follows: `function f` for `f(integer)`.
void find_objects(const Parts& parts, const State& state, std::size_t site, std::vector<Subject>& found) {
  for (const auto& path : find(state.objects, parts, state)) found.push_back({site, Kind::object, path, {}});
  if (!found.empty() || parts.size() != 1 || parts[0].find(' ') == std::string::npos) return;
  const std::string with_arguments = parts[0] + "(", on_table = parts[0] + " on ";
  state.objects.each([&](const model::Object& object) {
    if (object.name.starts_with(with_arguments) || object.name.starts_with(on_table))
      found.push_back({site, Kind::object, object.path(), {}});
  });
}

void whole_objects(const Parts& parts, Kind kind, const State& state, std::size_t site, std::vector<Subject>& found) {
  const auto add = [&](const auto& layer) {
    for (const auto& path : find(layer, parts, state)) found.push_back({site, kind, path, {}});
  };
  if (kind == Kind::table) add(state.tables);
  if (kind == Kind::view) add(state.views);
  if (kind == Kind::object) find_objects(parts, state, site, found);
  if (kind != Kind::trigger) return;
  const auto before = found.size();
  add(state.triggers);
  if (found.size() == before) find_triggers_of(parts, state, site, found);
}

/// Names to offer: those of the kind, of the path's own table when that one is known.
std::vector<std::string> offered(const model::Path& path, Kind kind, const Ground& ground,
                                 const std::vector<State>& states) {
  std::vector<std::string> names;
  const Parts table_parts(path.parts.begin(), path.parts.end() - 1);
  for (std::size_t site = 0; site < states.size(); ++site) {
    const State& state = states[site];
    if (kind == Kind::table)
      state.tables.each([&](const auto& table) { names.push_back(ground.shown(site, table.path())); });
    if (kind == Kind::view)
      state.views.each([&](const auto& view) { names.push_back(ground.shown(site, view.path())); });
    if (kind == Kind::trigger)
      state.triggers.each([&](const auto& trigger) { names.push_back(ground.shown(site, trigger.path())); });
    if (kind == Kind::object)
      state.objects.each([&](const auto& object) { names.push_back(ground.shown(site, object.path())); });
    if (!is_member(kind)) continue;
    const auto tables = table_parts.empty() ? std::vector<std::string>{} : find(state.tables, table_parts, state);
    state.tables.each([&](const model::Table& table) {
      if (!tables.empty() && std::ranges::find(tables, table.path()) == tables.end()) return;
      each_member(table, kind, [&](const std::string& member) {
        names.push_back(table_parts.empty() ? member : ground.shown(site, table.path(), member));
      });
    });
  }
  return names;
}

void offer(grammar::Diagnostic& diagnostic, const model::Path& path, Kind kind, const Ground& ground,
           const std::vector<State>& states) {
  const auto names = offered(path, kind, ground, states);
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto near = grammar::nearest(path.text(), views);
  if (near.empty()) return;
  std::string line = "did you mean ";
  for (std::size_t at = 0; at < near.size(); ++at)
    line += fmt::format("{}'{}'", at == 0 ? "" : at + 1 == near.size() ? " or " : ", ", near[at]);
  diagnostic.help.push_back(line + "?");
}

/// The name that a table of the path bears by now, when an earlier statement renamed it.
const std::string* renamed(const model::Path& path, Kind kind, const std::vector<State>& states) {
  const std::size_t at = is_member(kind) ? 2 : 1;
  if (path.parts.size() < at) return nullptr;
  const std::string& table = path.parts[path.parts.size() - at];
  for (const auto& state : states)
    if (const auto found = state.renamed.find(table); found != state.renamed.end()) return &found->second;
  return nullptr;
}

}  // namespace

std::optional<Kind> kind_of(std::string_view words) {
  const auto* found = std::ranges::find(kinds, words, &std::pair<std::string_view, Kind>::first);
  return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

std::string_view word_of(Kind kind) {
  return std::ranges::find(kinds, kind, &std::pair<std::string_view, Kind>::second)->first;
}

bool is_of_rows(Kind kind) { return kind == Kind::table || kind == Kind::column || kind == Kind::partition; }

bool holds_rows(const Subject& subject, const State& state) {
  const auto* table = state.tables.find(subject.path);
  return is_of_rows(subject.kind) && (!table || dialects::loses_rows(*state.dialect, *table));
}

bool is_member(Kind kind) {
  return kind == Kind::column || kind == Kind::index || kind == Kind::constraint || kind == Kind::partition ||
         kind == Kind::projection;
}

std::string object_of(const Subject& subject) {
  if (subject.kind == Kind::object) return model::Object::label_of(subject.path);
  return std::string(is_member(subject.kind) ? "table" : word_of(subject.kind)) + " " + subject.path;
}

std::vector<Subject> candidates(const model::Path& path, Kind kind, const std::vector<State>& states) {
  if (path.parts.empty()) return {};
  std::vector<Subject> found;
  if (is_member(kind))
    found = members(path.parts, kind, states);
  else
    for (std::size_t site = 0; site < states.size(); ++site) whole_objects(path.parts, kind, states[site], site, found);
  std::ranges::sort(found);
  return found;
}

std::optional<Subject> resolve(const model::Path& path, Kind kind, const Ground& ground,
                               const std::vector<State>& states) {
  const auto found = candidates(path, kind, states);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    auto& diagnostic = ground.diagnostics().error("E0291", path.origin.span,
                                                  fmt::format("there is no {} '{}'", word_of(kind), path.text()),
                                                  "at this place of the change");
    if (const auto* now = renamed(path, kind, states))
      diagnostic.help.push_back(fmt::format("an earlier statement renamed the table: it is '{}' by now", *now));
    else
      offer(diagnostic, path, kind, ground, states);
    return std::nullopt;
  }
  auto& diagnostic = ground.diagnostics().error("E0292", path.origin.span,
                                                fmt::format("'{}' can be more than one {}", path.text(), word_of(kind)),
                                                "say which one");
  for (const auto& subject : found) {
    // What lies in the default schema is told from the others by that schema's name alone.
    const auto& description = states[subject.site].dialect->description();
    const bool bare = description.has_schemas && subject.path.find('.') == std::string::npos;
    const std::string path = bare ? description.default_schema + "." + subject.path : subject.path;
    diagnostic.help.push_back(fmt::format("write:  {}", ground.written(subject.site, path, subject.member)));
  }
  return std::nullopt;
}

bool has_constraint(const model::Table& table, std::string_view name) {
  bool found = false;
  each_member(table, Kind::constraint, [&](const std::string& member) { found |= member == name; });
  return found;
}

bool has_index(const model::Table& table, std::string_view name) {
  return std::ranges::find(table.indexes, name, &model::Index::name) != table.indexes.end();
}

std::string shown(const Ground& ground, const Subject& subject) {
  const bool by_itself = subject.kind == Kind::index || subject.kind == Kind::partition;
  return fmt::format("the {} '{}'", word_of(subject.kind),
                     by_itself ? ground.shown(subject.site, subject.member)
                               : ground.shown(subject.site, subject.path, subject.member));
}

std::string written(const Ground& ground, const Subject& subject) {
  if (subject.kind == Kind::object) return ground.written_whole(subject.site, subject.path);
  if (subject.kind == Kind::index || subject.kind == Kind::partition)
    return ground.written(subject.site, subject.member);
  return ground.written(subject.site, subject.path, subject.member);
}

}  // namespace dmc::diff
