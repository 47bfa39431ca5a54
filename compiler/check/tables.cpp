// A table as a whole: its columns in order, its clauses, and what they say together.
#include "compiler/check/tables.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/settings.hpp"

namespace dmc::check {

namespace {

using grammar::Span;

/// Reads one clause of a table.
struct ClauseReader {
  TableBuilder& builder;

  void lacking(Span span, std::string_view thing, std::string way = {}) const {
    report_lacking(builder.context, builder.engine(), span, thing, std::move(way));
  }
  void late_keys(ast::Deferral deferral, Span span) const {
    if (deferral != ast::Deferral::unstated && deferral != ast::Deferral::not_deferrable)
      lacking(span, "keys that are checked late");
  }
  void included(const std::vector<ast::Name>& names) const {
    if (!names.empty())
      lacking(names.front().span, "'include' in a key", "an index may include columns: index (…) include (…)");
  }

  void late(model::Key& key, ast::Deferral deferral) const {
    key.initially_deferred = deferral == ast::Deferral::initially_deferred;
    key.deferrable = deferral != ast::Deferral::unstated && deferral != ast::Deferral::not_deferrable;
  }
  std::vector<std::string> names(const std::vector<ast::Name>& list) const {
    return read_columns(builder, list, "'include'");
  }

  void operator()(const ast::PrimaryKey& clause) const {
    late_keys(clause.deferral, clause.span);
    included(clause.include);
    if (clause.expressions &&
        !report_lacking(builder.context, builder.engine(), clause.expressions->span, "expressions in a primary key"))
      storage().primary_key = sql_of(*clause.expressions);
    if (clause.expressions) return;
    model::Key key;
    key.elements = read_elements(builder, clause.elements, "the primary key");
    key.conflict = read_conflict(builder, clause.on_conflict, clause.span);
    key.include = names(clause.include);
    late(key, clause.deferral);
    no_expressions(clause.elements, "a primary key");
    add_primary_key(builder, std::move(key), clause.name, clause.span);
  }
  void operator()(const ast::Unique& clause) const {
    late_keys(clause.deferral, clause.span);
    included(clause.include);
    if (clause.nulls_not_distinct) lacking(clause.span, "'nulls not distinct'");
    model::Key key;
    key.elements = read_elements(builder, clause.elements, "a unique key");
    key.conflict = read_conflict(builder, clause.on_conflict, clause.span);
    key.include = names(clause.include);
    key.nulls_not_distinct = clause.nulls_not_distinct;
    late(key, clause.deferral);
    no_expressions(clause.elements, "a unique key");
    add_unique(builder, std::move(key), clause.name, clause.span);
  }
  void operator()(const ast::ForeignKey& clause) const {
    add_foreign_key(builder, read_columns(builder, clause.columns, "a foreign key"), clause.references, clause.name,
                    clause.span);
  }
  void operator()(const ast::Check& clause) const { add_check(builder, clause); }
  void operator()(const ast::Exclude& clause) const {
    if (report_lacking(builder.context, builder.engine(), clause.span, "'exclude' constraints",
                       "a trigger can refuse what overlaps: select raise(abort, '…')"))
      return;
    model::Exclusion exclusion;
    if (clause.name) {
      check_new_name(builder.context, builder.engine(), *clause.name, "constraint");
      exclusion.name = clause.name->text;
    }
    if (clause.method) exclusion.method = clause.method->text;
    exclusion.elements = read_elements(builder, clause.elements, "an exclusion");
    exclusion.include = names(clause.include);
    if (clause.where) exclusion.where = sql_of(*clause.where);
    exclusion.initially_deferred = clause.deferral == ast::Deferral::initially_deferred;
    exclusion.deferrable =
        clause.deferral != ast::Deferral::unstated && clause.deferral != ast::Deferral::not_deferrable;
    exclusion.origin.span = clause.span;
    builder.table().exclusions.push_back(std::move(exclusion));
  }
  void operator()(const ast::Index& clause) const { add_index(builder, clause); }
  void operator()(const ast::Projection& clause) const {
    if (report_lacking_kind(builder.context, builder.engine(), ast::ObjectKind::projection, clause.span)) return;
    check_new_name(builder.context, builder.engine(), clause.name, "projection");
    auto& all = builder.table().projections;
    const auto same = std::ranges::find(all, clause.name.text, &model::Projection::name);
    if (same != all.end()) {
      builder.context
          .error("E0210", clause.name.span, fmt::format("projection '{}' is declared twice", clause.name.text),
                 fmt::format("table '{}' has a projection of this name already", builder.table().name))
          .notes.push_back({*same->origin.span, "the first one"});
    }
    all.push_back({std::string(clause.name.text), sql_of(clause.query), {clause.span}});
  }
  void operator()(const ast::Comment& clause) const {
    if (builder.table().comment) {
      builder.context.error("E0223", clause.span, fmt::format("table '{}' has two comments", builder.table().name),
                            "it may stand once");
    }
    builder.table().comment = std::string(clause.text.value);
  }
  void operator()(const ast::TableEngine& clause) const {
    if (report_lacking(builder.context, builder.engine(), clause.span, "table engines")) return;
    once(!builder.table().storage || builder.table().storage->engine.empty(), clause.span, "engine");
    storage().engine = text_of(clause.engine);
  }
  void operator()(const ast::Settings& clause) const {
    for (const ast::Setting& setting : clause.settings) add_setting(builder.context, setting, builder.table().settings);
  }
  void operator()(const ast::WithParameters& clause) const { lacking(clause.span, "storage parameters"); }
  void operator()(const ast::PartitionBy& clause) const {
    if (report_lacking(builder.context, builder.engine(), clause.span, "partitions")) return;
    if (!builder.engine().has("table engines"))
      builder.table().partitioned = partitioning(clause);
    else if (clause.method != ast::PartitionMethod::unstated || !clause.partitions.empty())
      lacking(clause.span, "partitions with a method or a list",
              "write the value that a partition has in common:  partition by (toYYYYMM(at));");
    else
      keep(&model::Storage::partition_by, clause.expressions, clause.span, "partition by");
  }
  void operator()(const ast::OrderBy& clause) const {
    if (!report_lacking(builder.context, builder.engine(), clause.span, "'order by' of a table",
                        "an index keeps an order: index (…)"))
      keep(&model::Storage::order_by, clause.expressions, clause.span, "order by");
  }
  void operator()(const ast::SampleBy& clause) const {
    if (!report_lacking(builder.context, builder.engine(), clause.span, "'sample by'"))
      keep(&model::Storage::sample_by, clause.expressions, clause.span, "sample by");
  }
  void operator()(const ast::Ttl& clause) const {
    if (!report_lacking(builder.context, builder.engine(), clause.span, "'ttl'",
                        "delete what is old in a change: drop rows of TABLE where (…) with backup;"))
      keep(&model::Storage::ttl, clause.expression, clause.span, "ttl");
  }
  void operator()(const ast::WithoutRowid& clause) const {
    if (!report_lacking(builder.context, builder.engine(), clause.span, "tables without rowid"))
      option("without rowid", clause.span);
  }
  void operator()(const ast::Strict& clause) const {
    if (!report_lacking(builder.context, builder.engine(), clause.span, "strict tables")) option("strict", clause.span);
  }

  model::Partitioning partitioning(const ast::PartitionBy& clause) const {
    constexpr std::array methods{"range", "range", "list", "hash"};
    model::Partitioning result{methods.at(static_cast<std::size_t>(clause.method)), sql_of(clause.expressions), {}};
    for (const ast::Partition& syntax : clause.partitions) {
      model::Partition partition;
      partition.schema = builder.draft.schema;
      if (syntax.name.parts.size() > 1)
        if (const auto schema = builder.database.directory.schema_of(builder.context, syntax.name))
          partition.schema = *schema;
      partition.name = syntax.name.parts.back().text;
      check_new_name(builder.context, builder.engine(), syntax.name.parts.back(), "partition");
      partition.bounds = sql_of(syntax.bounds);
      for (const ast::PartitionBy& inner : syntax.by) partition.by.push_back(partitioning(inner));
      result.partitions.push_back(std::move(partition));
    }
    return result;
  }

  void no_expressions(const std::vector<ast::Element>& elements, std::string_view where) const {
    for (const ast::Element& element : elements) {
      if (const auto* sql = std::get_if<ast::Sql>(&element.key)) {
        lacking(sql->span, fmt::format("expressions in {}", where),
                "a unique index may have them: unique index (lower(email))");
      }
    }
  }

  model::Storage& storage() const {
    auto& storage = builder.table().storage;
    return storage ? *storage : storage.emplace();
  }

  void once(bool is_first, Span span, std::string_view what) const {
    if (!is_first)
      builder.context.error("E0223", span, fmt::format("table '{}' has two '{}'", builder.table().name, what),
                            "it may stand once");
  }

  void keep(model::Sql model::Storage::*member, const ast::Sql& text, Span span, std::string_view what) const {
    model::Sql& kept = storage().*member;
    once(kept.text.empty(), span, what);
    kept = sql_of(text);
    if (kept.text.find_first_not_of(" \t\r\n") == std::string::npos) kept.text = "tuple()";
  }

  void option(std::string_view name, Span span) const {
    if (builder.table().has_setting(name)) {
      builder.context.error("E0223", span, fmt::format("'{}' stands twice", name), "it may stand once");
      return;
    }
    builder.table().settings.push_back({std::string(name), "true"});
  }
};

void report_repeated_columns(TableBuilder& builder) {
  constexpr std::size_t few = 12;
  const auto& columns = builder.draft.columns;
  const bool fold = builder.database.fold();
  const auto report = [&](const ast::Column& first, const ast::Column& second) {
    const bool alike = first.name.text == second.name.text;
    auto& diagnostic = builder.context.error(
        alike ? "E0210" : "E0214", second.name.span,
        alike ? fmt::format("column '{}' is declared twice in table '{}'", second.name.text, builder.table().name)
              : fmt::format("'{}' and '{}' are one name on {}", second.name.text, first.name.text,
                            builder.engine().label),
        "a column of this name is there already");
    diagnostic.notes.push_back({first.name.span, "the first one"});
  };
  if (columns.size() <= few) {
    for (std::size_t at = 1; at < columns.size(); ++at)
      for (std::size_t other = 0; other < at; ++other)
        if (same_name(columns[at]->name.text, columns[other]->name.text, fold)) report(*columns[other], *columns[at]);
    return;
  }
  NameMap<const ast::Column*> seen(columns.size() * 2, NameHash{fold}, NameEqual{fold});
  for (const ast::Column* column : columns) {
    const auto [first, is_new] = seen.try_emplace(column->name.text, column);
    if (!is_new) report(*first->second, *column);
  }
}

bool says_null(const ast::Column& column) {
  return std::ranges::any_of(
      column.options, [](const ast::ColumnOption& option) { return std::holds_alternative<ast::Nullable>(option); });
}

/// Columns of the primary key hold no nulls, unless they say that they do.
void close_primary_key(TableBuilder& builder) {
  if (!builder.table().primary_key) return;
  for (const model::Element& element : builder.table().primary_key->elements) {
    if (!element.column) continue;
    for (std::size_t at = 0; at < builder.draft.columns.size(); ++at) {
      model::Column& column = builder.table().columns[at];
      if (column.name == *element.column && !says_null(*builder.draft.columns[at])) column.not_null = true;
    }
  }
}

}  // namespace

void report_unknown_column(Context& context, const TableDraft& table, const ast::Name& name, std::string_view where) {
  if (table.incomplete || std::ranges::count(table.reported, name.text) > 0) return;
  auto& diagnostic = context.error("E0224", name.span,
                                   fmt::format("table '{}' has no column '{}'", text_of(table.syntax->name), name.text),
                                   fmt::format("{} names a column of the table", where));
  std::vector<std::string_view> names;
  for (const ast::Column* column : table.columns) names.push_back(column->name.text);
  offer(diagnostic, name.text, names);
}

std::optional<std::string> read_column(TableBuilder& builder, const ast::Name& name, std::string_view where) {
  if (const ast::Column* column = find_column(builder.database, builder.draft, name.text))
    return std::string(column->name.text);
  report_unknown_column(builder.context, builder.draft, name, where);
  return std::nullopt;
}

std::vector<std::string> read_columns(TableBuilder& builder, const std::vector<ast::Name>& names,
                                      std::string_view where) {
  std::vector<std::string> result;
  result.reserve(names.size());
  for (const ast::Name& name : names) {
    auto column = read_column(builder, name, where);
    // The name stands in for what was not found, so that the number of columns stays right.
    result.push_back(column ? *std::move(column) : std::string(name.text));
    if (std::find(result.begin(), result.end() - 1, result.back()) == result.end() - 1) continue;
    builder.context.error("E0230", name.span, fmt::format("column '{}' stands twice in this list", name.text),
                          "each column once");
  }
  return result;
}

void add_clause(TableBuilder& builder, const ast::TableClause& clause) { std::visit(ClauseReader{builder}, clause); }

void build_table(Context& context, DatabaseDraft& database, TableDraft& draft, Types& types,
                 std::vector<PendingReference>& references) {
  const std::size_t before = context.diagnostics.all().size();
  TableBuilder builder{context, database, draft, types, references, std::nullopt};
  model::Table& table = draft.table;
  const ast::Name& name = draft.syntax->name.parts.back();
  table.schema = draft.schema;
  table.name = name.text;
  table.origin.span = draft.syntax->head;
  check_new_name(context, database.engine(), name, "table");
  if (draft.syntax->on_cluster &&
      !report_lacking(context, database.engine(), draft.syntax->on_cluster->span, "clusters of its own"))
    table.cluster = draft.syntax->on_cluster->value;
  if (draft.columns.empty() && !draft.incomplete && !database.engine().has("tables without columns")) {
    context.error("E0231", draft.syntax->head, fmt::format("table '{}' has no columns", name.text),
                  "expected at least one: id bigint primary key;");
  }
  draft.strict = std::ranges::any_of(
      draft.clauses, [](const ast::TableClause* clause) { return std::holds_alternative<ast::Strict>(*clause); });
  report_repeated_columns(builder);
  table.columns.reserve(draft.columns.size());
  for (const ast::Column* column : draft.columns) add_column(builder, *column);
  for (const ast::TableClause* clause : draft.clauses) add_clause(builder, *clause);
  close_primary_key(builder);
  draft.faulty = draft.incomplete || has_errors_since(context.diagnostics, before);
}

void name_table_parts(Context& context, DatabaseDraft& database, TableDraft& draft) {
  const std::size_t before = context.diagnostics.all().size();
  check_constraints(context, draft, database.fold());
  name_indexes(context, draft.table);
  if (has_errors_since(context.diagnostics, before)) draft.faulty = true;
  model::name_constraints(draft.table);
}

}  // namespace dmc::check
