// Objects that are declared whole. Nobody knows what one holds: another text needs its `replace`, or a drop.
#include "compiler/diff/compare.hpp"
#include "compiler/diff/pairing.hpp"

namespace dmc::diff {

namespace {

bool same(const model::Object& one, const model::Object& other) {
  if (one == other) return true;
  model::Object ordered = other;
  ordered.after = one.after;
  return one == ordered;
}

/// What routines do is read when they are called.
bool is_read_late(const model::Object& object) {
  return object.type == "function" || object.type == "procedure" || object.type == "aggregate";
}

/// What stands beside it in one change is granted what it says, and nothing that others only get from then on.
bool is_last(const model::Object& object) { return object.type == "default privileges"; }

Delta delta_of(Comparison& comparison, const model::Object& object, bool adds) {
  Delta delta{.aspect = Aspect::object,
              .path = object.path(),
              .adds = adds,
              .last = adds && is_last(object),
              .origin = object.origin};
  if (!is_read_late(object))
    for (const auto& name : model::names_in(object.create.text)) delta.words.emplace(name);
  delta.needs.add(read_statements(object.create.text, comparison.names()));
  // Functions that share its name stand in its own text no more than it does itself.
  if (const auto* same = comparison.names().objects(object.provides()))
    for (const auto& path : *same) delta.needs.objects.erase(path);
  add_named(comparison, delta.needs, object.after);
  delta.needs.objects.erase(delta.path);
  constexpr std::string_view trigger = "trigger ", table = "table ";
  for (const auto& host : object.lives_on()) {
    if (host.starts_with(table)) add_relation(comparison, delta.needs, host.substr(table.size()));
    if (host.starts_with(trigger) && comparison.desired.trigger(host.substr(trigger.size())))
      delta.needs.triggers.insert(host.substr(trigger.size()));
    if (comparison.desired.object(host)) delta.needs.objects.insert(host);
  }
  return delta;
}

}  // namespace

void compare_objects(Comparison& comparison) {
  std::vector<const model::Object*> gone, added;
  pair_by_path(
      listed(comparison.after.objects, comparison.desired.objects), comparison.desired.objects,
      [&](const model::Object& was, const model::Object& is) {
        if (same(was, is)) return;
        if (was.create == is.create || is.replace)
          comparison.add(delta_of(comparison, is, false));
        else
          comparison.undeclared.replacement(comparison.subject(Kind::object, is.path()), is.origin);
      },
      [&](const model::Object& was) { gone.push_back(&was); }, [&](const model::Object& is) { added.push_back(&is); });
  // What goes with another thing needs no word of its own when that one goes.
  const auto stays = [&](const std::string& label) {
    const auto blank = label.find(' ');
    const std::string kind = label.substr(0, blank), path = label.substr(blank + 1);
    if (kind == "table") return comparison.desired.table(path) != nullptr;
    if (kind == "view") return comparison.desired.view(path) != nullptr;
    if (kind == "trigger") return comparison.desired.trigger(path) != nullptr;
    return comparison.desired.object(label) != nullptr;
  };
  const auto is_there = [&](const std::string& label) {
    const auto blank = label.find(' ');
    const std::string kind = label.substr(0, blank), path = label.substr(blank + 1);
    if (kind == "table") return comparison.after.tables.has(path);
    if (kind == "view") return comparison.after.views.has(path);
    if (kind == "trigger") return comparison.after.triggers.has(path);
    return comparison.after.objects.has(label);
  };
  std::erase_if(gone, [&](const model::Object* object) {
    const auto hosts = object->lives_on();
    return std::ranges::any_of(hosts, is_there) && std::ranges::none_of(hosts, stays);
  });
  for (const auto* object : gone)
    comparison.undeclared.loss(comparison.subject(Kind::object, object->path()), comparison.desired.origin, {});
  for (const auto* object : added) comparison.add(delta_of(comparison, *object, true));
}

}  // namespace dmc::diff
