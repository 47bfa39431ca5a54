// Where plans run: the inventory that the operations team owns.
#pragma once

#include "compiler/ast/policy.hpp"

namespace dmc::ast {

struct FileReference {
  Text path;
  bool operator==(const FileReference&) const = default;
};

struct ApproversFrom {
  FileReference file;
  Span span;
  bool operator==(const ApproversFrom&) const = default;
};
struct RequireAttestation {
  Name by;
  Span span;
  bool operator==(const RequireAttestation&) const = default;
};
struct Secrets {
  std::vector<Name> names;
  Span span;
  bool operator==(const Secrets&) const = default;
};
/// Unsealed plans may run here.
struct Disposable {
  Span span;
  bool operator==(const Disposable&) const = default;
};

enum class ShardGate : std::uint8_t { ready, review, blocked };

using Address = std::variant<Environment, FileReference, Text>;  ///< a literal only where it holds no password

/// One of several hosts that hold the same rows.
struct ShardReplica {
  Name name;
  Address address;
  Span span;
  bool operator==(const ShardReplica&) const = default;
};

struct Shard {
  Name name;
  Address address;  ///< where it has no replicas
  std::vector<ShardReplica> replicas;
  std::vector<Name> tags;
  ShardGate gate = ShardGate::ready;
  Span span;
  bool operator==(const Shard&) const = default;
};
struct ShardsFromJson {
  Text path;
  Span span;
  bool operator==(const ShardsFromJson&) const = default;
};
struct ShardsFromRegistry {
  Sql query;
  Span span;
  bool operator==(const ShardsFromRegistry&) const = default;
};

struct ClusterDatabase {
  Name name;
  std::vector<std::variant<Shard, ShardsFromJson, ShardsFromRegistry>> shards;
  Span span;
  Span head;
  bool operator==(const ClusterDatabase&) const = default;
};

struct Wave {
  Name name;
  std::optional<Name> tag;  ///< none: every target that no earlier wave took
  std::optional<Count> parallel;
  std::optional<Count> approval;
  std::optional<Count> halt_at;  ///< failed targets
  Span span;
  bool operator==(const Wave&) const = default;
};

using ClusterItem =
    std::variant<ApproversFrom, RequireApproval, RequireAttestation, Secrets, Disposable, ClusterDatabase, Wave>;

/// Waves run in the order written.
struct Cluster {
  Name name;
  std::vector<ClusterItem> items;
  Span span;
  Span head;
  bool operator==(const Cluster&) const = default;
};

}  // namespace dmc::ast
