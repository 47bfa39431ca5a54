// Views, types, grants and the other objects of a database.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

CheckOption build_check_option(const Builder& builder, Node node) {
  const auto option = node.child(Kind::check_option);
  if (!option) return CheckOption::unstated;
  const std::string_view word = build_words(builder, *option);
  if (word.empty()) return CheckOption::unspecified;
  return word == "local" ? CheckOption::local : CheckOption::cascaded;
}

View build_view(const Builder& builder, Node node) {
  View view;
  view.span = node.span();
  view.head = head_of(node);
  view.name = build_path(builder, node.child(Kind::path).value());
  if (const auto names = node.child(Kind::names)) view.columns = build_names(builder, *names);
  if (const auto settings = node.child(Kind::settings)) view.settings = build_settings(builder, *settings);
  view.query = build_sql_in(builder, node);
  view.check_option = build_check_option(builder, node);
  view.after = build_after(builder, node);
  if (const auto block = node.child(Kind::block)) {
    for (const Node child : block->children()) {
      if (child.is(Kind::comment) && is_first(builder, *block, child)) view.comment = build_comment(builder, child);
      if (child.is(Kind::index)) {
        builder.diagnostics.error("E0156", child.span(), "a view holds no rows that an index could cover",
                                  "a materialized view does");
      }
    }
  }
  return view;
}

void take_view_option(const Builder& builder, Node node, Node child, MaterializedView& view) {
  switch (child.kind()) {
    case Kind::names:
      view.columns = build_names(builder, child);
      break;
    case Kind::on_cluster:
      if (is_first(builder, node, child)) view.on_cluster = build_text(builder, child.first().value());
      break;
    case Kind::view_target:
      if (is_first(builder, node, child)) view.to = build_path(builder, child.first().value());
      break;
    case Kind::table_engine:
      if (is_first(builder, node, child)) view.engine = TableEngine{build_engine(builder, child), child.span()};
      break;
    case Kind::primary_key:
      if (is_first(builder, node, child)) view.primary_key = build_sql_in(builder, child);
      break;
    case Kind::order_by:
      if (is_first(builder, node, child)) view.order_by = build_sql_in(builder, child);
      break;
    case Kind::partition_by:
      if (is_first(builder, node, child)) view.partition_by = build_sql_in(builder, child);
      break;
    case Kind::ttl:
      if (is_first(builder, node, child)) view.ttl = Ttl{build_sql_in(builder, child), child.span()};
      break;
    case Kind::settings:
      if (is_first(builder, node, child)) view.settings = build_settings(builder, child);
      break;
    default:
      break;
  }
}

MaterializedView build_materialized_view(const Builder& builder, Node node) {
  MaterializedView view;
  view.span = node.span();
  view.head = head_of(node);
  view.name = build_path(builder, node.child(Kind::path).value());
  view.query = build_sql_in(builder, node);
  view.after = build_after(builder, node);
  for (const Node child : node.children()) take_view_option(builder, node, child, view);
  if (const auto block = node.child(Kind::block)) {
    for (const Node child : block->children()) {
      if (child.is(Kind::index)) view.indexes.push_back(build_index(builder, child));
      if (child.is(Kind::comment) && is_first(builder, *block, child)) view.comment = build_comment(builder, child);
    }
  }
  return view;
}

Sequence build_sequence(const Builder& builder, Node node) {
  Sequence sequence;
  sequence.span = node.span();
  sequence.head = head_of(node);
  sequence.name = build_path(builder, node.child(Kind::path).value());
  if (const auto type = node.child(Kind::type)) sequence.type = build_type(builder, *type);
  sequence.options = build_sequence_options(builder, node);
  return sequence;
}

Enum build_enum(const Builder& builder, Node node) {
  Enum result;
  result.span = node.span();
  result.head = head_of(node);
  result.name = build_path(builder, node.child(Kind::path).value());
  result.head.end = result.name.span.end;
  for (const Node child : node.children()) {
    if (child.is(Kind::enum_value)) result.values.push_back(build_name(builder, child.first().value()));
  }
  return result;
}

Domain build_domain(const Builder& builder, Node node) {
  Domain domain;
  domain.span = node.span();
  domain.head = head_of(node);
  domain.name = build_path(builder, node.child(Kind::path).value());
  domain.type = build_type(builder, node.child(Kind::type).value());
  domain.options = build_column_options(builder, node);
  return domain;
}

Extension build_extension(const Builder& builder, Node node) {
  Extension extension;
  extension.span = node.span();
  extension.head = head_of(node);
  extension.name = build_name(builder, node.child(Kind::name).value());
  for (const Node child : node.children()) {
    if (child.is(Kind::extension_version) && is_first(builder, node, child)) {
      extension.version = build_text(builder, child.first().value());
    }
    if (child.is(Kind::extension_schema) && is_first(builder, node, child)) {
      extension.schema = build_name(builder, child.first().value());
    }
  }
  return extension;
}

RowCommand command_of(std::string_view word) {
  if (word == "select") return RowCommand::select;
  if (word == "insert") return RowCommand::insert;
  if (word == "update") return RowCommand::update;
  if (word == "delete") return RowCommand::remove;
  return RowCommand::all;
}

RowPolicy build_row_policy(const Builder& builder, Node node) {
  RowPolicy policy;
  policy.span = node.span();
  policy.head = head_of(node);
  policy.name = build_name(builder, node.child(Kind::name).value());
  policy.table = build_path(builder, node.child(Kind::path).value());
  if (const auto word = node.child(Kind::word)) {
    policy.kind = builder.text(*word) == "permissive" ? RowPolicyKind::permissive : RowPolicyKind::restrictive;
  }
  if (const auto action = node.child(Kind::policy_action)) {
    policy.command = command_of(builder.text(action->first().value()));
  }
  if (const auto roles = node.child(Kind::roles)) policy.roles = build_names(builder, *roles);
  policy.using_expression = build_optional_sql(builder, node, Kind::using_expression);
  policy.with_check = build_optional_sql(builder, node, Kind::with_check);
  return policy;
}

Privilege build_privilege(const Builder& builder, Node node) {
  Privilege privilege{build_words(builder, node), {}, node.span()};
  if (const auto names = node.child(Kind::names)) privilege.columns = build_names(builder, *names);
  return privilege;
}

Object build_object(const Builder& builder, Node node) {
  Object object;
  object.span = node.span();
  object.kind = build_text(builder, node.child(Kind::text).value());
  object.name = build_path(builder, node.child(Kind::path).value());
  object.head = object.span;
  object.head.end = object.name.span.end;
  object.create = build_optional_sql(builder, node, Kind::object_create).value();
  object.replace = build_optional_sql(builder, node, Kind::object_replace);
  object.drop = build_optional_sql(builder, node, Kind::object_drop).value();
  object.after = build_after(builder, node);
  return object;
}

Schema build_schema(const Builder& builder, Node node) {
  Schema schema;
  schema.span = node.span();
  schema.head = head_of(node);
  schema.name = build_name(builder, node.child(Kind::name).value());
  schema.items = build_database_items(builder, node.child(Kind::block).value());
  return schema;
}

void add_item(const Builder& builder, Node node, std::vector<DatabaseItem>& items) {
  const auto add = [&](auto item) { items.push_back({std::move(item)}); };
  switch (node.kind()) {
    case Kind::table:
      return add(build_table_item(builder, node));
    case Kind::view:
      return add(build_view(builder, node));
    case Kind::materialized_view:
      return add(build_materialized_view(builder, node));
    case Kind::sequence:
      return add(build_sequence(builder, node));
    case Kind::enumeration:
      return add(build_enum(builder, node));
    case Kind::domain:
      return add(build_domain(builder, node));
    case Kind::function:
    case Kind::procedure:
      return add(build_routine(builder, node));
    case Kind::trigger:
      return add(build_trigger(builder, node));
    case Kind::extension:
      return add(build_extension(builder, node));
    case Kind::schema:
      return add(build_schema(builder, node));
    case Kind::row_policy:
      return add(build_row_policy(builder, node));
    case Kind::grant:
      return add(build_grant(builder, node));
    case Kind::object:
      return add(build_object(builder, node));
    case Kind::use:
      return add(build_use(builder, node));
    case Kind::comment:
      return add(build_comment(builder, node));
    case Kind::settings:
      return add(Settings{build_settings(builder, node), node.span()});
    case Kind::replica:
      return add(build_replica(builder, node));
    case Kind::reconcile:
      return add(build_reconcile(builder, node));
    case Kind::invariant:
      return add(build_invariant(builder, node));
    default:
      return;
  }
}

}  // namespace

Grant build_grant(const Builder& builder, Node node) {
  Grant grant;
  grant.span = node.span();
  grant.head = grant.span;
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::privilege:
        grant.privileges.push_back(build_privilege(builder, child));
        break;
      case Kind::grant_object:
        for (const Node part : child.children()) {
          if (part.is(Kind::kind)) grant.object_kind = build_words(builder, part);
          if (part.is(Kind::path)) grant.objects.push_back(build_path(builder, part));
        }
        grant.head.end = child.span().end;
        break;
      case Kind::roles:
        grant.roles = build_names(builder, child);
        break;
      case Kind::grant_option:
        grant.with_grant_option = true;
        break;
      default:
        break;
    }
  }
  return grant;
}

std::vector<DatabaseItem> build_database_items(const Builder& builder, Node block) {
  std::vector<DatabaseItem> items;
  items.reserve(block.count());
  for (const Node child : block.children()) add_item(builder, child, items);
  return items;
}

}  // namespace dmc::ast
