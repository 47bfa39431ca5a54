// Indexes, the elements that keys share with them, and the names of those that have none.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/lacking.hpp"
#include "compiler/check/literals.hpp"
#include "compiler/check/settings.hpp"
#include "compiler/check/tables.hpp"
#include "compiler/plan/canonical.hpp"
#include "compiler/plan/digest.hpp"

namespace dmc::check {

namespace {

/// `users_a_b_idx`, with `expr` in the place of an expression: the name that most engines and people would give.
std::string derived_index_name(const model::Table& table, const model::Index& index) {
  std::string name = table.name;
  for (const model::Element& element : index.elements) name += "_" + element.column.value_or("expr");
  return name + "_idx";
}

}  // namespace

std::vector<model::Element> read_elements(TableBuilder& builder, const std::vector<ast::Element>& elements,
                                          std::string_view where) {
  std::vector<model::Element> result;
  result.reserve(elements.size());
  for (const ast::Element& syntax : elements) {
    model::Element element;
    if (const auto* name = std::get_if<ast::Name>(&syntax.key)) {
      element.column = read_column(builder, *name, where);
      if (!element.column) continue;
    } else {
      element.expression = sql_of(std::get<ast::Sql>(syntax.key));
    }
    if (syntax.collation) element.collation = text_of(*syntax.collation);
    if (syntax.operator_class) {
      report_lacking(builder.context, builder.engine(), syntax.operator_class->span, "operator classes");
      element.operator_class = text_of(*syntax.operator_class);
      element.class_arguments = text_of(syntax.operator_class_arguments);
    }
    if (syntax.with_operator) element.with_operator = std::string(syntax.with_operator->text);
    element.descending = syntax.direction == ast::Direction::descending;
    if (syntax.nulls != ast::NullsOrder::unstated) element.nulls_first = syntax.nulls == ast::NullsOrder::first;
    result.push_back(std::move(element));
  }
  return result;
}

void add_index(TableBuilder& builder, const ast::Index& syntax) {
  const auto lacking = [&](grammar::Span span, std::string_view thing) {
    report_lacking(builder.context, builder.engine(), span, thing);
  };
  if (syntax.nulls_not_distinct) lacking(syntax.span, "'nulls not distinct'");
  for (const ast::Setting& setting : syntax.settings) lacking(setting.span, "settings of an index");

  if (syntax.skip_type) lacking(syntax.skip_type->span, "data skipping indexes");
  if (syntax.granularity) lacking(syntax.granularity->span, "'granularity' of an index");
  model::Index index;
  if (syntax.skip_type) index.method = text_of(*syntax.skip_type);
  if (syntax.granularity) index.granularity = syntax.granularity->value;
  if (syntax.name) {
    check_new_name(builder.context, builder.engine(), *syntax.name, "index");
    index.name = syntax.name->text;
    builder.database.directory.enter(
        builder.context, {EntityKind::index, builder.draft.schema, syntax.name->text, 0, syntax.name->span});
  }
  index.unique = syntax.unique;
  if (syntax.method) index.method = std::string(syntax.method->text);
  index.elements = read_elements(builder, syntax.elements, "an index");
  index.include = read_columns(builder, syntax.include, "'include'");
  if (syntax.where) index.where = sql_of(*syntax.where);
  if (syntax.comment) index.comment = std::string(syntax.comment->text.value);
  index.nulls_not_distinct = syntax.nulls_not_distinct;
  for (const ast::Setting& setting : syntax.settings) add_setting(builder.context, setting, index.settings);
  index.origin.span = syntax.span;
  for (std::size_t at = 0; at < index.elements.size(); ++at) {
    const bool repeats = std::any_of(index.elements.begin(), index.elements.begin() + static_cast<std::ptrdiff_t>(at),
                                     [&](const model::Element& other) { return other == index.elements[at]; });
    if (!repeats) continue;
    builder.context.error("E0230", syntax.elements[at].span, "this stands twice in one index", "each column once");
  }
  builder.table().indexes.push_back(std::move(index));
}

void name_indexes(Context& context, model::Table& table) {
  constexpr std::size_t digits = 6;
  std::vector<model::Index*> unnamed;
  for (model::Index& index : table.indexes)
    if (index.name.empty()) unnamed.push_back(&index);
  if (unnamed.empty()) return;
  std::vector<std::string> derived;
  for (const model::Index* index : unnamed) derived.push_back(derived_index_name(table, *index));
  for (std::size_t at = 0; at < unnamed.size(); ++at) {
    model::Index& index = *unnamed[at];
    const bool repeats = std::ranges::count(derived, derived[at]) > 1;
    const auto same = std::find_if(unnamed.begin(), unnamed.begin() + static_cast<std::ptrdiff_t>(at),
                                   [&](const model::Index* other) {
                                     return other->unique == index.unique && other->elements == index.elements &&
                                            other->where == index.where && other->include == index.include;
                                   });
    if (same != unnamed.begin() + static_cast<std::ptrdiff_t>(at)) {
      auto& diagnostic =
          context.error("E0237", *index.origin.span, "this index is declared twice", "one of the two is enough");
      diagnostic.notes.push_back({*(*same)->origin.span, "the first one"});
    }
    index.name = derived[at];
    if (!repeats) continue;
    // From what the index is, so that the order in which two of them are written does not decide which gets which name.
    model::Index nameless = index;
    nameless.name.clear();
    std::string bytes;
    plan::write(bytes, nameless);
    index.name += "_" + plan::short_digest(plan::digest(bytes)).substr(0, digits);
  }
}

}  // namespace dmc::check
