// Every declaration enters the directory before anything looks in it, because order means nothing.
#include "compiler/check/gather.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/tables.hpp"
#include "compiler/check/words.hpp"

namespace dmc::check {

namespace {

using ast::ObjectKind;

class Gatherer {
 public:
  Gatherer(Context& context, Expander& expander, const UsePlace& place, DatabaseDraft& draft)
      : context_(context), expander_(expander), place_(place), draft_(draft) {}

  void items(const std::vector<ast::DatabaseItem>& items, std::string_view schema) {
    for (const ast::DatabaseItem& item : items) std::visit([&](const auto& value) { take(value, schema); }, item.value);
  }

  /// What patterns add to tables that are there, once all of those are known; a table that is not there has its error
  /// where it is named.
  void add_to_tables() {
    for (const ast::Table* addition : draft_.additions) {
      const Entity* entity = draft_.directory.peek(addition->name);
      if (!entity) continue;
      if (entity->kind != EntityKind::table) {
        auto& diagnostic =
            context_.error("E0232", addition->head, fmt::format("'{}' is {}", entity->name, phrase_of(entity->kind)),
                           "only a table can get columns and clauses");
        diagnostic.notes.push_back({entity->span, "declared here"});
        continue;
      }
      TableDraft& table = draft_.tables[entity->place];
      table.incomplete = table.incomplete || context_.broken.within(addition->span);
      flatten(addition->body, table);
    }
  }

 private:
  void take(const ast::Table& table, std::string_view schema) {
    if (opens_argument(table)) {
      draft_.additions.push_back(&table);
      return;
    }
    const auto home = home_of(table.name, schema);
    const auto place = static_cast<std::uint32_t>(draft_.tables.size());
    if (!home || !enter(EntityKind::table, *home, table.name, place)) return;
    TableDraft& draft = draft_.tables.emplace_back();
    draft.syntax = &table;
    draft.schema = *home;
    draft.incomplete = context_.broken.within(table.span);
    draft.columns.reserve(table.body.columns.size());
    draft.clauses.reserve(table.body.clauses.size());
    flatten(table.body, draft);
  }

  void take(const ast::View& view, std::string_view schema) {
    const auto home = home_of(view.name, schema);
    const auto place = static_cast<std::uint32_t>(draft_.views.size());
    if (home && enter(EntityKind::view, *home, view.name, place)) draft_.views.push_back({&view, *home});
  }

  void take(const ast::Trigger& trigger, std::string_view schema) { draft_.triggers.push_back({&trigger, schema}); }

  void take(const ast::Object& object, std::string_view) {
    const auto place = static_cast<std::uint32_t>(draft_.objects.size());
    const ast::Name& name = object.name.parts.back();
    if (draft_.directory.enter(context_, {EntityKind::object, {}, name.text, place, name.span}))
      draft_.objects.push_back(&object);
  }

  void take(const ast::Schema& schema, std::string_view) {
    const bool is_default =
        same_name(schema.name.text, draft_.engine().default_schema, draft_.fold()) && !schema.name.text.empty();
    if (!draft_.engine().has_schemas && !is_default) {
      report_lacking_kind(context_, draft_.engine(), ObjectKind::schema, schema.head);
      draft_.directory.mark_incomplete();
      return;
    }
    if (!is_default) {
      check_new_name(context_, draft_.engine(), schema.name, "schema");
      if (draft_.engine().has("schemas")) draft_.declared.push_back({&schema, {}});
    }
    items(schema.items, is_default ? std::string_view{} : schema.name.text);
  }

  void take(const ast::Use& use, std::string_view schema) {
    std::vector<UsedName> names;
    const ast::ExpandedDatabase* expansion = expander_.in_database(use, place_, &names);
    if (!expansion || context_.broken.within(use.span)) forget_what_it_brings(use);
    if (!expansion) return;
    remember(use, names, nullptr);
    const ast::Use* outer = std::exchange(use_, &use);
    items(expansion->body, schema);
    use_ = outer;
  }

  void take(const ast::MaterializedView& view, std::string_view schema) {
    if (!lacking(ObjectKind::materialized_view, view.name.parts.back(), view.head,
                 fmt::format("a plain view says the same, computed when it is read:  view {} as (…);",
                             view.name.parts.back().text))) {
      const auto home = home_of(view.name, schema);
      const auto place = static_cast<std::uint32_t>(draft_.materialized.size());
      if (home && enter(EntityKind::view, *home, view.name, place)) draft_.materialized.push_back({&view, *home});
    }
  }
  void take(const ast::Sequence& sequence, std::string_view schema) {
    if (!lacking(ObjectKind::sequence, sequence.name.parts.back(), sequence.head))
      declare(sequence, sequence.name, schema);
  }
  void take(const ast::Enum& enumeration, std::string_view schema) {
    std::string values;
    for (const ast::Name& value : enumeration.values) values += (values.empty() ? "" : ", ") + quoted_text(value.text);
    if (!lacking(ObjectKind::enumeration, enumeration.name.parts.back(), enumeration.head,
                 fmt::format("declare the values on each column:  NAME text not null check (NAME in ({}))", values)))
      declare(enumeration, enumeration.name, schema);
  }
  void take(const ast::Domain& domain, std::string_view schema) {
    if (!lacking(ObjectKind::domain, domain.name.parts.back(), domain.head)) declare(domain, domain.name, schema);
  }
  void take(const ast::Routine& routine, std::string_view schema) {
    if (lacking(routine.kind == ast::RoutineKind::function ? ObjectKind::function : ObjectKind::procedure,
                routine.name.parts.back(), routine.head))
      return;
    // Several of one name may differ in their arguments, so that they are not in the directory.
    if (const auto home = home_of(routine.name, schema)) draft_.declared.push_back({&routine, *home});
  }
  void take(const ast::Extension& extension, std::string_view) {
    if (!lacking(ObjectKind::extension, extension.name, extension.head)) draft_.declared.push_back({&extension, {}});
  }
  void take(const ast::RowPolicy& policy, std::string_view schema) {
    if (!lacking(ObjectKind::row_policy, policy.name, policy.head)) draft_.declared.push_back({&policy, schema});
  }
  void take(const ast::Grant& grant, std::string_view schema) {
    if (!report_lacking_kind(context_, draft_.engine(), ObjectKind::grant, grant.head))
      draft_.declared.push_back({&grant, schema});
  }
  void take(const ast::Comment& comment, std::string_view) {
    report_lacking(context_, draft_.engine(), comment.span, "comment on a database", "a comment of the source:  -- …");
  }
  void take(const ast::Settings& settings, std::string_view) {
    report_lacking(context_, draft_.engine(), settings.span, "settings of a database");
  }
  void take(const ast::Replica& replica, std::string_view) { report_unsupported(context_, replica.head, "'replica'"); }
  void take(const ast::Reconcile& reconcile, std::string_view) {
    report_unsupported(context_, reconcile.head, "'reconcile'");
  }
  void take(const ast::Invariant& invariant, std::string_view) {
    report_unsupported(context_, invariant.head, "'invariant'",
                       "a 'verify' of a change asks once, when the change runs");
  }

  /// What a use would have declared is mostly called after its arguments.
  void forget_what_it_brings(const ast::Use& use) {
    bool has_names = false;
    for (const ast::UseArgument& argument : use.arguments) {
      const auto* path = std::get_if<ast::Path>(&argument.value);
      const auto* text = std::get_if<ast::Text>(&argument.value);
      has_names = has_names || path || text;
      if (path) context_.broken.learn_stem(path->parts.back().text);
      if (text) context_.broken.learn_stem(text->value);
    }
    if (!has_names) draft_.directory.mark_incomplete();
  }

  bool lacking(ObjectKind kind, const ast::Name& name, grammar::Span head, std::string way = {}) {
    const bool is_lacking = report_lacking_kind(context_, draft_.engine(), kind, head,
                                                draft_.engine().name == "sqlite" ? std::move(way) : "");
    // Whatever refers to it depends on this one error.
    if (is_lacking) context_.broken.learn_name(name.text);
    return is_lacking;
  }

  template <class Syntax>
  void declare(const Syntax& syntax, const ast::Path& name, std::string_view schema) {
    const auto home = home_of(name, schema);
    const auto place = static_cast<std::uint32_t>(draft_.declared.size());
    if (home && enter(EntityKind::object, *home, name, place)) draft_.declared.push_back({&syntax, *home});
  }

  std::optional<std::string_view> home_of(const ast::Path& name, std::string_view schema) {
    if (name.parts.size() == 1) return schema;
    return draft_.directory.schema_of(context_, name);
  }

  bool enter(EntityKind kind, std::string_view schema, const ast::Path& name, std::uint32_t place) {
    const ast::Name& last = name.parts.back();
    return draft_.directory.enter(context_, {kind, schema, last.text, place, last.span});
  }

  /// Whether the table is one that the use was given: then it is there, and the pattern adds to it.
  bool opens_argument(const ast::Table& table) const {
    if (!use_) return false;
    return std::ranges::any_of(use_->arguments, [&](const ast::UseArgument& argument) {
      const auto* path = std::get_if<ast::Path>(&argument.value);
      return path && same_name(path->parts.back().text, table.name.parts.back().text, draft_.fold());
    });
  }

  /// The columns and clauses of a body, those of a use in the place of the use.
  void flatten(const ast::TableBody& body, TableDraft& draft) {
    auto use = body.uses.begin();
    for (std::size_t at = 0; at <= body.columns.size(); ++at) {
      for (; use != body.uses.end() && use->position == at; ++use) take_use(use->use, draft);
      if (at < body.columns.size()) draft.columns.push_back(&body.columns[at]);
    }
    for (const ast::TableClause& clause : body.clauses) draft.clauses.push_back(&clause);
  }

  void take_use(const ast::Use& use, TableDraft& draft) {
    UsePlace place = place_;
    place.scope = ast::PatternScope::table;
    std::vector<UsedName> names;
    const ast::ExpandedTable* expansion = expander_.in_table(use, place, &names);
    if (!expansion || context_.broken.within(use.span)) draft.incomplete = true;
    if (!expansion) return;
    remember(use, names, &draft);
    flatten(expansion->body, draft);
  }

  void remember(const ast::Use& use, const std::vector<UsedName>& names, const TableDraft* inside) {
    std::vector<const ast::Path*> tables;
    for (const UsedName& name : names)
      if (name.kind == ast::ParameterKind::table) tables.push_back(&std::get<ast::Path>(name.syntax->value));
    for (const UsedName& name : names)
      draft_.arguments.push_back({&use, name.syntax, name.kind == ast::ParameterKind::column, tables, inside});
  }

  Context& context_;
  Expander& expander_;
  const UsePlace& place_;
  DatabaseDraft& draft_;
  const ast::Use* use_ = nullptr;  ///< whose items are read
};

/// The tables that a column argument may belong to; nothing when one of them is not known.
std::optional<std::vector<const TableDraft*>> tables_of(Context& context, DatabaseDraft& draft,
                                                        const NamedArgument& argument, const ast::Path& column) {
  if (column.parts.size() > 1) {
    ast::Path table{{column.parts.begin(), column.parts.end() - 1}, {}, false, column.span};
    const Met met = draft.directory.find(context, table, "table");
    if (!met.entity || met.entity->kind != EntityKind::table) return std::nullopt;
    return std::vector{&static_cast<const TableDraft&>(draft.tables[met.entity->place])};
  }
  if (argument.inside) return std::vector{argument.inside};
  std::vector<const TableDraft*> tables;
  for (const ast::Path* path : argument.tables) {
    const Entity* entity = draft.directory.peek(*path);
    if (!entity || entity->kind != EntityKind::table) return std::nullopt;
    tables.push_back(&draft.tables[entity->place]);
  }
  return tables;
}

}  // namespace

void gather(Context& context, Expander& expander, const UsePlace& place, const std::vector<ast::DatabaseItem>& items,
            DatabaseDraft& draft) {
  Gatherer(context, expander, place, draft).items(items, {});
}

void add_to_tables(Context& context, Expander& expander, const UsePlace& place, DatabaseDraft& draft) {
  Gatherer(context, expander, place, draft).add_to_tables();
}

void check_named_arguments(Context& context, DatabaseDraft& draft) {
  // Tables first: a column is looked for in the tables that are there.
  for (const NamedArgument& argument : draft.arguments) {
    if (argument.is_column) continue;
    const auto& path = std::get<ast::Path>(argument.argument->value);
    if (!draft.directory.find(context, path, "table").entity) context.broken.learn_name(path.parts.back().text);
  }
  for (const NamedArgument& argument : draft.arguments) {
    if (!argument.is_column) continue;
    const auto& path = std::get<ast::Path>(argument.argument->value);
    const auto tables = tables_of(context, draft, argument, path);
    if (!tables || tables->empty()) continue;
    const ast::Name& name = path.parts.back();
    const bool is_there = std::ranges::any_of(
        *tables, [&](const TableDraft* table) { return table->incomplete || find_column(draft, *table, name.text); });
    if (is_there) continue;
    report_unknown_column(context, *tables->front(), name, "this argument");
    // What the pattern makes of it would be wrong for the same reason.
    for (TableDraft& table : draft.tables)
      if (std::ranges::count(*tables, &table) > 0) table.reported.push_back(name.text);
  }
}

}  // namespace dmc::check
