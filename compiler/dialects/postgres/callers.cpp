// A default is put aside as well as what fires or reads; of whatever else holds the function the first is said.
#include "compiler/dialects/postgres/callers.hpp"

#include <fmt/format.h>

#include "compiler/dialects/postgres/companions.hpp"
#include "compiler/dialects/postgres/ddl.hpp"
#include "compiler/dialects/postgres/holders.hpp"
#include "compiler/dialects/postgres/objects.hpp"
#include "compiler/dialects/postgres/quoting.hpp"
#include "compiler/dialects/postgres/statements.hpp"
#include "compiler/dialects/postgres/step_parts.hpp"
#include "compiler/dialects/refused.hpp"
#include "grammar/diagnostic.hpp"

namespace dmc::dialects::postgres {

namespace {

using model::Object;

/// What else holds the function, and cannot be put aside for a moment.
[[noreturn]] void refuse_under(const Object& function, const Holder& holder) {
  const auto part = holder.member.empty() ? holder.path : holder.path + "." + holder.member;
  const auto shown = grammar::escaped(holder.kind == "object" ? part : holder.kind + " '" + part + "'");
  throw Refused(
      "E0911",
      fmt::format("{} cannot be made anew while {} {}", grammar::escaped(function.label()), shown, holder.words),
      "another result or other names of arguments are another function, and the server drops none that is held",
      fmt::format("let {} go in a version before, and declare it anew in the one behind; or declare the new "
                  "function under another name, and change over to it",
                  shown));
}

/// Defaults are put aside; of whatever else holds it, the first is said.
void set_aside_defaults(const Lowering& lowering, const Object& function, Callers& callers) {
  const Object* asked[] = {&function};
  const auto holders = holders_of([&]() -> const model::Database& { return lowering.before; }, asked);
  for (const auto& holder : holders.front()) {
    const auto* object = holder.kind == "object" ? lowering.before.object(holder.path) : nullptr;
    if (holder.kind == "view" || holder.kind == "trigger") continue;
    if (object && (object->type == "row policy" || object->type == "rule")) continue;
    const auto* table = lowering.before.table(holder.path);
    const auto* column = table && holder.kind == "column" && !holder.goes ? table->column(holder.member) : nullptr;
    if (!column || !column->default_value) refuse_under(function, holder);
    const auto alter = fmt::format("alter table {} alter column {} ", full(*table), quoted(column->name));
    callers.drop.push_back(alter + "drop default");
    callers.create.push_back(alter + "set default " + default_words(*column->default_value));
    callers.tables.push_back(table->path());
  }
}

}  // namespace

Callers callers_of(const Lowering& lowering, const Object& function) {
  Callers callers;
  const auto name = function.provides();
  for (const auto& trigger : lowering.before.triggers) {
    if (!trigger.execute) continue;
    if (!text_names(*trigger.execute, name)) continue;
    append(callers.drop, drop_trigger(trigger, lowering.before));
    callers.tables.push_back(trigger.table);
    append(callers.create, trigger_statements(trigger, lowering.before));
  }
  for (const auto& object : lowering.before.objects) {
    if (object.type != "row policy" && object.type != "rule") continue;
    if (!text_names(object.create.text, name)) continue;
    append(callers.drop, statements_in(object.drop.text));
    callers.tables.push_back(model::unquoted_path(table_of(object)));
    append(callers.create, statements_in(object.create.text));
    append(callers.create, comments_on(object, lowering.before));
  }
  callers.readers = readers_of(lowering.before, name);
  set_aside_defaults(lowering, function, callers);
  return callers;
}

}  // namespace dmc::dialects::postgres
