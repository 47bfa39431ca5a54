// Views and objects; what they depend on is found in their text, and after `after`.
#include "compiler/check/objects.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"

namespace dmc::check {

std::vector<std::string> read_after(Context& context, const DatabaseDraft& database,
                                    const std::vector<ast::Path>& paths) {
  std::vector<std::string> result;
  for (const ast::Path& path : paths) {
    const auto trigger = std::ranges::find_if(database.triggers, [&](const Placed<ast::Trigger>& placed) {
      return same_name(placed.syntax->name.text, path.parts.back().text, database.fold());
    });
    if (trigger != database.triggers.end() && !database.directory.peek(path)) {
      const ast::Name& name = trigger->syntax->name;
      result.push_back(Directory::path_of({EntityKind::object, trigger->schema, name.text, 0, name.span}));
      continue;
    }
    const Met met = database.directory.find(context, path, "table, view, trigger or object");
    if (met.entity) result.push_back(Directory::path_of(*met.entity));
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool build_view(Context& context, const DatabaseDraft& database, const Placed<ast::View>& placed, model::View& view) {
  const std::size_t before = context.diagnostics.all().size();
  const ast::View& syntax = *placed.syntax;
  const ast::Name& name = syntax.name.parts.back();
  check_new_name(context, database.engine(), name, "view");
  view.schema = placed.schema;
  view.name = name.text;
  view.query = sql_of(syntax.query);
  if (syntax.comment) view.comment = std::string(syntax.comment->text.value);
  view.after = read_after(context, database, syntax.after);
  view.origin.span = syntax.head;
  for (const ast::Name& column : syntax.columns) {
    const bool repeats = std::ranges::any_of(
        view.columns, [&](const std::string& other) { return same_name(other, column.text, database.fold()); });
    if (repeats) {
      context.error("E0230", column.span, fmt::format("column '{}' stands twice in view '{}'", column.text, view.name),
                    "each column once");
    }
    check_new_name(context, database.engine(), column, "column");
    view.columns.emplace_back(column.text);
  }
  if (syntax.check_option != ast::CheckOption::unstated) {
    report_lacking(context, database.engine(), syntax.head, "'check option'",
                   "a trigger on the view can refuse rows:  instead of insert …  select raise(abort, '…')");
  }
  return !has_errors_since(context.diagnostics, before);
}

bool build_object(Context& context, const DatabaseDraft& database, const ast::Object& syntax, model::Object& object) {
  const std::size_t before = context.diagnostics.all().size();
  check_new_name(context, database.engine(), syntax.name.parts.back(), "object");
  object.type = syntax.kind.value;
  object.name = text_of(syntax.name);
  object.create = sql_of(syntax.create);
  if (syntax.replace) object.replace = sql_of(*syntax.replace);
  object.drop = sql_of(syntax.drop);
  object.after = read_after(context, database, syntax.after);
  object.origin.span = syntax.head;
  return !has_errors_since(context.diagnostics, before);
}

}  // namespace dmc::check
