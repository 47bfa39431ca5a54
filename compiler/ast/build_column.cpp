// Columns and their options.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

Default build_default(const Builder& builder, Node node) {
  const Node value = node.first().value();
  if (value.is(Kind::sql)) return {build_sql(builder, value), node.span()};
  if (value.is(Kind::env)) return {build_environment(builder, value), node.span()};
  return {build_literal(builder, value), node.span()};
}

Generated build_generated(const Builder& builder, Node node) {
  Generated generated{build_sql_in(builder, node), GeneratedStorage::unstated, node.span()};
  if (const auto word = node.child(Kind::word)) {
    generated.storage = builder.text(*word) == "stored" ? GeneratedStorage::stored : GeneratedStorage::computed;
  }
  return generated;
}

Statistics build_statistics(const Builder& builder, Node node) {
  const Node value = node.first().value();
  if (value.is(Kind::arguments)) return {{}, node.span(), build_arguments(builder, value)};
  return {build_integer(builder, value), node.span()};
}

Identity build_identity(const Builder& builder, Node node) {
  Identity identity{IdentityKind::by_default, build_sequence_options(builder, node), node.span()};
  if (const auto word = node.child(Kind::word)) {
    identity.kind = builder.text(*word) == "always" ? IdentityKind::always : IdentityKind::serial;
  }
  return identity;
}

ColumnPrimaryKey build_column_primary_key(const Builder& builder, Node node) {
  ColumnPrimaryKey key;
  key.span = node.span();
  key.on_conflict = build_conflict(builder, node);
  key.deferral = build_deferral(builder, node);
  if (const auto word = node.child(Kind::word)) {
    key.direction = builder.text(*word) == "desc" ? Direction::descending : Direction::ascending;
  }
  return key;
}

/// The option that `node` is; `name` is that of the constraint it stands in, if it stands in one.
void add_option(const Builder& builder, Node node, const std::optional<Name>& name,
                std::vector<ColumnOption>& options) {
  const Span span = node.span();
  switch (node.kind()) {
    case Kind::not_null:
      options.emplace_back(NotNull{name, build_conflict(builder, node), span});
      break;
    case Kind::null_allowed:
      options.emplace_back(Nullable{span});
      break;
    case Kind::default_value:
      options.emplace_back(build_default(builder, node));
      break;
    case Kind::primary_key:
      std::get<ColumnPrimaryKey>(options.emplace_back(build_column_primary_key(builder, node))).name = name;
      break;
    case Kind::unique:
      options.emplace_back(ColumnUnique{name, node.has(Kind::nulls_not_distinct), build_conflict(builder, node),
                                        build_deferral(builder, node), span});
      break;
    case Kind::references:
      options.emplace_back(ColumnReferences{name, build_references(builder, node), span});
      break;
    case Kind::check:
      std::get<Check>(options.emplace_back(build_check(builder, node))).name = name;
      break;
    case Kind::generated:
      options.emplace_back(build_generated(builder, node));
      break;
    case Kind::identity:
      options.emplace_back(build_identity(builder, node));
      break;
    case Kind::collate:
      options.emplace_back(Collate{build_path(builder, node.first().value()), span});
      break;
    case Kind::comment:
      options.emplace_back(build_comment(builder, node));
      break;
    case Kind::codec:
      options.emplace_back(Codec{build_arguments(builder, node.first().value()), span});
      break;
    case Kind::ttl:
      options.emplace_back(Ttl{build_sql_in(builder, node), span});
      break;
    case Kind::storage:
      options.emplace_back(ColumnStorage{build_name(builder, node.first().value()), span});
      break;
    case Kind::compression:
      options.emplace_back(Compression{build_name(builder, node.first().value()), span});
      break;
    case Kind::statistics:
      options.emplace_back(build_statistics(builder, node));
      break;
    case Kind::materialized:
      options.emplace_back(Materialized{build_sql_in(builder, node), span});
      break;
    case Kind::alias:
      options.emplace_back(Alias{build_sql_in(builder, node), span});
      break;
    case Kind::ephemeral: {
      const auto sql = node.child(Kind::sql);
      options.emplace_back(Ephemeral{sql ? std::optional(build_sql(builder, *sql)) : std::nullopt, span});
      break;
    }
    case Kind::on_update_value:
      options.emplace_back(OnUpdateValue{build_sql_in(builder, node), span});
      break;
    default:
      break;
  }
}

}  // namespace

std::vector<SequenceOption> build_sequence_options(const Builder& builder, Node parent) {
  std::vector<SequenceOption> result;
  for (const Node child : parent.children()) {
    if (!child.is(Kind::sequence_option)) continue;
    SequenceOption option{build_words(builder, child), {}, child.span()};
    for (const Node value : child.children()) {
      if (value.is(Kind::number)) option.value = build_integer(builder, value);
      if (value.is(Kind::path)) option.value = build_path(builder, value);
    }
    result.push_back(std::move(option));
  }
  return result;
}

std::vector<ColumnOption> build_column_options(const Builder& builder, Node parent) {
  std::vector<ColumnOption> options;
  if (const std::size_t count = parent.count(); count > 2) options.reserve(count - 2);
  for (const Node child : parent.children()) {
    if (child.is(Kind::constraint)) {
      std::optional<Name> name;
      for (const Node part : child.children()) {
        if (part.is(Kind::name)) {
          name = build_name(builder, part);
        } else {
          add_option(builder, part, name, options);
        }
      }
    } else {
      add_option(builder, child, std::nullopt, options);
    }
  }
  return options;
}

Column build_column(const Builder& builder, Node node) {
  Column column;
  column.span = node.span();
  auto child = node.children().begin();
  column.name = build_name(builder, *child);
  ++child;
  column.type = build_type(builder, *child);
  column.options = build_column_options(builder, node);
  return column;
}

}  // namespace dmc::ast
