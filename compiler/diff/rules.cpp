// Each rule looks at one delta and the state at a place.
#include "compiler/diff/rules.hpp"

#include <algorithm>
#include <iterator>

namespace dmc::diff {

bool its_table_is_missing(const Setting& setting) { return is_part(setting.delta.aspect) && !setting.table; }

bool its_name_is_taken(const Setting& setting) {
  const Delta& delta = setting.delta;
  if (!delta.adds) return false;
  switch (delta.aspect) {
    case Aspect::table:
    case Aspect::view:
      return setting.state.has_relation(delta.path);
    case Aspect::trigger:
      return setting.state.triggers.has(delta.path);
    case Aspect::object:
      return setting.state.objects.has(delta.path);
    case Aspect::column:
      return setting.table && setting.table->column(delta.member);
    case Aspect::index:
      return setting.table && has_index(*setting.table, delta.member);
    case Aspect::primary_key:
    case Aspect::unique:
    case Aspect::check:
    case Aspect::foreign_key:
    case Aspect::exclusion:
      return setting.table && has_constraint(*setting.table, delta.member);
    case Aspect::partition:
      return setting.state.has_relation(delta.member);
    case Aspect::projection:
      return setting.table && std::ranges::find(setting.table->projections, delta.member, &model::Projection::name) !=
                                  setting.table->projections.end();
    case Aspect::column_default:
    case Aspect::column_not_null:
    case Aspect::column_details:
    case Aspect::storage:
    case Aspect::setting:
    case Aspect::comment:
      return false;
  }
  return false;
}

bool what_it_replaces_is_missing(const Setting& setting) {
  const Delta& delta = setting.delta;
  if (delta.adds) return false;
  if (delta.aspect == Aspect::view) return !setting.state.views.has(delta.path);
  if (delta.aspect == Aspect::trigger) return !setting.state.triggers.has(delta.path);
  if (delta.aspect == Aspect::object) return !setting.state.objects.has(delta.path);
  return part_of(delta.aspect) == Kind::column && setting.table && !setting.table->column(delta.member);
}

bool a_name_in_it_is_missing(const Setting& setting) {
  return !satisfied(setting.delta.needs, setting.state, setting.table);
}

bool a_table_it_references_is_missing(const Setting& setting) {
  return std::ranges::any_of(setting.delta.references,
                             [&](const auto& path) { return !setting.state.tables.has(path); });
}

namespace {

/// The name that a function of that path goes by; empty of anything else.
std::string provided_by(const std::string& path) {
  model::Object object;
  for (const std::string_view type : {"function", "procedure", "aggregate"})
    if (path.starts_with(std::string(type) + " ")) object.type = type;
  object.name = path;
  return object.type.empty() ? std::string() : object.provides();
}

}  // namespace

bool a_name_in_it_goes_later(const Setting& setting) {
  const auto& departures = setting.survey.departures;
  if (departures.empty()) return false;
  const auto goes = [&](Kind kind, const std::string& path, const std::string& member) {
    const auto found = departures.find({setting.site, kind, path, member});
    return found != departures.end() && found->second >= setting.statement;
  };
  const auto relation_goes = [&](const std::string& path) {
    return goes(Kind::table, path, {}) || goes(Kind::view, path, {});
  };
  const Delta& delta = setting.delta;
  // A call that is made now would mean the function of that name that goes, and hold it.
  const auto namesake_goes = [&](const std::string& object) {
    const auto name = provided_by(object);
    return !name.empty() && std::ranges::any_of(departures, [&](const auto& entry) {
      const auto& [subject, statement] = entry;
      return subject.kind == Kind::object && subject.site == setting.site && statement >= setting.statement &&
             subject.path != object && provided_by(subject.path) == name;
    });
  };
  const auto column_goes = [&](const auto& column) { return goes(Kind::column, column.first, column.second); };
  const auto key_goes = [&](const auto& key) {
    const auto* holder = setting.state.tables.find(key.first);
    if (!holder) return false;
    // An engine may rely on any key of those columns.
    model::Table leaving;
    const auto leaves = [&](const model::Key& each) { return goes(Kind::constraint, key.first, each.name); };
    std::ranges::copy_if(holder->uniques, std::back_inserter(leaving.uniques), leaves);
    if (holder->primary_key && leaves(*holder->primary_key)) leaving.primary_key = holder->primary_key;
    return is_unique(leaving, key.second);
  };
  return (is_part(delta.aspect) && relation_goes(delta.path)) || std::ranges::any_of(delta.needs.keys, key_goes) ||
         std::ranges::any_of(delta.needs.relations, relation_goes) ||
         std::ranges::any_of(delta.references, relation_goes) ||
         std::ranges::any_of(delta.needs.columns, column_goes) ||
         std::ranges::any_of(delta.needs.objects, [&](const auto& object) {
           return goes(Kind::object, object, {}) || (delta.adds && namesake_goes(object));
         });
}

bool a_column_in_it_changes_later(const Setting& setting) {
  const Delta& delta = setting.delta;
  // What a column itself is belongs to the statement that changes it.
  const bool is_column = part_of(delta.aspect) == Kind::column;
  if (is_column || delta.aspect == Aspect::table || delta.aspect == Aspect::view) return false;
  const auto in_it = [&](const Subject& column) {
    if (delta.needs.columns.contains({column.path, column.member})) return true;
    const auto table = column.path.substr(column.path.rfind('.') + 1);  // the whole path where there is no dot
    return delta.words.contains(column.member) && delta.words.contains(table);
  };
  const auto changes = [&](const auto& entry) {
    const auto& [subject, statement] = entry;
    return subject.site == setting.site && subject.kind == Kind::column && statement >= setting.statement &&
           in_it(subject);
  };
  return std::ranges::any_of(setting.survey.retypes, changes) || std::ranges::any_of(setting.survey.arrivals, changes);
}

bool a_value_in_it_is_renamed_later(const Setting& setting) {
  const Delta& delta = setting.delta;
  return std::ranges::any_of(setting.survey.values, [&](const auto& entry) {
    const auto& [type, statement] = entry;
    if (type.site != setting.site || statement < setting.statement) return false;
    if (delta.path == type.path || delta.needs.objects.contains(type.path)) return true;
    const auto name = model::unquoted_path(type.path.substr(type.path.find(' ') + 1));
    const auto has_it = [&](const std::string& table, const std::string& column) {
      const auto* known = setting.state.tables.find(table);
      return known && std::ranges::any_of(known->columns, [&](const model::Column& one) {
               return (column.empty() || one.name == column) &&
                      model::unquoted_path(one.type.substr(0, one.type.find('['))) == name;
             });
    };
    return (is_part(delta.aspect) && !delta.member.empty() && has_it(delta.path, delta.member)) ||
           std::ranges::any_of(delta.needs.columns, [&](const auto& one) { return has_it(one.first, one.second); }) ||
           std::ranges::any_of(delta.needs.relations, [&](const auto& one) { return has_it(one, {}); });
  });
}

bool privileges_that_go_later_would_be_given_to_it(const Setting& setting) {
  const bool is_new = setting.delta.adds && !is_part(setting.delta.aspect) && setting.delta.aspect != Aspect::trigger;
  return is_new && std::ranges::any_of(setting.survey.departures, [&](const auto& entry) {
           const auto& [subject, statement] = entry;
           return subject.site == setting.site && subject.kind == Kind::object && statement >= setting.statement &&
                  subject.path.starts_with("default privileges ");
         });
}

bool its_column_was_only_now_added_empty(const Setting& setting) {
  if (setting.delta.aspect != Aspect::column_default) return false;
  const auto* table = setting.state.tables.find(setting.delta.path);
  return !table || !table->column(setting.delta.member);
}

const Rule* held_back_by(const Setting& setting) {
  const auto* found = std::ranges::find_if(rules, [&](const Rule& rule) { return rule.holds_back(setting); });
  return found == rules.end() ? nullptr : found;
}

}  // namespace dmc::diff
