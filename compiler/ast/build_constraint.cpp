// Constraints and indexes, of tables and of columns.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

ForeignKeyAction action_of(std::string_view words) {
  if (words == "cascade") return ForeignKeyAction::cascade;
  if (words == "set null") return ForeignKeyAction::set_null;
  if (words == "set default") return ForeignKeyAction::set_default;
  if (words == "restrict") return ForeignKeyAction::restrict;
  return ForeignKeyAction::no_action;
}

Match match_of(std::string_view word) {
  if (word == "full") return Match::full;
  return word == "partial" ? Match::partial : Match::simple;
}

ReferentialAction build_action(const Builder& builder, Node node) {
  ReferentialAction action{action_of(build_words(builder, node)), {}};
  if (const auto names = node.child(Kind::names)) action.columns = build_names(builder, *names);
  return action;
}

std::vector<Name> build_include(const Builder& builder, Node parent) {
  const auto include = parent.child(Kind::include);
  return include ? build_names(builder, include->first().value()) : std::vector<Name>();
}

void take_order(std::string_view word, Element& element) {
  if (word == "asc") element.direction = Direction::ascending;
  if (word == "desc") element.direction = Direction::descending;
  if (word == "first") element.nulls = NullsOrder::first;
  if (word == "last") element.nulls = NullsOrder::last;
}

Element build_element(const Builder& builder, Node node) {
  Element element;
  element.span = node.span();
  bool has_key = false;
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::name:
        if (!has_key) element.key = build_name(builder, child);
        has_key = true;
        break;
      case Kind::call:
      case Kind::sql:
        element.key = build_sql(builder, child);
        has_key = true;
        break;
      case Kind::collate:
        element.collation = build_path(builder, child.first().value());
        break;
      case Kind::operator_class:
        element.operator_class = build_path(builder, child.child(Kind::path).value());
        if (const auto arguments = child.child(Kind::arguments)) {
          element.operator_class_arguments = build_arguments(builder, *arguments);
        }
        break;
      case Kind::element_operator: {
        const Node sign = child.first().value();
        element.with_operator = Argument{builder.text(sign), sign.span()};
        break;
      }
      case Kind::word:
        take_order(builder.text(child), element);
        break;
      default:
        break;
    }
  }
  return element;
}

std::vector<Element> build_elements(const Builder& builder, Node parent) {
  std::vector<Element> result;
  const auto elements = parent.child(Kind::elements);
  if (!elements) return result;
  result.reserve(elements->count());
  for (const Node child : elements->children()) result.push_back(build_element(builder, child));
  return result;
}

std::optional<Sql> build_where(const Builder& builder, Node parent) {
  return build_optional_sql(builder, parent, Kind::where);
}

std::optional<Name> build_method(const Builder& builder, Node parent) {
  const auto method = parent.child(Kind::using_method);
  if (!method) return std::nullopt;
  return build_name(builder, method->first().value());
}

}  // namespace

ConflictResolution build_conflict(const Builder& builder, Node parent) {
  const auto conflict = parent.child(Kind::conflict);
  if (!conflict) return ConflictResolution::unstated;
  const std::string_view word = builder.text(conflict->first().value());
  if (word == "rollback") return ConflictResolution::rollback;
  if (word == "fail") return ConflictResolution::fail;
  if (word == "ignore") return ConflictResolution::ignore;
  if (word == "replace") return ConflictResolution::replace;
  return ConflictResolution::abort;
}

Deferral build_deferral(const Builder& builder, Node parent) {
  const auto node = parent.child(Kind::deferrable);
  if (!node) return Deferral::unstated;
  const std::string_view words = build_words(builder, *node);
  if (words.substr(0, 4) == "not ") return Deferral::not_deferrable;
  if (words.ends_with("initially deferred")) return Deferral::initially_deferred;
  if (words.ends_with("initially immediate")) return Deferral::initially_immediate;
  return Deferral::deferrable;
}

References build_references(const Builder& builder, Node node) {
  References references;
  references.span = node.span();
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::path:
        references.table = build_path(builder, child);
        break;
      case Kind::names:
        references.columns = build_names(builder, child);
        break;
      case Kind::on_delete:
        if (is_first(builder, node, child)) references.on_delete = build_action(builder, child);
        break;
      case Kind::on_update:
        if (is_first(builder, node, child)) references.on_update = build_action(builder, child);
        break;
      case Kind::match:
        if (is_first(builder, node, child)) references.match = match_of(builder.text(child.first().value()));
        break;
      case Kind::deferrable:
        if (is_first(builder, node, child)) references.deferral = build_deferral(builder, node);
        break;
      default:
        break;
    }
  }
  return references;
}

PrimaryKey build_primary_key(const Builder& builder, Node node) {
  PrimaryKey key;
  key.span = node.span();
  report_repeated(builder, node);
  key.elements = build_elements(builder, node);
  if (const auto sql = node.child(Kind::sql)) key.expressions = build_sql(builder, *sql);
  key.include = build_include(builder, node);
  key.deferral = build_deferral(builder, node);
  key.on_conflict = build_conflict(builder, node);
  return key;
}

Unique build_unique(const Builder& builder, Node node) {
  Unique unique;
  unique.span = node.span();
  report_repeated(builder, node);
  unique.elements = build_elements(builder, node);
  unique.include = build_include(builder, node);
  unique.nulls_not_distinct = node.has(Kind::nulls_not_distinct);
  unique.deferral = build_deferral(builder, node);
  unique.on_conflict = build_conflict(builder, node);
  return unique;
}

ForeignKey build_foreign_key(const Builder& builder, Node node) {
  ForeignKey key;
  key.span = node.span();
  key.columns = build_names(builder, node.child(Kind::names).value());
  key.references = build_references(builder, node.child(Kind::references).value());
  return key;
}

Check build_check(const Builder& builder, Node node) {
  return {std::nullopt, build_sql_in(builder, node), node.has(Kind::no_inherit), node.span(), node.has(Kind::assumed)};
}

Exclude build_exclude(const Builder& builder, Node node) {
  Exclude exclude;
  exclude.span = node.span();
  report_repeated(builder, node);
  exclude.method = build_method(builder, node);
  exclude.elements = build_elements(builder, node);
  exclude.include = build_include(builder, node);
  exclude.where = build_where(builder, node);
  exclude.deferral = build_deferral(builder, node);
  return exclude;
}

Engine build_engine(const Builder& builder, Node node) {
  Engine engine;
  engine.span = node.span();
  engine.name = build_name(builder, node.child(Kind::name).value());
  if (const auto arguments = node.child(Kind::arguments)) {
    engine.has_arguments = true;
    engine.arguments = build_arguments(builder, *arguments);
  }
  return engine;
}

Index build_index(const Builder& builder, Node node) {
  Index index;
  index.span = node.span();
  report_repeated(builder, node);
  index.unique = node.has(Kind::word);
  if (const auto name = node.child(Kind::name)) index.name = build_name(builder, *name);
  index.method = build_method(builder, node);
  index.elements = build_elements(builder, node);
  index.include = build_include(builder, node);
  index.nulls_not_distinct = node.has(Kind::nulls_not_distinct);
  index.where = build_where(builder, node);
  if (const auto settings = node.child(Kind::settings)) index.settings = build_settings(builder, *settings);
  if (const auto type = node.child(Kind::index_type)) index.skip_type = build_engine(builder, *type);
  if (const auto granularity = node.child(Kind::granularity)) {
    index.granularity = build_count(builder, granularity->first().value());
  }
  if (const auto comment = node.child(Kind::comment)) index.comment = build_comment(builder, *comment);
  return index;
}

}  // namespace dmc::ast
