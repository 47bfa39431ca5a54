// Tables: columns, the clauses of the table and of its engine.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

Projection build_projection(const Builder& builder, Node node) {
  return {build_name(builder, node.child(Kind::name).value()), build_sql_in(builder, node), node.span()};
}

/// What a `constraint NAME …` holds, with its name and the whole span.
std::optional<TableClause> build_constraint(const Builder& builder, Node node) {
  const Name name = build_name(builder, node.child(Kind::name).value());
  const auto named = [&](auto constraint) {
    constraint.name = name;
    constraint.span = node.span();
    return TableClause(std::move(constraint));
  };
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::primary_key:
        return named(build_primary_key(builder, child));
      case Kind::unique:
        return named(build_unique(builder, child));
      case Kind::foreign_key:
        return named(build_foreign_key(builder, child));
      case Kind::check:
        return named(build_check(builder, child));
      case Kind::exclude:
        return named(build_exclude(builder, child));
      default:
        break;
    }
  }
  return std::nullopt;
}

Partition build_partition(const Builder& builder, Node node) {
  Partition partition;
  partition.span = node.span();
  partition.name = build_path(builder, node.child(Kind::path).value());
  partition.bounds = build_sql_in(builder, node);
  if (const auto by = node.child(Kind::partition_by)) partition.by.push_back(build_partition_by(builder, *by));
  return partition;
}

}  // namespace

Comment build_comment(const Builder& builder, Node node) {
  return {build_text(builder, node.first().value()), node.span()};
}

PartitionBy build_partition_by(const Builder& builder, Node node) {
  PartitionBy by;
  by.span = node.span();
  by.expressions = build_sql_in(builder, node);
  if (const auto word = node.child(Kind::word)) {
    const std::string_view method = builder.text(*word);
    by.method =
        method == "range" ? PartitionMethod::range : (method == "list" ? PartitionMethod::list : PartitionMethod::hash);
  }
  if (const auto block = node.child(Kind::block)) {
    for (const Node child : block->children()) {
      if (child.is(Kind::partition)) by.partitions.push_back(build_partition(builder, child));
    }
  }
  return by;
}

std::optional<TableClause> build_table_clause(const Builder& builder, Node node) {
  switch (node.kind()) {
    case Kind::constraint:
      return build_constraint(builder, node);
    case Kind::primary_key:
      return build_primary_key(builder, node);
    case Kind::unique:
      return build_unique(builder, node);
    case Kind::foreign_key:
      return build_foreign_key(builder, node);
    case Kind::check:
      return build_check(builder, node);
    case Kind::exclude:
      return build_exclude(builder, node);
    case Kind::index:
      return build_index(builder, node);
    case Kind::projection:
      return build_projection(builder, node);
    case Kind::comment:
      return build_comment(builder, node);
    case Kind::table_engine:
      return TableEngine{build_engine(builder, node), node.span()};
    case Kind::settings:
      return Settings{build_settings(builder, node), node.span()};
    case Kind::with_parameters:
      return WithParameters{build_sql_in(builder, node), node.span()};
    case Kind::partition_by:
      return build_partition_by(builder, node);
    case Kind::order_by:
      return OrderBy{build_sql_in(builder, node), node.span()};
    case Kind::sample_by:
      return SampleBy{build_sql_in(builder, node), node.span()};
    case Kind::ttl:
      return Ttl{build_sql_in(builder, node), node.span()};
    case Kind::without_rowid:
      return WithoutRowid{node.span()};
    case Kind::strict:
      return Strict{node.span()};
    default:
      return std::nullopt;
  }
}

TableBody build_table_body(const Builder& builder, Node block) {
  std::size_t columns = 0;
  std::size_t others = 0;
  for (const Node child : block.children()) ++(child.is(Kind::column) ? columns : others);
  TableBody body;
  body.columns.reserve(columns);
  body.clauses.reserve(others);
  for (const Node child : block.children()) {
    if (child.is(Kind::column)) {
      body.columns.push_back(build_column(builder, child));
    } else if (child.is(Kind::use)) {
      body.uses.push_back({build_use(builder, child), static_cast<std::uint32_t>(body.columns.size())});
    } else if (auto clause = build_table_clause(builder, child)) {
      body.clauses.push_back(*std::move(clause));
    }
  }
  return body;
}

Table build_table_item(const Builder& builder, Node node) {
  Table table;
  table.span = node.span();
  table.head = head_of(node);
  for (const Node child : node.children()) {
    switch (child.kind()) {
      case Kind::path:
        table.name = build_path(builder, child);
        break;
      case Kind::on_cluster:
        table.on_cluster = build_text(builder, child.first().value());
        break;
      case Kind::block:
        table.body = build_table_body(builder, child);
        break;
      default:
        break;
    }
  }
  return table;
}

}  // namespace dmc::ast
