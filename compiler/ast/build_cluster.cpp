// Clusters: databases with their shards, and waves.
#include "compiler/ast/builder.hpp"

namespace dmc::ast {

using grammar::Kind;

namespace {

Address build_address(const Builder& builder, Node node) {
  const Node address = node.first().value();
  if (address.is(Kind::env)) return build_environment(builder, address);
  if (address.is(Kind::file_text)) return FileReference{build_text(builder, address.first().value())};
  return build_text(builder, address);
}

ShardGate gate_of(std::string_view word) {
  if (word == "review") return ShardGate::review;
  return word == "blocked" ? ShardGate::blocked : ShardGate::ready;
}

Shard build_shard(const Builder& builder, Node node) {
  Shard shard;
  shard.span = node.span();
  shard.name = build_name(builder, node.child(Kind::name).value());
  if (const auto location = node.child(Kind::location)) shard.address = build_address(builder, *location);
  if (const auto block = node.child(Kind::block))
    for (const Node child : block->children())
      if (child.is(Kind::shard_replica))  // what does not parse was reported
        shard.replicas.push_back({build_name(builder, child.child(Kind::name).value()),
                                  build_address(builder, child.child(Kind::location).value()), child.span()});
  for (const Node child : node.children()) {
    if (child.is(Kind::tags) && is_first(builder, node, child)) shard.tags = build_names(builder, child);
    if (child.is(Kind::shard_gate) && is_first(builder, node, child)) {
      shard.gate = gate_of(builder.text(child.first().value()));
    }
  }
  return shard;
}

ClusterDatabase build_cluster_database(const Builder& builder, Node node) {
  ClusterDatabase database;
  database.span = node.span();
  database.head = head_of(node);
  database.name = build_name(builder, node.child(Kind::name).value());
  const Node block = node.child(Kind::block).value();
  database.shards.reserve(block.count());
  for (const Node child : block.children()) {
    switch (child.kind()) {
      case Kind::shard:
        database.shards.emplace_back(build_shard(builder, child));
        break;
      case Kind::shards_json:
        database.shards.emplace_back(ShardsFromJson{build_text(builder, child.first().value()), child.span()});
        break;
      case Kind::shards_registry:
        database.shards.emplace_back(ShardsFromRegistry{build_sql_in(builder, child), child.span()});
        break;
      default:
        break;
    }
  }
  return database;
}

Wave build_wave(const Builder& builder, Node node) {
  Wave wave;
  wave.span = node.span();
  wave.name = build_name(builder, node.child(Kind::name).value());
  for (const Node child : node.children()) {
    if (child.is(Kind::name) || !is_first(builder, node, child)) continue;
    const Node value = child.first().value();
    switch (child.kind()) {
      case Kind::wave_tag:
        wave.tag = build_name(builder, value);
        break;
      case Kind::parallel:
        wave.parallel = build_count(builder, value);
        break;
      case Kind::approval:
        wave.approval = build_count(builder, value);
        break;
      case Kind::halt:
        wave.halt_at = build_count(builder, value);
        break;
      default:
        break;
    }
  }
  return wave;
}

}  // namespace

Cluster build_cluster(const Builder& builder, Node node) {
  Cluster cluster;
  cluster.span = node.span();
  cluster.head = head_of(node);
  cluster.name = build_name(builder, node.child(Kind::name).value());
  const Node block = node.child(Kind::block).value();
  cluster.items.reserve(block.count());
  for (const Node child : block.children()) {
    switch (child.kind()) {
      case Kind::approvers:
        cluster.items.emplace_back(ApproversFrom{{build_text(builder, child.child(Kind::text).value())}, child.span()});
        break;
      case Kind::require_approval:
        cluster.items.emplace_back(build_require_approval(builder, child));
        break;
      case Kind::attestation:
        cluster.items.emplace_back(RequireAttestation{build_name(builder, child.first().value()), child.span()});
        break;
      case Kind::secrets:
        cluster.items.emplace_back(Secrets{build_names(builder, child), child.span()});
        break;
      case Kind::disposable:
        cluster.items.emplace_back(Disposable{child.span()});
        break;
      case Kind::cluster_database:
        cluster.items.emplace_back(build_cluster_database(builder, child));
        break;
      case Kind::wave:
        cluster.items.emplace_back(build_wave(builder, child));
        break;
      default:
        break;
    }
  }
  return cluster;
}

}  // namespace dmc::ast
