// Foreign keys: the table they point at, its columns, and whether those are a key.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/literals.hpp"
#include "compiler/check/tables.hpp"

namespace dmc::check {

namespace {

/// Whether the columns, in any order, are a key of the table: its primary key, a unique key, or a unique index over all
/// rows.
bool is_key(const model::Table& table, const std::vector<std::string>& columns) {
  const auto matches = [&](const std::vector<model::Element>& elements) {
    return elements.size() == columns.size() && std::ranges::all_of(columns, [&](const std::string& column) {
             return std::ranges::any_of(elements,
                                        [&](const model::Element& element) { return element.column == column; });
           });
  };
  if (table.primary_key && matches(table.primary_key->elements)) return true;
  if (std::ranges::any_of(table.uniques, [&](const model::Key& key) { return matches(key.elements); })) return true;
  return std::ranges::any_of(table.indexes, [&](const model::Index& index) {
    return index.unique && !index.where && matches(index.elements);
  });
}

std::string joined(const std::vector<std::string>& names) {
  std::string result;
  for (const std::string& name : names) result += (result.empty() ? "" : ", ") + name;
  return result;
}

/// Compares one foreign key with the table it points at.
class Resolver {
 public:
  Resolver(Context& context, DatabaseDraft& database, PendingReference& pending)
      : context_(context),
        database_(database),
        syntax_(*pending.references),
        span_(pending.span),
        key_(pending.table->table.foreign_keys[pending.place]) {}

  void resolve() {
    const Met met = database_.directory.find(context_, syntax_.table, "table");
    if (!met.entity) return;
    if (met.entity->kind == EntityKind::object) {
      key_.table = text_of(syntax_.table);
      for (const ast::Name& name : syntax_.columns) key_.referenced.emplace_back(name.text);
      return;
    }
    if (met.entity->kind != EntityKind::table) {
      auto& diagnostic = context_.error("E0232", syntax_.table.span,
                                        fmt::format("'{}' is {}", met.entity->name, phrase_of(met.entity->kind)),
                                        "a foreign key points at a table");
      diagnostic.notes.push_back({met.entity->span, "declared here"});
      return;
    }
    const TableDraft& target = database_.tables[met.entity->place];
    key_.table = Directory::path_of(*met.entity);
    syntax_.columns.empty() ? point_at_primary_key(target) : point_at_columns(target);
  }

 private:
  void point_at_primary_key(const TableDraft& target) {
    if (target.incomplete) return;
    if (!target.table.primary_key) {
      if (target.faulty) return;
      auto& diagnostic = context_.error("E0228", syntax_.table.span,
                                        fmt::format("table '{}' has no primary key to point at", target.table.name),
                                        "expected the columns: references TABLE (COLUMN)");
      diagnostic.notes.push_back({target.syntax->head, "declared here"});
      return;
    }
    compare_counts(target.table.primary_key->elements.size(), fmt::format("the primary key of '{}'", target.table.name),
                   target);
  }

  void point_at_columns(const TableDraft& target) {
    bool found_all = true;
    for (const ast::Name& name : syntax_.columns) {
      if (const ast::Column* column = find_column(database_, target, name.text)) {
        key_.referenced.emplace_back(column->name.text);
      } else {
        report_unknown_column(context_, target, name, "a foreign key");
        found_all = false;
      }
    }
    if (!found_all) return;
    if (!compare_counts(syntax_.columns.size(), "the list it points at", target)) return;
    if (target.faulty || is_key(target.table, key_.referenced)) return;
    auto& diagnostic = context_.diagnostics.warning(
        "E0233", span_, fmt::format("'{}' ({}) is no key", target.table.name, joined(key_.referenced)),
        "a foreign key points at a primary key or at unique columns");
    diagnostic.notes.push_back({target.syntax->head, "declared here"});
    diagnostic.help.push_back(
        fmt::format("declare it in table {}:  unique ({});", target.table.name, joined(key_.referenced)));
  }

  bool compare_counts(std::size_t there, std::string_view what, const TableDraft& target) {
    const std::size_t here = key_.columns.size();
    if (here == there) return true;
    auto& diagnostic = context_.error(
        "E0227", span_,
        fmt::format("this foreign key has {} column{}, {} has {}", here, here == 1 ? "" : "s", what, there),
        "one column for each");
    diagnostic.notes.push_back({target.syntax->head, "declared here"});
    return false;
  }

  Context& context_;
  DatabaseDraft& database_;
  const ast::References& syntax_;
  grammar::Span span_;
  model::ForeignKey& key_;
};

}  // namespace

void resolve_references(Context& context, DatabaseDraft& database, std::vector<PendingReference>& references) {
  for (PendingReference& pending : references) {
    const std::size_t before = context.diagnostics.all().size();
    Resolver(context, database, pending).resolve();
    if (has_errors_since(context.diagnostics, before)) pending.table->faulty = true;
  }
}

}  // namespace dmc::check
