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
#include "grammar/expected.hpp"
#include "grammar/scan.hpp"

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

/// `new.column` or `old.column`, as the body of a trigger's function says them.
bool says_of_row(std::string_view text, const std::string& column) {
  const auto lower = grammar::lower_case(text);
  for (const std::string_view row : {"new.", "old."}) {
    const auto wanted = std::string(row) + quoted(column);
    for (auto at = lower.find(row); at != std::string::npos; at = lower.find(row, at + 1)) {
      const auto end = at + wanted.size();
      const bool is_begun = at > 0 && grammar::is_name_part(lower[at - 1]);
      const bool goes_on = end < text.size() && grammar::is_name_part(text[end]);
      const auto said = std::string(row) + std::string(text.substr(at + row.size(), wanted.size() - row.size()));
      if (!is_begun && !goes_on && (said == wanted || grammar::lower_case(said) == wanted)) return true;
    }
  }
  return false;
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

std::string said_by_triggers(const Lowering& lowering, const std::string& table, const std::string& column) {
  std::string said;
  for (const auto& trigger : lowering.before.triggers) {
    if (trigger.table != table || !trigger.execute) continue;
    for (const auto& object : lowering.before.objects)
      if (object.type == "function" && text_names(*trigger.execute, object.provides()) &&
          says_of_row(object.create.text, column))
        said += fmt::format("; {} says it, and trigger {} executes that", object.label(), trigger.path());
  }
  return said;
}

}  // namespace dmc::dialects::postgres
