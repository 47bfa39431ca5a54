// Views and objects; what they depend on is found in their text, and after `after`.
#include "compiler/check/objects.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/settings.hpp"

namespace dmc::check {

namespace {

/// As the model calls it.
std::string path_of(const DatabaseDraft& database, const Placed<ast::Trigger>& trigger) {
  const std::string name(trigger.syntax->name.text);
  if (!database.engine().triggers_are_of_tables)
    return trigger.schema.empty() ? name : std::string(trigger.schema) + "." + name;
  const Entity* table = database.directory.peek(trigger.syntax->table);
  return (table ? Directory::path_of(*table) : text_of(trigger.syntax->table)) + "." + name;
}

/// The trigger that a path means: by its name, behind its schema or its table where that is said. Null: there is none.
const Placed<ast::Trigger>* find_trigger(const DatabaseDraft& database, const ast::Path& path) {
  const ast::Path before{{path.parts.begin(), path.parts.end() - 1}, {}, false, path.span};
  const Entity* table = before.parts.empty() ? nullptr : database.directory.peek(before);
  const Placed<ast::Trigger>* found = nullptr;
  for (const Placed<ast::Trigger>& placed : database.triggers) {
    if (!same_name(placed.syntax->name.text, path.parts.back().text, database.fold())) continue;
    if (table && database.directory.peek(placed.syntax->table) == table) return &placed;
    if (!found) found = &placed;
  }
  return found;
}

}  // namespace

std::vector<std::string> read_after(Context& context, const DatabaseDraft& database,
                                    const std::vector<ast::Path>& paths) {
  std::vector<std::string> result;
  for (const ast::Path& path : paths) {
    const auto* trigger = database.directory.peek(path) ? nullptr : find_trigger(database, path);
    if (trigger) {
      result.push_back(path_of(database, *trigger));
      continue;
    }
    const bool is_schema = path.parts.size() == 1 && std::ranges::any_of(database.declared, [&](const Declared& each) {
                             const auto* schema = std::get_if<const ast::Schema*>(&each.syntax);
                             return schema && path.parts.front().text == fmt::format("schema {}", (*schema)->name.text);
                           });
    if (is_schema) {
      result.emplace_back(path.parts.front().text);
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
  for (const ast::Setting& setting : syntax.settings)
    if (!report_lacking(context, database.engine(), setting.span, "settings of a view"))
      add_setting(context, setting, view.settings);
  if (syntax.check_option != ast::CheckOption::unstated) {
    view.check_option = syntax.check_option == ast::CheckOption::local ? "local" : "cascaded";
    report_lacking(context, database.engine(), syntax.head, "'check option'",
                   "a trigger on the view can refuse rows:  instead of insert …  select raise(abort, '…')");
  }
  return !has_errors_since(context.diagnostics, before);
}

namespace {

/// An index of a materialized view: the columns are the query's own, so that none can be looked up here.
model::Index index_of(Context& context, const DatabaseDraft& database, const ast::Index& syntax) {
  model::Index index;
  if (syntax.name) {
    check_new_name(context, database.engine(), *syntax.name, "index");
    index.name = syntax.name->text;
  } else {
    context.error("E0230", syntax.span, "an index of a materialized view needs a name", "expected: index NAME (…)");
  }
  index.unique = syntax.unique;
  if (syntax.method) index.method = std::string(syntax.method->text);
  for (const ast::Element& each : syntax.elements) {
    model::Element element;
    if (const auto* column = std::get_if<ast::Name>(&each.key))
      element.column = std::string(column->text);
    else
      element.expression = sql_of(std::get<ast::Sql>(each.key));
    if (each.collation) element.collation = text_of(*each.collation);
    if (each.operator_class) element.operator_class = text_of(*each.operator_class);
    element.descending = each.direction == ast::Direction::descending;
    if (each.nulls != ast::NullsOrder::unstated) element.nulls_first = each.nulls == ast::NullsOrder::first;
    index.elements.push_back(std::move(element));
  }
  for (const ast::Name& column : syntax.include) index.include.emplace_back(column.text);
  if (syntax.where) index.where = sql_of(*syntax.where);
  if (syntax.comment) index.comment = std::string(syntax.comment->text.value);
  index.nulls_not_distinct = syntax.nulls_not_distinct;
  index.origin.span = syntax.span;
  return index;
}

}  // namespace

bool build_view(Context& context, DatabaseDraft& database, const Placed<ast::MaterializedView>& placed,
                model::View& view) {
  const std::size_t before = context.diagnostics.all().size();
  const ast::MaterializedView& syntax = *placed.syntax;
  const auto lacking = [&](grammar::Span span, std::string_view thing) {
    report_lacking(context, database.engine(), span, thing);
  };
  check_new_name(context, database.engine(), syntax.name.parts.back(), "view");
  view.schema = placed.schema;
  view.name = syntax.name.parts.back().text;
  view.materialized = true;
  view.query = sql_of(syntax.query);
  for (const ast::Name& column : syntax.columns) view.columns.emplace_back(column.text);
  if (syntax.to) {
    lacking(syntax.to->span, "materialized views into a table");
    const Met met = database.directory.find(context, *syntax.to, "table");
    if (met.entity) view.to = Directory::path_of(*met.entity);
  }
  if (syntax.on_cluster) {
    lacking(syntax.on_cluster->span, "clusters of its own");
    view.cluster = syntax.on_cluster->value;
  }
  model::Storage storage;
  const auto keep = [&](model::Sql& kept, const std::optional<ast::Sql>& text, std::string_view thing) {
    if (!text) return;
    lacking(text->span, thing);
    kept = sql_of(*text);
    if (kept.text.empty()) kept.text = "tuple()";
  };
  if (syntax.engine) {
    lacking(syntax.engine->span, "table engines");
    storage.engine = text_of(syntax.engine->engine);
  }
  keep(storage.primary_key, syntax.primary_key, "keys of a materialized view");
  keep(storage.order_by, syntax.order_by, "'order by' of a materialized view");
  keep(storage.partition_by, syntax.partition_by, "partitions of a materialized view");
  if (syntax.ttl) keep(storage.ttl, syntax.ttl->expression, "'ttl'");
  if (storage != model::Storage{}) view.storage = std::move(storage);
  for (const ast::Setting& setting : syntax.settings) add_setting(context, setting, view.settings);
  for (const ast::Index& index : syntax.indexes) view.indexes.push_back(index_of(context, database, index));
  if (syntax.comment) view.comment = std::string(syntax.comment->text.value);
  view.after = read_after(context, database, syntax.after);
  view.origin.span = syntax.head;
  return !has_errors_since(context.diagnostics, before);
}

bool build_object(Context& context, const DatabaseDraft& database, const ast::Object& syntax, model::Object& object) {
  const std::size_t before = context.diagnostics.all().size();
  // A name with a blank is what reports call it, and not one that the engine keeps.
  if (text_of(syntax.name).find(' ') == std::string::npos)
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
