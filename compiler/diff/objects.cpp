// Objects that are declared whole: another text under the same name replaces one.
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

Delta delta_of(Comparison& comparison, const model::Object& object, bool adds) {
  Delta delta{.aspect = Aspect::object, .path = object.path(), .adds = adds, .origin = object.origin};
  delta.needs.add(read_statements(object.create.text, comparison.names()));
  add_named(comparison, delta.needs, object.after);
  delta.needs.objects.erase(delta.path);
  return delta;
}

}  // namespace

void compare_objects(Comparison& comparison) {
  std::vector<const model::Object*> gone, added;
  pair_by_path(
      listed(comparison.after.objects, comparison.desired.objects), comparison.desired.objects,
      [&](const model::Object& was, const model::Object& is) {
        if (!same(was, is)) comparison.add(delta_of(comparison, is, false));
      },
      [&](const model::Object& was) { gone.push_back(&was); }, [&](const model::Object& is) { added.push_back(&is); });
  for (const auto* object : gone)
    comparison.undeclared.loss(comparison.subject(Kind::object, object->path()), comparison.desired.origin, {});
  for (const auto* object : added) comparison.add(delta_of(comparison, *object, true));
}

}  // namespace dmc::diff
